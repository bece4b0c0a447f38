using ClinicalNlp.Entities;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Entities;

public sealed class TransitionWeightsTests
{
    [Fact]
    public void A_step_is_the_product_with_the_whole_matrix() =>
        Prop.ForAll(
                (from seed in Gen.Choose(0, int.MaxValue) from labels in Gen.Choose(1, 14) select (seed, labels)).ToArbitrary(),
                draw =>
                {
                    Step(new Random(draw.seed), draw.labels, backwards: false);
                    Step(new Random(draw.seed), draw.labels, backwards: true);
                }
            )
            .QuickCheckThrowOnFailure();

    private static void Step(Random random, int labels, bool backwards)
    {
        TagScheme scheme = new([.. Enumerable.Range(0, labels).Select(i => $"L{i}")]);
        int tags = scheme.Count;
        int stride = tags + random.Next(5);
        double[] dense = new double[tags * stride];
        for (int from = 0; from < tags; from++)
        {
            for (int to = 0; to < tags; to++)
            {
                if (TagScheme.MayFollow(from, to))
                    dense[backwards ? (to * stride) + from : (from * stride) + to] = Math.Exp(random.NextDouble());
            }
        }
        double[] x = [.. Enumerable.Range(0, stride).Select(i => i < tags && random.Next(4) > 0 ? random.NextDouble() : 0)];
        double[] result = [.. Enumerable.Repeat(7.0, stride)];
        new TransitionWeights(dense, tags, stride).Multiply(x, result);
        for (int to = 0; to < stride; to++)
            Assert.Equal(Enumerable.Range(0, tags).Sum(from => x[from] * dense[(from * stride) + to]), result[to], 1e-9);
    }
}
