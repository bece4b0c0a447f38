using System.Collections.Frozen;
using ClinicalNlp.Text;

namespace ClinicalNlp.Intents;

/// <summary>One of several requests in an utterance.</summary>
/// <param name="Span">Of the utterance.</param>
public sealed record SegmentIntent(string Intent, double Confidence, TextSpan Span);

/// <summary>
/// Says which utterances of a batch ask for several things. While there are <see cref="Pieces"/>, the model that classified the utterances is asked
/// about them; an utterance is cut where both sides are confidently of different intents, and each side again.
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

    /// <summary>What comes later belongs to the last one.</summary>
    private const int MostSegments = 5;

    /// <summary>No request: they come with any.</summary>
    private static readonly FrozenSet<string> Courtesies = FrozenSet.ToFrozenSet([
        IntentPrediction.OutOfScope,
        "greeting",
        "thanks",
        "goodbye",
    ]);

    private readonly Cutting[] utterances;
    private List<(Cutting Utterance, int First, int End)> asked = [];

    private SegmentedUtterances(IReadOnlyList<string> texts)
    {
        utterances = [.. texts.Select(text => new Cutting(text, Segments(text)))];
        Ask();
    }

    public static SegmentedUtterances Of(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new SegmentedUtterances(texts);
    }

    /// <summary>The intents of one utterance, with a model at hand.</summary>
    public static IReadOnlyList<SegmentIntent> Of(string text, IntentClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        var segmented = Of([text]);
        while (segmented.Pieces.Count > 0)
            segmented.Answer(classifier.Classify(segmented.Pieces));
        return segmented.Intents[0];
    }

    /// <summary>Texts to classify next; none where nothing is left to decide, as mostly from the beginning.</summary>
    public IReadOnlyList<string> Pieces => [.. asked.Select(piece => piece.Utterance.Piece(piece.First, piece.End))];

    /// <summary>For each utterance its intents in order of place, each once; empty unless there are two or more.</summary>
    public IReadOnlyList<IReadOnlyList<SegmentIntent>> Intents => [.. utterances.Select(utterance => utterance.Intents)];

    /// <param name="predictions">Of <see cref="Pieces"/>.</param>
    public void Answer(IReadOnlyList<IntentPrediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictions.Count, asked.Count);
        foreach (var (i, piece) in asked.Index())
            piece.Utterance.Know(piece.First, piece.End, predictions[i]);
        Ask();
    }

    private void Ask() =>
        asked = [.. utterances.SelectMany(utterance => utterance.Cut().Select(piece => (utterance, piece.First, piece.End)))];

    private static IReadOnlyList<UtteranceSegment> Segments(string text)
    {
        var split = UtteranceSegments.Split(text);
        if (split.Count <= MostSegments)
            return split;
        var last = split[MostSegments - 1];
        return [.. split.Take(MostSegments - 1), last with { Span = new TextSpan(last.Span.Start, split[^1].Span.End) }];
    }

    /// <summary>One utterance while it is cut. Pieces are ranges of its segments, without the joining words around them.</summary>
    private sealed class Cutting(string text, IReadOnlyList<UtteranceSegment> segments)
    {
        private readonly Dictionary<(int First, int End), IntentPrediction> known = [];
        private readonly List<SegmentIntent> intents = [];

        public IReadOnlyList<SegmentIntent> Intents => intents.Count > 1 ? intents : [];

        public string Piece(int first, int end) => Span(first, end).Of(text);

        public void Know(int first, int end, IntentPrediction prediction) => known[(first, end)] = prediction;

        /// <summary>Cuts as far as pieces are known; answers which are needed to go on.</summary>
        public List<(int First, int End)> Cut()
        {
            List<(int First, int End)> missing = [];
            intents.Clear();
            Cut(0, segments.Count, missing);
            return missing;
        }

        private void Cut(int first, int end, List<(int First, int End)> missing)
        {
            var unknown = Enumerable
                .Range(first + 1, Math.Max(0, end - first - 1))
                .SelectMany(cut => new[] { (first, cut), (cut, end) })
                .Where(piece => !known.ContainsKey(piece))
                .ToList();
            if (unknown.Count > 0)
            {
                missing.AddRange(unknown);
                return;
            }
            if (BestCut(first, end) is { } best)
            {
                Cut(first, best, missing);
                Cut(best, end, missing);
            }
            // The whole has not been asked about: where it is not cut, it has one intent whatever that is.
            else if (known.TryGetValue((first, end), out var whole) && !intents.Exists(other => other.Intent == whole.Intent))
                intents.Add(new SegmentIntent(whole.Intent, whole.Confidence, Span(first, end)));
        }

        private int? BestCut(int first, int end)
        {
            int? best = null;
            var most = 0.0;
            for (var cut = first + 1; cut < end; cut++)
            {
                var left = known[(first, cut)];
                var right = known[(cut, end)];
                if (left.Intent == right.Intent || Courtesies.Contains(left.Intent) || Courtesies.Contains(right.Intent))
                    continue;
                // How far above its limit, so that places of both kinds compare.
                var surplus = Math.Min(left.Confidence, right.Confidence) / (segments[cut].Announced ? SureWhenAnnounced : Sure);
                if (surplus >= 1 && surplus > most)
                    (best, most) = (cut, surplus);
            }
            return best;
        }

        private TextSpan Span(int first, int end) => new(segments[first].Span.Start, segments[end - 1].Span.End);
    }
}
