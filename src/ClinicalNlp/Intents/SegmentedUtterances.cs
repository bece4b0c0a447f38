using System.Collections.Frozen;
using ClinicalNlp.Text;

namespace ClinicalNlp.Intents;

/// <summary>One of several requests in an utterance.</summary>
/// <param name="Span">Of the utterance.</param>
public sealed record SegmentIntent(string Intent, double Confidence, TextSpan Span);

/// <summary>
/// Says which utterances of a batch ask for several things. <see cref="Pieces"/> are to be classified by the model that classified the utterances;
/// <see cref="Intents"/> then cuts an utterance where both sides are confidently of different intents, and each side again.
/// </summary>
/// <remarks>
/// The limits were chosen on utterances that the model was not trained on, so that under 1 % of those with one intent get a second. Where the writer says
/// that something new comes little confidence is needed: of 2,454 utterances with one intent, four hold such a place with two intents around it.
/// Of three requests none are told unless one cut leaves two sides that are sure: the model is asked about the two that share a side as one text.
/// </remarks>
public sealed class SegmentedUtterances
{
    /// <summary>Both sides of a cut at <c>also</c>, a semicolon or a new line.</summary>
    public const double SureWhenAnnounced = 0.3;

    /// <summary>Both sides of any other cut.</summary>
    public const double Sure = 0.85;

    /// <summary>Pieces grow with the square of this; what comes later belongs to the last one.</summary>
    private const int MostSegments = 5;

    /// <summary>No request: they come with any.</summary>
    private static readonly FrozenSet<string> Courtesies = FrozenSet.ToFrozenSet([
        IntentPrediction.OutOfScope,
        "greeting",
        "thanks",
        "goodbye",
    ]);

    private readonly IReadOnlyList<UtteranceSegment>[] segments;
    private readonly int[] firstPieces;
    private readonly List<string> pieces = [];

    private SegmentedUtterances(IReadOnlyList<string> texts)
    {
        segments = [.. texts.Select(Segments)];
        firstPieces = new int[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            firstPieces[i] = pieces.Count;
            var count = segments[i].Count;
            if (count < 2)
                continue;
            // Every run of segments, the whole too: without the joining words it reads as its parts do.
            for (var first = 0; first < count; first++)
            for (var last = first; last < count; last++)
                pieces.Add(Span(segments[i], first, last + 1).Of(texts[i]));
        }
    }

    public static SegmentedUtterances Of(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new SegmentedUtterances(texts);
    }

    /// <summary>Texts to classify; none where no utterance has more than one segment.</summary>
    public IReadOnlyList<string> Pieces => pieces;

    /// <summary>For each utterance its intents in order of place, each once; empty unless there are two or more.</summary>
    /// <param name="predictions">Of <see cref="Pieces"/>.</param>
    public IReadOnlyList<IReadOnlyList<SegmentIntent>> Intents(IReadOnlyList<IntentPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictions.Count, pieces.Count);
        var found = new IReadOnlyList<SegmentIntent>[segments.Length];
        for (var i = 0; i < found.Length; i++)
        {
            List<SegmentIntent> intents = [];
            if (segments[i].Count > 1)
                new Cutting(segments[i], predictions, firstPieces[i]).Add(0, segments[i].Count, intents);
            found[i] = intents.Count > 1 ? intents : [];
        }
        return found;
    }

    private static IReadOnlyList<UtteranceSegment> Segments(string text)
    {
        var split = UtteranceSegments.Split(text);
        if (split.Count <= MostSegments)
            return split;
        var last = split[MostSegments - 1];
        return [.. split.Take(MostSegments - 1), last with { Span = new TextSpan(last.Span.Start, split[^1].Span.End) }];
    }

    private static TextSpan Span(IReadOnlyList<UtteranceSegment> segments, int first, int end) =>
        new(segments[first].Span.Start, segments[end - 1].Span.End);

    /// <summary>One utterance while it is cut.</summary>
    private readonly struct Cutting(IReadOnlyList<UtteranceSegment> segments, IReadOnlyList<IntentPrediction> predictions, int firstPiece)
    {
        public void Add(int first, int end, List<SegmentIntent> intents)
        {
            var best = 0;
            var most = 0.0;
            for (var cut = first + 1; cut < end; cut++)
            {
                var left = Of(first, cut);
                var right = Of(cut, end);
                if (left.Intent == right.Intent || Courtesies.Contains(left.Intent) || Courtesies.Contains(right.Intent))
                    continue;
                // How far above its limit, so that places of both kinds compare.
                var surplus = Math.Min(left.Confidence, right.Confidence) / (segments[cut].Announced ? SureWhenAnnounced : Sure);
                if (surplus >= 1 && surplus > most)
                    (best, most) = (cut, surplus);
            }
            if (best > 0)
            {
                Add(first, best, intents);
                Add(best, end, intents);
            }
            else
            {
                var whole = Of(first, end);
                if (!intents.Exists(known => known.Intent == whole.Intent))
                    intents.Add(new SegmentIntent(whole.Intent, whole.Confidence, Span(segments, first, end)));
            }
        }

        /// <summary>Pieces lie by their first segment, then by their last.</summary>
        private IntentPrediction Of(int first, int end)
        {
            var count = segments.Count;
            var before = first * count - first * (first - 1) / 2;
            return predictions[firstPiece + before + (end - 1 - first)];
        }
    }
}
