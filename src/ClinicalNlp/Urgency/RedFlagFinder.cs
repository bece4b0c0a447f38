using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Urgency;

/// <summary>
/// Finds signs of danger in a message by patterns a clinician can read (<c>red-flags.txt</c>), whatever the message asks for. Misses cost
/// more than false alarms, so a sign counts unless its words are clearly of the past, asked about, supposed or denied; those are told too, as mentions.
/// </summary>
public static class RedFlagFinder
{
    private const string Negated = "negated";
    private const string Asked = "asked";
    private const string Supposed = "hypothetical";
    private const string Past = "past";

    /// <summary>The name of a danger, without a word that it is there.</summary>
    private const string Topic = "topic";

    /// <summary>Below this an intent is a guess; measured in EXPERIMENTS.md.</summary>
    private const double SureOfIntent = 0.5;

    private static readonly RedFlagPatterns Patterns = RedFlagPatterns.Shipped;
    private static readonly MentionCues Cues = new(Patterns);

    /// <summary>In the order of answers.</summary>
    public static IReadOnlyList<string> Flags => Patterns.Flags;

    /// <summary>Why a sign is a mention only.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [Negated, Asked, Supposed, Past, Topic];

    /// <summary>Each flag at most once, at its highest level, in the order of <see cref="Flags"/>. Pure; thread-safe.</summary>
    public static IReadOnlyList<RedFlag> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var message = new MatchedMessage(text, Patterns);
        List<(string Flag, string? Reason, IReadOnlyList<WordRange> Evidence)> found = [];
        foreach (var rule in Patterns.RulesFor(message.Atoms.SelectMany(atoms => atoms)))
        {
            foreach (var evidence in rule.Match(message))
                found.Add((rule.Flag, Cues.ReasonOf(message, evidence) ?? (rule.Names(message) ? Topic : null), evidence));
        }
        if (found.Count == 0)
            return [];
        return [.. Flags.Select(flag => Best(flag, found.Where(hit => hit.Flag == flag).ToList(), message)).OfType<RedFlag>()];
    }

    /// <summary>The same; a message without any sign that <paramref name="prediction"/> takes for an emergency is one.</summary>
    public static IReadOnlyList<RedFlag> Find(string text, IntentPrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var found = Find(text);
        return found.Count == 0 && prediction.Intent == RedFlag.FromIntent && prediction.Confidence >= SureOfIntent
            ? [new RedFlag(RedFlag.FromIntent, RedFlagLevel.Urgent, RedFlag.ByIntent, [])]
            : found;
    }

    private static RedFlag? Best(
        string flag,
        List<(string Flag, string? Reason, IReadOnlyList<WordRange> Evidence)> hits,
        MatchedMessage message
    )
    {
        if (hits.Count == 0)
            return null;
        var urgent = hits.Exists(hit => hit.Reason is null);
        var shown = hits.Where(hit => hit.Reason is null == urgent).ToList();
        return new RedFlag(
            flag,
            urgent ? RedFlagLevel.Urgent : RedFlagLevel.Mentioned,
            urgent ? null : Reasons.First(reason => shown.Exists(hit => hit.Reason == reason)),
            Apart(shown.SelectMany(hit => hit.Evidence).Select(range => message.SpanOf(range)))
        );
    }

    private static List<TextSpan> Apart(IEnumerable<TextSpan> spans)
    {
        List<TextSpan> apart = [];
        foreach (var span in spans.Order())
        {
            if (apart is [.., var last] && span.Start < last.End)
                apart[^1] = new TextSpan(last.Start, Math.Max(last.End, span.End));
            else
                apart.Add(span);
        }
        return apart;
    }
}
