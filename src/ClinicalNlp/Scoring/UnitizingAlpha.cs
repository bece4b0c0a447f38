using System.Runtime.InteropServices;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Scoring;

/// <param name="Length">Of the text, in the unit of the spans.</param>
/// <param name="Annotators">The mentions of each who annotated the document, in any order.</param>
public sealed record UnitizedDocument(int Length, IReadOnlyList<IReadOnlyList<AnnotatedSpan>> Annotators);

/// <summary>
/// Krippendorff's alpha for unitising: agreement beyond chance on where mentions begin and end, with the square of the distance of edges
/// as disagreement (Krippendorff 1995, On the reliability of unitizing continuous data; 2004, Measuring the reliability of qualitative
/// text analysis data).
/// </summary>
/// <remarks>
/// At most 1; 0 is what mentions of these lengths thrown on the text at random would reach. Undefined where nobody marked anything.
/// <para>
/// Here: each document is a continuum of its own and what adds up is added up; a mention never counts as thrown across the border of two.
/// Documents may have different numbers of annotators; each pair then weighs 1/(m - 1), as in alpha for missing values. Overlapping mentions
/// of one annotator with one label are one unit, for a continuum is either inside or outside. With three and more annotators the figure
/// reacts more to single large mentions than one may expect (Krippendorff, Mathet, Bouvry and Widlöcher 2016).
/// </para>
/// </remarks>
public static class UnitizingAlpha
{
    /// <summary>Of all labels together: one less the ratio of their summed disagreements.</summary>
    public static Estimate Joint(IReadOnlyList<UnitizedDocument> documents, int seed = 1) =>
        Of(
            documents,
            [
                .. documents
                    .SelectMany(document => document.Annotators)
                    .SelectMany(spans => spans)
                    .Select(span => span.Label)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ],
            seed
        );

    /// <summary>Of one label, as if there were no other.</summary>
    public static Estimate OfLabel(IReadOnlyList<UnitizedDocument> documents, string label, int seed = 1) => Of(documents, [label], seed);

    private static Estimate Of(IReadOnlyList<UnitizedDocument> documents, IReadOnlyList<string> labels, int seed)
    {
        var usable = documents.Where(document => document.Annotators.Count > 1 && document.Length > 0).ToList();
        var continua = usable.ConvertAll(document =>
            labels.Select(label => document.Annotators.Select(spans => Units(spans, label)).ToList()).ToList()
        );
        // The counts: lengths of the text and of all annotators' texts; then by label the observed disagreement and how many units and
        // gaps there are of each length.
        var places = new Dictionary<(int Label, bool Gap, int Length), int>();
        for (var document = 0; document < usable.Count; document++)
        {
            for (var label = 0; label < labels.Count; label++)
            {
                foreach (var units in continua[document][label])
                {
                    foreach (var unit in units)
                        places.TryAdd((label, false, unit.Length), places.Count + 2 + labels.Count);
                    foreach (var gap in Gaps(units, usable[document].Length))
                        places.TryAdd((label, true, gap), places.Count + 2 + labels.Count);
                }
            }
        }

        var table = new DocumentCounts(2 + labels.Count + places.Count);
        for (var document = 0; document < usable.Count; document++)
        {
            var (length, annotators) = (usable[document].Length, usable[document].Annotators.Count);
            var counts = new Dictionary<int, double> { [0] = length, [1] = (double)length * annotators };
            for (var label = 0; label < labels.Count; label++)
            {
                var continuum = continua[document][label];
                counts[2 + label] = Observed(continuum) / (annotators - 1);
                foreach (var units in continuum)
                {
                    foreach (var unit in units)
                        CollectionsMarshal.GetValueRefOrAddDefault(counts, places[(label, false, unit.Length)], out _)++;
                    foreach (var gap in Gaps(units, length))
                        CollectionsMarshal.GetValueRefOrAddDefault(counts, places[(label, true, gap)], out _)++;
                }
            }
            table.Add(counts);
        }

        var byLabel = Enumerable
            .Range(0, labels.Count)
            .Select(label => (Units: Histogram(places, label, gap: false), Gaps: Histogram(places, label, gap: true)))
            .ToList();
        return table.Estimate(
            counts =>
            {
                double observed = 0,
                    expected = 0;
                for (var label = 0; label < labels.Count; label++)
                {
                    observed += counts[2 + label] / (counts[1] * counts[0]);
                    expected += Expected(counts, byLabel[label].Units, byLabel[label].Gaps);
                }
                return expected > 0 ? 1 - observed / expected : null;
            },
            seed
        );
    }

