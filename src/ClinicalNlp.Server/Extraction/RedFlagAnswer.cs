using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using ClinicalNlp.Urgency;

namespace ClinicalNlp.Server.Extraction;

public sealed record PlaceAnswer(int Start, int End)
{
    public static PlaceAnswer Of(TextSpan span, OffsetMap map) => new(map.FromUtf16(span.Start), map.FromUtf16(span.End));
}

/// <summary>One of several requests of an utterance, with its place.</summary>
public sealed record PlacedIntentAnswer(string Intent, double Confidence, int Start, int End)
{
    public static PlacedIntentAnswer Of(SegmentIntent found, OffsetMap map) =>
        new(found.Intent, found.Confidence, map.FromUtf16(found.Span.Start), map.FromUtf16(found.Span.End));
}

/// <summary>A sign that somebody may be in danger.</summary>
/// <param name="Reason">Why it is only mentioned: <c>negated</c>, <c>asked</c>, <c>hypothetical</c>, <c>past</c>, <c>topic</c>; <c>intent</c> when the model says so.</param>
/// <param name="Spans">The words that say so.</param>
public sealed record RedFlagAnswer(string Flag, RedFlagLevel Level, string? Reason, IReadOnlyList<PlaceAnswer> Spans)
{
    /// <param name="map">Of the text the offsets are to count in.</param>
    /// <param name="within">Where <paramref name="utterance"/> stands in that text.</param>
    public static IReadOnlyList<RedFlagAnswer> Of(string utterance, IntentPrediction? prediction, OffsetMap map, int within = 0)
    {
        var found = prediction is null ? RedFlagFinder.Find(utterance) : RedFlagFinder.Find(utterance, prediction);
        return
        [
            .. found.Select(flag => new RedFlagAnswer(
                flag.Flag,
                flag.Level,
                flag.Reason,
                [.. flag.Spans.Select(span => PlaceAnswer.Of(span.Shift(within), map))]
            )),
        ];
    }
}
