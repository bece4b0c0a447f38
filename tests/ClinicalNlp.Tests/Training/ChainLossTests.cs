using ClinicalNlp.Entities;
using ClinicalNlp.Training.Losses;

namespace ClinicalNlp.Tests.Training;

/// <summary>The chain's loss, for full and partial labels: its value against all paths written out, its gradients against finite differences.</summary>
public sealed class ChainLossTests
{
    private const int Length = 4;
    private static readonly TagScheme Scheme = new(["A", "B"]);
    private static readonly int Tags = Scheme.Count;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_is_minus_the_log_share_of_the_agreeing_paths(bool partial)
    {
        Scores scores = Scores.Draw(11);
        (int[] tags, bool[] allowed) = Labels(partial);
        double all = 0;
        double agreeing = 0;
        foreach (int[] path in ValidPaths())
        {
            double weight = Math.Exp(scores.Of(path));
            all += weight;
            if (Agrees(path, tags, allowed))
                agreeing += weight;
        }
        double loss = new ChainLoss(scores.Chain()).Add(scores.Emissions, tags, allowed, new float[Length * Tags]);
        Assert.Equal(-Math.Log(agreeing / all), loss, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_equals_finite_differences(bool partial)
    {
        Scores scores = Scores.Draw(5);
        (int[] tags, bool[] allowed) = Labels(partial);
        float[] emissions = new float[Length * Tags];
        float[] transitions = new float[Tags * Tags];
        float[] starts = new float[Tags];
        float[] ends = new float[Tags];
        ChainLoss loss = new(scores.Chain());
        loss.Add(scores.Emissions, tags, allowed, emissions);
        loss.TakeTransitions(transitions, starts, ends);

        Compare(scores.Emissions, emissions, "emission");
        Compare(scores.Transitions, transitions, "transition");
        Compare(scores.Starts, starts, "start");
        Compare(scores.Ends, ends, "end");

        void Compare(float[] values, float[] gradient, string name)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float original = values[i];
                values[i] = original + 1e-2f;
                double above = new ChainLoss(scores.Chain()).Add(scores.Emissions, tags, allowed, new float[Length * Tags]);
                values[i] = original - 1e-2f;
                double below = new ChainLoss(scores.Chain()).Add(scores.Emissions, tags, allowed, new float[Length * Tags]);
                values[i] = original;
                double numeric = (above - below) / 2e-2;
                Assert.True(Math.Abs(numeric - gradient[i]) < 1e-3, $"{name}[{i}] is {gradient[i]}, finite differences give {numeric}");
            }
        }
    }

    [Fact]
    public void A_taught_loss_is_the_divergence_between_all_paths()
    {
        Scores student = Scores.Draw(3);
        Scores teacher = Scores.Draw(4);
        List<int[]> paths = ValidPaths();
        double mine = paths.Sum(path => Math.Exp(student.Of(path)));
        double theirs = paths.Sum(path => Math.Exp(teacher.Of(path)));
        double divergence = paths.Sum(path =>
        {
            double p = Math.Exp(teacher.Of(path)) / theirs;
            return p * Math.Log(p / (Math.Exp(student.Of(path)) / mine));
        });
        Assert.True(divergence > 0.1);
        Assert.Equal(divergence, Taught(student, teacher), 1e-5);
        Assert.Equal(0, Taught(teacher, teacher), 1e-5);
    }

    [Fact]
    public void Gradient_of_a_taught_loss_equals_finite_differences()
    {
        Scores student = Scores.Draw(8);
        Scores teacher = Scores.Draw(9);
        float[] emissions = new float[Length * Tags];
        float[] transitions = new float[Tags * Tags];
        float[] starts = new float[Tags];
        float[] ends = new float[Tags];
        ChainLoss loss = new(student.Chain());
        loss.AddTaught(student.Emissions, teacher.Chain(), teacher.Emissions, emissions);
        loss.TakeTransitions(transitions, starts, ends);
        foreach (
            (float[] values, float[] gradient) in (IEnumerable<(float[], float[])>)
                [(student.Emissions, emissions), (student.Transitions, transitions), (student.Starts, starts), (student.Ends, ends)]
        )
        {
            for (int i = 0; i < values.Length; i++)
            {
                float original = values[i];
                values[i] = original + 1e-2f;
                double above = Taught(student, teacher);
                values[i] = original - 1e-2f;
                double below = Taught(student, teacher);
                values[i] = original;
                double numeric = (above - below) / 2e-2;
                Assert.True(Math.Abs(numeric - gradient[i]) < 1e-3, $"{gradient[i]}, finite differences give {numeric}");
            }
        }
    }

