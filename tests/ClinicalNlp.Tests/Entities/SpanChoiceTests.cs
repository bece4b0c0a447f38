using ClinicalNlp.Entities;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Entities;

public sealed class SpanChoiceTests
{
    private const int Labels = 2;
    private static readonly TagScheme Scheme = new(["A", "B"]);

    [Fact]
    public void The_choice_is_worth_most_of_all_without_overlap()
    {
        const double Threshold = 0.25;
        Gen<SpanProbability> one =
            from first in Gen.Choose(0, 7)
            from length in Gen.Choose(0, 3)
            from label in Gen.Choose(0, 1)
            from hundredth in Gen.Choose(26, 99)
            select new SpanProbability(first, first + length, label, hundredth / 100.0);
        Prop.ForAll(
                one.ListOf().Where(list => list.Count <= 10).ToArbitrary(),
                list =>
                {
                    List<SpanProbability> spans = [.. list.OrderBy(span => span.First)];
                    List<SpanProbability> chosen = SpanChoice.Best(spans, Threshold);
                    Assert.Equal(chosen.OrderBy(span => span.First), chosen);
                    Assert.True(Apart(chosen));
                    double best = Enumerable
                        .Range(0, 1 << spans.Count)
                        .Select(subset => spans.Where((_, i) => (subset & (1 << i)) != 0).ToList())
                        .Where(Apart)
                        .Max(Worth);
                    Assert.Equal(best, Worth(chosen), 9);
                }
            )
            .QuickCheckThrowOnFailure();

        static bool Apart(List<SpanProbability> spans) => spans.Zip(spans.Skip(1)).All(pair => pair.First.Last < pair.Second.First);
        static double Worth(List<SpanProbability> spans) => spans.Sum(span => span.Probability - Threshold);
    }

    [Fact]
    public void Spans_above_a_probability_are_those_that_the_sums_say()
    {
        Prop.ForAll(
                Gen.Choose(1, 6).SelectMany(length => Gen.Choose(-300, 300).ArrayOf(length * Scheme.Count)).ToArbitrary(),
                scores =>
                {
                    ChainSums sums = Chain().Sum([.. scores.Select(score => score / 100f)]);
                    HashSet<(int, int, int)> expected = [];
                    for (int first = 0; first < sums.Length; first++)
                    {
                        for (int last = first; last < sums.Length; last++)
                        {
                            for (int label = 0; label < Labels; label++)
                            {
                                if (sums.Probability(first, last, label) > 0.05)
                                    expected.Add((first, last, label));
                            }
                        }
                    }
                    List<SpanProbability> found = sums.Spans(0.05);
                    Assert.Equal(expected, found.Select(span => (span.First, span.Last, span.Label)).ToHashSet());
                    Assert.All(found, span => Assert.Equal(sums.Probability(span.First, span.Last, span.Label), span.Probability, 9));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static LinearChain Chain()
    {
        Random random = new(1);
        float[] Scores(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        return new LinearChain(Scheme, Scores(Scheme.Count * Scheme.Count), Scores(Scheme.Count), Scores(Scheme.Count));
    }
}
