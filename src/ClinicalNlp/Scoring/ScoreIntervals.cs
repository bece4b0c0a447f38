namespace ClinicalNlp.Scoring;

/// <summary>Counts with the rates that follow from them, each with its 95% interval; a rate of nothing is undefined.</summary>
/// <param name="Precision">Wilson's interval, as is that of <paramref name="Recall"/>.</param>
/// <param name="F1">The bootstrap's interval, documents resampled.</param>
public sealed record EstimatedScore(LabelScore Counts, Estimate Precision, Estimate Recall, Estimate F1);

/// <param name="All">The counts of all labels together.</param>
public sealed record EstimatedScores(int Documents, EstimatedScore All, IReadOnlyDictionary<string, EstimatedScore> Labels);

/// <summary>How sure scores are.</summary>
public static class ScoreIntervals
{
    /// <summary>The 97.5th percentile of the standard normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The score interval of a proportion (Wilson 1927, Probable inference, the law of succession, and statistical inference).</summary>
    /// <returns>In [0, 1]; undefined where <paramref name="whole"/> is 0.</returns>
    public static Estimate Proportion(int part, int whole) => whole == 0 ? Estimate.Undefined : OfShare((double)part / whole, whole);

    /// <summary>Wilson's interval around a share that is known, its counts are not.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <param name="whole">How many items it is the share of.</param>
    public static Estimate OfShare(double share, int whole)
    {
        if (whole == 0)
            return Estimate.Undefined;
        double square = Z * Z / whole;
        double centre = (share + square / 2) / (1 + square);
        double reach = Z / (1 + square) * Math.Sqrt(share * (1 - share) / whole + square / (4 * whole));
        return new(share, Math.Max(0, centre - reach), Math.Min(1, centre + reach));
    }

    /// <summary>Scores of all documents together, by label and overall.</summary>
    /// <param name="documents">For each document the counts of its labels.</param>
    public static EstimatedScores Of(IReadOnlyList<IReadOnlyDictionary<string, LabelScore>> documents, int seed = 1)
    {
        var names = documents.SelectMany(document => document.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var places = names.Index().ToDictionary(name => name.Item, name => name.Index);
        // For each label, and behind the labels for all of them: how many are right, and how many are wrong or missed.
        var counts = new DocumentCounts(2 * (names.Count + 1));
        foreach (var document in documents)
        {
            counts.Add(
                document
                    .SelectMany(label => Pair(places[label.Key], label.Value))
                    .Concat(Pair(names.Count, Sum(document.Values)))
                    .Select(pair => KeyValuePair.Create(pair.Place, (double)pair.Count))
            );
        }

        var f1 = counts.Estimates(
            names.Count + 1,
            (sum, figure) =>
            {
                double right = 2 * sum[2 * figure];
                double all = right + sum[2 * figure + 1];
                return all == 0 ? null : right / all;
            },
            seed
        );
        var labels = new Dictionary<string, EstimatedScore>();
        foreach (var (index, name) in names.Index())
            labels[name] = Score(Sum(documents.Where(d => d.ContainsKey(name)).Select(d => d[name])), f1[index]);
        return new(documents.Count, Score(Sum(documents.SelectMany(document => document.Values)), f1[names.Count]), labels);
    }

    private static EstimatedScore Score(LabelScore counts, Estimate f1) =>
        new(
            counts,
            Proportion(counts.TruePositives, counts.TruePositives + counts.FalsePositives),
            Proportion(counts.TruePositives, counts.Support),
            f1
        );

    private static IEnumerable<(int Place, int Count)> Pair(int index, LabelScore score) =>
        [(2 * index, score.TruePositives), (2 * index + 1, score.FalsePositives + score.FalseNegatives)];

    private static LabelScore Sum(IEnumerable<LabelScore> scores) => scores.Aggregate(new LabelScore(0, 0, 0), (sum, score) => sum + score);
}