    private static double Taught(Scores student, Scores teacher) =>
        new ChainLoss(student.Chain()).AddTaught(student.Emissions, teacher.Chain(), teacher.Emissions, new float[Length * Tags]);

    [Fact]
    public void Best_path_and_marginals_agree_with_all_paths_written_out()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Scores scores = Scores.Draw(seed);
            LinearChain chain = scores.Chain();
            List<int[]> paths = ValidPaths();
            int[] best = paths.MaxBy(scores.Of)!;
            double total = paths.Sum(path => Math.Exp(scores.Of(path)));

            Assert.Equal(best, chain.BestPath(scores.Emissions));
            ChainSums sums = chain.Sum(scores.Emissions);
            Assert.Equal(Math.Log(total), sums.LogTotal, 1e-5);
            for (int t = 0; t < Length; t++)
            {
                for (int tag = 0; tag < Tags; tag++)
                {
                    double expected = paths.Where(path => path[t] == tag).Sum(path => Math.Exp(scores.Of(path))) / total;
                    Assert.Equal(expected, sums.Marginal(t, tag), 1e-5);
                }
            }
            for (int first = 0; first < Length; first++)
            {
                for (int last = first; last < Length; last++)
                {
                    double expected =
                        paths.Where(path => TagScheme.Decode(path).Contains((first, last, 1))).Sum(path => Math.Exp(scores.Of(path)))
                        / total;
                    Assert.Equal(expected, sums.Probability(first, last, 1), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Scores_far_apart_do_not_underflow()
    {
        Scores scores = Scores.Draw(3);
        for (int i = 0; i < scores.Emissions.Length; i++)
            scores.Emissions[i] *= 80;
        (int[] tags, bool[] allowed) = Labels(false);
        float[] gradient = new float[Length * Tags];
        double loss = new ChainLoss(scores.Chain()).Add(scores.Emissions, tags, allowed, gradient);
        Assert.True(double.IsFinite(loss) && loss > 0);
        Assert.All(gradient, value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>"O U-A B-B L-B"; in the partial case the ends are known only not to be A.</summary>
    private static (int[] Tags, bool[] Allowed) Labels(bool partial)
    {
        int[] tags = [TagScheme.Outside, TagScheme.Unit(0), TagScheme.Begin(1), TagScheme.Last(1)];
        if (!partial)
            return (tags, []);
        bool[] allowed = new bool[Length * Tags];
        for (int t = 0; t < Length; t++)
        {
            if (t == 1)
            {
                allowed[(t * Tags) + tags[t]] = true;
                continue;
            }
            tags[t] = -1;
            allowed[t * Tags] = true;
            allowed.AsSpan((t * Tags) + TagScheme.Begin(1), 4).Fill(true);
        }
        return (tags, allowed);
    }

    private static bool Agrees(int[] path, int[] tags, bool[] allowed)
    {
        for (int t = 0; t < Length; t++)
        {
            if (allowed.Length == 0 ? path[t] != tags[t] : !allowed[(t * Tags) + path[t]])
                return false;
        }
        return true;
    }

    private static List<int[]> ValidPaths()
    {
        List<int[]> paths =
        [
            [],
        ];
        for (int t = 0; t < Length; t++)
        {
            int at = t;
            paths =
            [
                .. paths.SelectMany(path =>
                    Enumerable
                        .Range(0, Tags)
                        .Where(tag => at == 0 ? TagScheme.MayStart(tag) : TagScheme.MayFollow(path[^1], tag))
                        .Select(tag => (int[])[.. path, tag])
                ),
            ];
        }
        return paths.FindAll(path => TagScheme.MayEnd(path[^1]));
    }

    private sealed record Scores(float[] Emissions, float[] Transitions, float[] Starts, float[] Ends)
    {
        public static Scores Draw(int seed)
        {
            Random random = new(seed);
            return new(Values(Length * Tags), Values(Tags * Tags), Values(Tags), Values(Tags));
            float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 4) - 2)];
        }

        public LinearChain Chain() => new(Scheme, Transitions, Starts, Ends);

        public double Of(int[] path)
        {
            double score = Starts[path[0]] + Ends[path[^1]];
            for (int t = 0; t < path.Length; t++)
                score += Emissions[(t * Tags) + path[t]] + (t == 0 ? 0 : Transitions[(path[t - 1] * Tags) + path[t]]);
            return score;
        }
    }
}
