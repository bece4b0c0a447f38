using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Scoring;

/// <summary>F1 of two annotators' mentions, whichever of them is taken as gold.</summary>
/// <remarks>
/// Where most of a text is outside every mention, chance agreement on mentions is near 0 and F1 is what kappa tends to (Hripcsak and
/// Rothschild 2005). In [0, 1]; undefined where neither marked anything.
/// </remarks>
public static class SpanAgreement
{
    /// <summary>How many mentions of two sets of one document can be paired, one to one, with the same label and the same span.</summary>
    public static int Exact(IReadOnlyList<AnnotatedSpan> first, IReadOnlyList<AnnotatedSpan> second)
    {
        var keys = Keys(first);
        keys.IntersectWith(Keys(second));
        return keys.Count;
    }

    /// <summary>The most mentions of two sets that can be paired, one to one, with the same label and at least a character in common.</summary>
    public static int Overlapping(IReadOnlyList<AnnotatedSpan> first, IReadOnlyList<AnnotatedSpan> second)
    {
        var seconds = Keys(second).ToLookup(key => key.Label, key => key.Span);
        return Keys(first).GroupBy(key => key.Label).Sum(label => Pairs([.. label.Select(key => key.Span)], [.. seconds[label.Key]]));
    }

    /// <summary>All pairs of a document's annotators counted together; an annotator's same span with the same label counts once.</summary>
    /// <param name="documents">The mentions of each who annotated the document, in any order; fewer than two say nothing.</param>
    /// <param name="label">The only one that counts; null: all.</param>
    /// <param name="overlap">Pairs what overlaps, rather than what is equal.</param>
    public static Estimate F1(
        IReadOnlyList<IReadOnlyList<IReadOnlyList<AnnotatedSpan>>> documents,
        bool overlap = false,
        string? label = null,
        int seed = 1
    )
    {
        var table = new DocumentCounts(2); // paired, marked by either
        foreach (var document in documents)
        {
            var annotators = document
                .Select(spans =>
                    spans.Where(span => label is null || span.Label == label).DistinctBy(span => (span.Span, span.Label)).ToList()
                )
                .ToList();
            double paired = 0,
                marked = 0;
            for (var first = 0; first < annotators.Count; first++)
            {
                for (var second = first + 1; second < annotators.Count; second++)
                {
                    var (one, other) = (annotators[first], annotators[second]);
                    paired += overlap ? Overlapping(one, other) : Exact(one, other);
                    marked += one.Count + other.Count;
                }
            }
            table.Add([new(0, paired), new(1, marked)]);
        }
        return table.Estimate(counts => counts[1] == 0 ? null : 2 * counts[0] / counts[1], seed);
    }

    private static HashSet<(TextSpan Span, string Label)> Keys(IEnumerable<AnnotatedSpan> spans) =>
        [.. spans.Select(span => (span.Span, span.Label))];

    /// <summary>A largest matching of overlapping intervals.</summary>
    /// <remarks>
    /// What ends first has only partners that hold its last character; of those, the one that ends first overlaps nothing later that the
    /// others would not overlap too, so that taking it costs no other pair.
    /// </remarks>
    private static int Pairs(List<TextSpan> first, List<TextSpan> second)
    {
        first.Sort(ByEnd);
        second.Sort(ByEnd);
        var pairs = 0;
        while (first.Count > 0 && second.Count > 0)
        {
            var (mine, theirs) = first[0].End <= second[0].End ? (first, second) : (second, first);
            var partner = theirs.FindIndex(mine[0].Overlaps);
            mine.RemoveAt(0);
            if (partner >= 0)
            {
                theirs.RemoveAt(partner);
                pairs++;
            }
        }
        return pairs;
    }

    private static int ByEnd(TextSpan left, TextSpan right) =>
        left.End != right.End ? left.End.CompareTo(right.End) : left.Start.CompareTo(right.Start);
}
