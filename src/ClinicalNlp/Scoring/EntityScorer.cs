using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Scoring;

/// <summary>Counts that add, and the rates that follow from them; a rate of nothing is 0.</summary>
public sealed record LabelScore(int TruePositives, int FalsePositives, int FalseNegatives)
{
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    public double F1 => Ratio(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives);

    /// <summary>How many gold items there are.</summary>
    public int Support => TruePositives + FalseNegatives;

    public static LabelScore operator +(LabelScore left, LabelScore right) =>
        new(
            left.TruePositives + right.TruePositives,
            left.FalsePositives + right.FalsePositives,
            left.FalseNegatives + right.FalseNegatives
        );

    internal static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}

/// <param name="Micro">All labels' counts together.</param>
public sealed record EntityScores(LabelScore Micro, IReadOnlyDictionary<string, LabelScore> Labels);

/// <summary>Exact-match scoring: a mention is right when start, end and label are; duplicates on either side count once.</summary>
public sealed class EntityScorer
{
    private readonly SortedDictionary<string, LabelScore> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelScore> _documents = [];

    public void Add(IEnumerable<AnnotatedSpan> gold, IEnumerable<Mention> predicted) =>
        Add(gold.Select(span => (span.Span, span.Label)), predicted.Select(mention => (mention.Span, mention.Label)));

    public void Add(IEnumerable<AnnotatedSpan> gold, IEnumerable<AnnotatedSpan> predicted) =>
        Add(gold.Select(span => (span.Span, span.Label)), predicted.Select(span => (span.Span, span.Label)));

    /// <summary>The gold and predicted mentions of one document.</summary>
    public void Add(IEnumerable<(TextSpan Span, string Label)> gold, IEnumerable<(TextSpan Span, string Label)> predicted)
    {
        var wanted = gold.ToHashSet();
        var found = predicted.ToHashSet();
        var document = new LabelScore(0, 0, 0);
        foreach (var mention in found)
            Count(mention.Label, wanted.Contains(mention) ? new(1, 0, 0) : new(0, 1, 0));
        foreach (var mention in wanted)
        {
            if (!found.Contains(mention))
                Count(mention.Label, new(0, 0, 1));
        }
        _documents.Add(document);

        void Count(string label, LabelScore score)
        {
            _labels[label] = _labels.TryGetValue(label, out var sum) ? sum + score : score;
            document += score;
        }
    }

    public EntityScores Result =>
        new(
            _labels.Values.Aggregate(new LabelScore(0, 0, 0), (sum, score) => sum + score),
            new SortedDictionary<string, LabelScore>(_labels, StringComparer.Ordinal)
        );

    /// <summary>The 95% percentile bootstrap interval of micro F1, documents resampled (Efron 1979): mentions of one document hang together.</summary>
    public (double Low, double High) MicroF1Interval(int seed = 1, int samples = 1000)
    {
        var random = new Random(seed);
        var scores = new double[samples];
        for (var sample = 0; sample < samples; sample++)
        {
            int right = 0,
                wrong = 0;
            for (var i = 0; i < _documents.Count; i++)
            {
                var document = _documents[random.Next(_documents.Count)];
                right += document.TruePositives;
                wrong += document.FalsePositives + document.FalseNegatives;
            }
            scores[sample] = LabelScore.Ratio(2 * right, 2 * right + wrong);
        }
        Array.Sort(scores);
        return (scores[(int)(0.025 * samples)], scores[Math.Min(samples - 1, (int)(0.975 * samples))]);
    }
}
