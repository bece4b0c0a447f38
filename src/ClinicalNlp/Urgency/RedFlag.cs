using ClinicalNlp.Text;

namespace ClinicalNlp.Urgency;

/// <summary>How much a red flag asks for.</summary>
public enum RedFlagLevel
{
    /// <summary>The words are there, but said of the past, as a question, or denied; <see cref="RedFlag.Reason"/> says which.</summary>
    Mentioned,

    /// <summary>Said as happening: a person should read this message now.</summary>
    Urgent,
}

/// <summary>A sign in a message that somebody may be in danger. It orders an inbox; it is no diagnosis and no advice.</summary>
/// <param name="Flag">One of <see cref="RedFlagFinder.Flags"/>, or <see cref="FromIntent"/>.</param>
/// <param name="Reason">Why it is only mentioned, one of <see cref="RedFlagFinder.Reasons"/>, or <see cref="ByIntent"/>; null when urgent by its words.</param>
/// <param name="Spans">The words that say so, sorted, apart from each other; empty for <see cref="FromIntent"/>.</param>
public sealed record RedFlag(string Flag, RedFlagLevel Level, string? Reason, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>The flag of a message without a known sign that an intent model takes for an emergency, and that intent's name.</summary>
    public const string FromIntent = "emergency";

    /// <summary>The reason of <see cref="FromIntent"/>.</summary>
    public const string ByIntent = "intent";
}
