using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;

namespace ClinicalNlp.Annotation.Intents;

/// <summary>What can be done to the intents of a project.</summary>
public enum IntentChangeKind
{
    Add,

    /// <summary>Another name for the same: decisions, open suggestions, and what models say later follow it.</summary>
    Rename,

    /// <summary>One intent in place of several; what was said of them is said of it.</summary>
    Merge,

    /// <summary>Some of an intent's decided utterances become another intent's.</summary>
    Split,

    /// <summary>Nothing may be decided so any more. Turns that were keep it, archived; training leaves them out.</summary>
    Remove,
}

/// <summary>A change of a project's intents.</summary>
/// <param name="From">The intents that change: several to merge, none to add.</param>
/// <param name="To">The intent that is there afterwards; null to remove.</param>
/// <param name="Description">Of an intent that this makes.</param>
/// <param name="Utterances">To split: those that become <paramref name="To"/>.</param>
public sealed record IntentChange(
    IntentChangeKind Kind,
    IReadOnlyList<string> From,
    string? To = null,
    string? Description = null,
    IReadOnlyList<UtterancePlace>? Utterances = null
);

/// <param name="Utterances">Decided turns of it whose intent changes, or is archived.</param>
public sealed record TouchedDocument(string Id, string? ExternalId, DocumentStatus Status, int Revision, int Utterances);

/// <summary>What a change of intents does, or did.</summary>
/// <param name="Utterances">Decided turns whose intent changes, or is archived.</param>
/// <param name="Suggestions">Open suggestions that change.</param>
/// <param name="DoneDocuments">How many of the documents are done; they stay done, one revision further.</param>
/// <param name="Stamp">Of everything above: a change that is sent with it is refused when something moved in between.</param>
public sealed record IntentChangeEffect(
    int Utterances,
    int Suggestions,
    int DoneDocuments,
    IReadOnlyList<TouchedDocument> Documents,
    string Stamp
)
{
    /// <summary>Documents out of use that change too, and are in none of the counts.</summary>
    public int WithdrawnDocuments { get; init; }
}

/// <param name="Decided">Turns that people gave this intent.</param>
/// <param name="Suggested">Open suggestions of it.</param>
/// <param name="Documents">Transcripts with a turn of it, decided or suggested.</param>
public sealed record IntentUsage(string Name, string? Description, int Decided, int Suggested, int Documents);

/// <summary>A name that was an intent.</summary>
/// <param name="Now">The intent in its place; null when it was removed.</param>
/// <param name="Decided">Turns that keep it.</param>
public sealed record FormerIntent(string Name, string? Now, string? Description, int Decided, DateTimeOffset Retired, string RetiredBy);

/// <param name="Intents">In their order, <c>oos</c> last.</param>
public sealed record IntentOverview(IReadOnlyList<IntentUsage> Intents, IReadOnlyList<FormerIntent> Former);