    /// <summary>The sum of squared distances over ordered pairs of annotators (Krippendorff 1995, delta squared and the numerator of D_o).</summary>
    private static double Observed(List<List<TextSpan>> annotators)
    {
        double sum = 0;
        for (var i = 0; i < annotators.Count; i++)
        {
            for (var j = i + 1; j < annotators.Count; j++)
            {
                foreach (var one in annotators[i])
                {
                    var met = false;
                    foreach (var other in annotators[j].Where(one.Overlaps))
                    {
                        met = true;
                        sum += 2 * (Square(one.Start - other.Start) + Square(one.End - other.End));
                    }
                    sum += met ? 0 : 2 * Square(one.Length);
                }
                sum += annotators[j].Where(other => !annotators[i].Exists(other.Overlaps)).Sum(other => 2 * Square(other.Length));
            }
        }
        return sum;
    }

    /// <summary>What units of these lengths would disagree by if they stood anywhere (D_e).</summary>
    /// <param name="units">Lengths of a label's units, longest first, with the place of their count; <paramref name="gaps"/> likewise.</param>
    private static double Expected(double[] counts, List<(int Length, int Place)> units, List<(int Length, int Place)> gaps)
    {
        double all = 0,
            inside = 0;
        foreach (var (length, place) in units)
        {
            all += counts[place];
            inside += counts[place] * length * (length - 1.0);
        }
        double sum = 0,
            longGaps = 0,
            longGapLength = 0;
        var next = 0;
        foreach (var (given, place) in units)
        {
            for (; next < gaps.Count && gaps[next].Length >= given; next++)
            {
                longGaps += counts[gaps[next].Place];
                longGapLength += counts[gaps[next].Place] * gaps[next].Length;
            }
            double l = given;
            var meets = (all - 1) / 3 * (2 * l * l * l - 3 * l * l + l);
            var misses = l * l * (longGapLength - longGaps * (l - 1));
            sum += counts[place] * (meets + misses);
        }
        var pairs = counts[1] * (counts[1] - 1) - inside;
        return pairs <= 0 ? 0 : 2 / counts[0] * sum / pairs;
    }

    private static List<(int Length, int Place)> Histogram(
        Dictionary<(int Label, bool Gap, int Length), int> places,
        int label,
        bool gap
    ) =>
        [
            .. places
                .Where(place => place.Key.Label == label && place.Key.Gap == gap)
                .Select(place => (place.Key.Length, place.Value))
                .OrderByDescending(item => item.Length),
        ];

    private static List<TextSpan> Units(IEnumerable<AnnotatedSpan> spans, string label)
    {
        var units = new List<TextSpan>();
        foreach (var span in spans.Where(span => span.Label == label && !span.Span.IsEmpty).Select(span => span.Span).Order())
        {
            if (units.Count > 0 && units[^1].Overlaps(span))
                units[^1] = new TextSpan(units[^1].Start, Math.Max(units[^1].End, span.End));
            else
                units.Add(span);
        }
        return units;
    }

    private static IEnumerable<int> Gaps(List<TextSpan> units, int length)
    {
        var from = 0;
        foreach (var unit in units)
        {
            if (unit.Start > from)
                yield return unit.Start - from;
            from = unit.End;
        }
        if (length > from)
            yield return length - from;
    }

    private static double Square(double value) => value * value;
}
