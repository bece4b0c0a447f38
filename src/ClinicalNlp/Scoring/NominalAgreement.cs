using System.Runtime.InteropServices;

namespace ClinicalNlp.Scoring;

/// <summary>Agreement of raters beyond chance on units that each carry one category.</summary>
/// <remarks>All lie at 1 for perfect agreement and at 0 for that of chance, and can be negative where raters disagree systematically.</remarks>
public static class NominalAgreement
{
    /// <summary>Cohen's kappa of two raters (Cohen 1960, A coefficient of agreement for nominal scales), in [-1, 1].</summary>
    /// <remarks>Each rater has a distribution of categories of their own. Undefined where no unit was judged by both, or both used one and the same category only.</remarks>
    /// <param name="first">The place of one rater in the units.</param>
    public static Estimate CohensKappa(IReadOnlyList<RatedDocument> documents, int first = 0, int second = 1, int seed = 1)
    {
        var categories = RatedDocument.Categories(documents);
        var k = categories.Count;
        var table = new DocumentCounts(k * k);
        foreach (var document in documents)
        {
            var counts = new Dictionary<int, double>();
            foreach (var unit in document.Units)
            {
                if (unit[first] is { } one && unit[second] is { } other)
                    Count(counts, categories[one] * k + categories[other], 1);
            }
            if (counts.Count > 0)
                table.Add(counts);
        }
        return table.Estimate(Kappa, seed);

        double? Kappa(double[] counts)
        {
            double all = 0,
                agreed = 0,
                chance = 0;
            for (var row = 0; row < k; row++)
            {
                agreed += counts[row * k + row];
                double rowSum = 0,
                    columnSum = 0;
                for (var column = 0; column < k; column++)
                {
                    rowSum += counts[row * k + column];
                    columnSum += counts[column * k + row];
                }
                all += rowSum;
                chance += rowSum * columnSum;
            }
            return all * all == chance ? null : (agreed * all - chance) / (all * all - chance);
        }
    }

    /// <summary>Fleiss' kappa of any number of raters (Fleiss 1971, Measuring nominal scale agreement among many raters), in [-1, 1].</summary>
    /// <remarks>
    /// Raters share one distribution of categories and need not be the same for each unit. Where their number differs between units, each
    /// unit's agreement is that of its own pairs; units with fewer than two are left out. Undefined where none is left, or all used one category.
    /// </remarks>
    public static Estimate FleissKappa(IReadOnlyList<RatedDocument> documents, int seed = 1)
    {
        var categories = RatedDocument.Categories(documents);
        var k = categories.Count;
        // Categories, then units and the sum of their agreement.
        var table = Pairable(
            documents,
            categories,
            2,
            (rated, raters, counts) =>
            {
                Count(counts, k, 1);
                Count(counts, k + 1, rated.Values.Sum(count => count * (count - 1)) / (raters * (raters - 1)));
            }
        );
        return table.Estimate(Kappa, seed);

        double? Kappa(double[] counts)
        {
            double all = counts.Take(k).Sum();
            var chance = counts.Take(k).Sum(count => count * count) / (all * all);
            return all == 0 || counts.Take(k).Count(count => count > 0) == 1 ? null : (counts[k + 1] / counts[k] - chance) / (1 - chance);
        }
    }

    /// <summary>
    /// Krippendorff's alpha for nominal data, any number of raters and missing values (Krippendorff 2011, Computing Krippendorff's
    /// Alpha-Reliability; Hayes and Krippendorff 2007), at most 1.
    /// </summary>
    /// <remarks>From the matrix of coincidences within units. Undefined where no unit has two values, or all values are the same.</remarks>
    public static Estimate KrippendorffsAlpha(IReadOnlyList<RatedDocument> documents, int seed = 1)
    {
        var categories = RatedDocument.Categories(documents);
        var k = categories.Count;
        // Values that can be paired by category, then those that disagree.
        var table = Pairable(
            documents,
            categories,
            1,
            (rated, raters, counts) =>
            {
                foreach (var count in rated.Values)
                    Count(counts, k, count * (raters - count) / (raters - 1));
            }
        );
        return table.Estimate(Alpha, seed);

        double? Alpha(double[] counts)
        {
            var all = counts.Take(k).Sum();
            var expected = counts.Take(k).Sum(count => count * (all - count));
            return expected == 0 ? null : 1 - (all - 1) * counts[k] / expected;
        }
    }

    /// <summary>Each document's ratings by category and what <paramref name="more"/> counts beside them, of units with two raters or more.</summary>
    /// <param name="extra">Columns after the categories.</param>
    private static DocumentCounts Pairable(
        IReadOnlyList<RatedDocument> documents,
        Dictionary<string, int> categories,
        int extra,
        Action<Dictionary<int, double>, double, Dictionary<int, double>> more
    )
    {
        var table = new DocumentCounts(categories.Count + extra);
        foreach (var document in documents)
        {
            var counts = new Dictionary<int, double>();
            foreach (var rated in document.Units.Select(unit => Tally(unit, categories)))
            {
                double raters = rated.Values.Sum();
                if (raters < 2)
                    continue;
                foreach (var (category, count) in rated)
                    Count(counts, category, count);
                more(rated, raters, counts);
            }
            if (counts.Count > 0)
                table.Add(counts);
        }
        return table;
    }

    private static Dictionary<int, double> Tally(string?[] unit, Dictionary<string, int> categories)
    {
        var tally = new Dictionary<int, double>();
        foreach (var value in unit.OfType<string>())
            Count(tally, categories[value], 1);
        return tally;
    }

    private static void Count(Dictionary<int, double> counts, int index, double count) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, index, out _) += count;
}
