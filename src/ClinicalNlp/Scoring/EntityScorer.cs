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

    public void Add(IEnumerable<AnnotatedSpan> gold, IEnumerable<Mention> predicted) =>
        Add(gold.Select(span => (span.Span, span.Label)), predicted.Select(mention => (mention.Span, mention.Label)));

    public void Add(IEnumerable<AnnotatedSpan> gold, IEnumerable<AnnotatedSpan> predicted) =>
        Add(gold.Select(span => (span.Span, span.Label)), predicted.Select(span => (span.Span, span.Label)));

    /// <summary>The gold and predicted mentions of one document.</summary>
    public void Add(IEnumerable<(TextSpan Span, string Label)> gold, IEnumerable<(TextSpan Span, string Label)> predicted)
    {
        var wanted = gold.ToHashSet();
        var found = predicted.ToHashSet();
        foreach (var mention in found)
            Count(mention.Label, wanted.Contains(mention) ? new(1, 0, 0) : new(0, 1, 0));
        foreach (var mention in wanted)
        {
            if (!found.Contains(mention))
                Count(mention.Label, new(0, 0, 1));
        }
    }

    public EntityScores Result =>
        new(
            _labels.Values.Aggregate(new LabelScore(0, 0, 0), (sum, score) => sum + score),
            new SortedDictionary<string, LabelScore>(_labels, StringComparer.Ordinal)
        );

    private void Count(string label, LabelScore score) => _labels[label] = _labels.TryGetValue(label, out var sum) ? sum + score : score;
}
