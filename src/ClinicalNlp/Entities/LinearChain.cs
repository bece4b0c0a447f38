using System.Numerics;
using System.Numerics.Tensors;

namespace ClinicalNlp.Entities;

/// <summary>
/// A linear-chain conditional random field over BILOU tags (Lafferty, McCallum and Pereira 2001): the best path, and the forward and
/// backward sums from which probabilities follow.
/// </summary>
/// <remarks>
/// Sums run on probabilities in double precision, each step scaled by its own factor whose logarithms are added up: the same numbers
/// as in log space, without a logarithm for every pair of tags. Tags are padded to whole SIMD vectors. Immutable, thread-safe.
/// </remarks>
internal sealed class LinearChain
{
    private const float Never = -1e30f;

    private readonly float[] scores; // [from, to]; Never where the tags may not follow
    private readonly float[] start;
    private readonly float[] end;
    private readonly double[] weights; // exp(scores), [from, to]
    private readonly TransitionWeights forward;
    private readonly TransitionWeights backward;
    private readonly double[] startWeights;
    private readonly double[] endWeights;

    /// <param name="transitions">[tags, tags] from, to.</param>
    public LinearChain(TagScheme scheme, ReadOnlySpan<float> transitions, ReadOnlySpan<float> starts, ReadOnlySpan<float> ends)
    {
        Tags = scheme.Count;
        int lanes = Math.Max(Vector<float>.Count, Vector<double>.Count);
        Stride = (Tags + lanes - 1) / lanes * lanes;
        scores = new float[Tags * Stride];
        weights = new double[Tags * Stride];
        double[] transposed = new double[Tags * Stride]; // [to, from]
        start = new float[Stride];
        end = new float[Stride];
        startWeights = new double[Stride];
        endWeights = new double[Stride];
        Array.Fill(scores, Never);
        Array.Fill(start, Never);
        Array.Fill(end, Never);
        for (int from = 0; from < Tags; from++)
        {
            if (TagScheme.MayStart(from))
                startWeights[from] = Math.Exp(start[from] = starts[from]);
            if (TagScheme.MayEnd(from))
                endWeights[from] = Math.Exp(end[from] = ends[from]);
            for (int to = 0; to < Tags; to++)
            {
                if (!TagScheme.MayFollow(from, to))
                    continue;
                float score = transitions[(from * Tags) + to];
                scores[(from * Stride) + to] = score;
                weights[(from * Stride) + to] = transposed[(to * Stride) + from] = Math.Exp(score);
            }
        }
        forward = new TransitionWeights(weights, Tags, Stride);
        backward = new TransitionWeights(transposed, Tags, Stride);
    }

    public int Tags { get; }

    /// <summary>Tags rounded up to whole vectors: the row length of the sums.</summary>
    public int Stride { get; }

    /// <summary>exp of a transition score; 0 where it may not happen.</summary>
    public double Weight(int from, int to) => weights[(from * Stride) + to];

    public double StartWeight(int tag) => startWeights[tag];

    public double EndWeight(int tag) => endWeights[tag];

    /// <summary>The most probable valid path (Viterbi).</summary>
    /// <param name="emissions">[length, tags].</param>
    public int[] BestPath(ReadOnlySpan<float> emissions)
    {
        int length = emissions.Length / Tags;
        int[] path = new int[length];
        if (length == 0)
            return path;
        float[] current = new float[Stride];
        float[] next = new float[Stride];
        int[] back = new int[length * Stride];
        Add(emissions[..Tags], start, current);
        int width = Vector<float>.Count;
        for (int t = 1; t < length; t++)
        {
            Span<int> from = back.AsSpan(t * Stride, Stride);
            for (int v = 0; v < Stride; v += width)
            {
                Vector<float> best = new(float.NegativeInfinity);
                Vector<int> arg = Vector<int>.Zero;
                for (int i = 0; i < Tags; i++)
                {
                    Vector<float> candidate = new Vector<float>(scores, (i * Stride) + v) + new Vector<float>(current[i]);
                    Vector<int> better = Vector.GreaterThan(candidate, best);
                    best = Vector.ConditionalSelect(better, candidate, best);
                    arg = Vector.ConditionalSelect(better, new Vector<int>(i), arg);
                }
                best.CopyTo(next, v);
                arg.CopyTo(from[v..]);
            }
            Add(emissions.Slice(t * Tags, Tags), next, next);
            (current, next) = (next, current);
        }
        Add(end.AsSpan(0, Tags), current, current);
        path[^1] = TensorPrimitives.IndexOfMax<float>(current.AsSpan(0, Tags));
        for (int t = length - 1; t > 0; t--)
            path[t - 1] = back[(t * Stride) + path[t]];
        return path;
    }

    /// <summary>Forward and backward sums over all valid paths or, with <paramref name="allowed"/>, over those that agree with it.</summary>
    /// <param name="emissions">[length, tags].</param>
    /// <param name="allowed">[length, tags], true for the tags that a token may have; empty allows all.</param>
    public ChainSums Sum(ReadOnlySpan<float> emissions, ReadOnlySpan<bool> allowed = default)
    {
        int length = emissions.Length / Tags;
        double[] local = new double[length * Stride];
        double logScale = 0;
        Span<float> shifted = stackalloc float[Tags];
        for (int t = 0; t < length; t++)
        {
            ReadOnlySpan<float> row = emissions.Slice(t * Tags, Tags);
            float max = TensorPrimitives.Max(row);
            logScale += max;
            TensorPrimitives.Subtract(row, max, shifted);
            TensorPrimitives.Exp(shifted, shifted);
            Span<double> weight = local.AsSpan(t * Stride, Stride);
            TensorPrimitives.ConvertTruncating<float, double>(shifted, weight);
            if (allowed.IsEmpty)
                continue;
            for (int tag = 0; tag < Tags; tag++)
            {
                if (!allowed[(t * Tags) + tag])
                    weight[tag] = 0;
            }
        }

        double[] alpha = new double[length * Stride];
        double[] beta = new double[length * Stride];
        double[] scale = new double[length];
        double[] step = new double[Stride];
        for (int t = 0; t < length; t++)
        {
            Span<double> row = alpha.AsSpan(t * Stride, Stride);
            if (t == 0)
                startWeights.CopyTo(row);
            else
                forward.Multiply(alpha.AsSpan((t - 1) * Stride, Stride), row);
            TensorPrimitives.Multiply<double>(row, local.AsSpan(t * Stride, Stride), row);
            scale[t] = TensorPrimitives.Sum<double>(row);
            if (scale[t] <= 0)
                return ChainSums.Impossible(this, length);
            TensorPrimitives.Multiply(row, 1 / scale[t], row);
            logScale += Math.Log(scale[t]);
        }
        double last = TensorPrimitives.Dot<double>(alpha.AsSpan((length - 1) * Stride, Stride), endWeights);
        if (last <= 0)
            return ChainSums.Impossible(this, length);
        logScale += Math.Log(last);
        TensorPrimitives.Multiply<double>(endWeights, 1 / last, beta.AsSpan((length - 1) * Stride, Stride));
        for (int t = length - 1; t > 0; t--)
        {
            TensorPrimitives.Multiply<double>(beta.AsSpan(t * Stride, Stride), local.AsSpan(t * Stride, Stride), step);
            TensorPrimitives.Multiply(step, 1 / scale[t], step);
            backward.Multiply(step, beta.AsSpan((t - 1) * Stride, Stride));
        }
        return new ChainSums(this, length, logScale, local, alpha, beta, scale);
    }

    private static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> sum) =>
        TensorPrimitives.Add(a, b[..a.Length], sum[..a.Length]);
}

/// <summary>The sums of one sequence: its normaliser and every marginal probability.</summary>
internal sealed class ChainSums
{
    private readonly LinearChain chain;
    private readonly double[] local;
    private readonly double[] alpha;
    private readonly double[] beta;
    private readonly double[] scale;

    internal ChainSums(LinearChain chain, int length, double logTotal, double[] local, double[] alpha, double[] beta, double[] scale)
    {
        this.chain = chain;
        this.local = local;
        this.alpha = alpha;
        this.beta = beta;
        this.scale = scale;
        Length = length;
        LogTotal = logTotal;
    }

    internal static ChainSums Impossible(LinearChain chain, int length) => new(chain, length, double.NegativeInfinity, [], [], [], []);

    public int Length { get; }

    /// <summary>Log of the summed scores of the paths; -∞ when there is none.</summary>
    public double LogTotal { get; }

    public bool IsPossible => !double.IsNegativeInfinity(LogTotal);

    /// <summary>P(tag at t).</summary>
    public double Marginal(int t, int tag) => alpha[(t * chain.Stride) + tag] * beta[(t * chain.Stride) + tag];

    /// <summary>P(tag at t), all tags; <paramref name="marginals"/> has the chain's stride.</summary>
    public void Marginals(int t, Span<double> marginals) =>
        TensorPrimitives.Multiply<double>(
            alpha.AsSpan(t * chain.Stride, chain.Stride),
            beta.AsSpan(t * chain.Stride, chain.Stride),
            marginals
        );

    /// <summary>
    /// Adds Σ over t of α(t-1, from) · weight(t, to) β(t, to) to <paramref name="pairs"/> [tags, stride]: multiplied by the transition
    /// weights, the expected number of times each pair of tags follows.
    /// </summary>
    public void AddPairs(double[] pairs, double factor)
    {
        double[] right = new double[chain.Stride];
        for (int t = 1; t < Length; t++)
        {
            TensorPrimitives.Multiply<double>(
                local.AsSpan(t * chain.Stride, chain.Stride),
                beta.AsSpan(t * chain.Stride, chain.Stride),
                right
            );
            TensorPrimitives.Multiply(right, factor / scale[t], right);
            for (int from = 0; from < chain.Tags; from++)
            {
                double left = alpha[((t - 1) * chain.Stride) + from];
                if (left == 0)
                    continue;
                Span<double> row = pairs.AsSpan(from * chain.Stride, chain.Stride);
                TensorPrimitives.MultiplyAdd<double>(right, left, row, row);
            }
        }
    }

    /// <summary>Every mention that is more probable than <paramref name="least"/>, in the order of first tokens.</summary>
    /// <param name="least">Above 0: the work grows as it falls.</param>
    public List<SpanProbability> Spans(double least)
    {
        List<SpanProbability> spans = [];
        int labels = (chain.Tags - 1) / 4;
        double[] marginals = new double[chain.Stride];
        for (int first = 0; first < Length; first++)
        {
            Marginals(first, marginals);
            for (int label = 0; label < labels; label++)
            {
                double unit = marginals[TagScheme.Unit(label)];
                if (unit > least)
                    spans.Add(new SpanProbability(first, first, label, Math.Min(1, unit)));
                if (marginals[TagScheme.Begin(label)] > least)
                    Longer(first, label, least, spans);
            }
        }
        return spans;
    }

    private void Longer(int first, int label, double least, List<SpanProbability> spans)
    {
        double product = alpha[(first * chain.Stride) + TagScheme.Begin(label)];
        int tag = TagScheme.Begin(label);
        int inside = TagScheme.Inside(label);
        int end = TagScheme.Last(label);
        for (int t = first + 1; t < Length; t++)
        {
            int row = t * chain.Stride;
            double probability = product * chain.Weight(tag, end) * local[row + end] / scale[t] * beta[row + end];
            if (probability > least)
                spans.Add(new SpanProbability(first, t, label, Math.Min(1, probability)));
            product *= chain.Weight(tag, inside) * local[row + inside] / scale[t];
            if (product * beta[row + inside] <= least)
                return;
            tag = inside;
        }
    }

    /// <summary>The probability that exactly the tokens [first, last] carry the label: the share of all paths that have this mention.</summary>
    public double Probability(int first, int last, int label)
    {
        if (first == last)
            return Math.Clamp(Marginal(first, TagScheme.Unit(label)), 0, 1);
        double product = alpha[(first * chain.Stride) + TagScheme.Begin(label)];
        int tag = TagScheme.Begin(label);
        for (int t = first + 1; t <= last; t++)
        {
            int next = t == last ? TagScheme.Last(label) : TagScheme.Inside(label);
            product *= chain.Weight(tag, next) * local[(t * chain.Stride) + next] / scale[t];
            tag = next;
        }
        return Math.Clamp(product * beta[(last * chain.Stride) + tag], 0, 1);
    }

    /// <summary>The probability that all the tokens [first, last] are outside every mention.</summary>
    public double Outside(int first, int last)
    {
        double product = alpha[(first * chain.Stride) + TagScheme.Outside];
        for (int t = first + 1; t <= last; t++)
        {
            product *= chain.Weight(TagScheme.Outside, TagScheme.Outside) * local[(t * chain.Stride) + TagScheme.Outside] / scale[t];
        }
        return Math.Clamp(product * beta[(last * chain.Stride) + TagScheme.Outside], 0, 1);
    }
}

/// <summary>A possible mention of the tokens [first, last].</summary>
internal readonly record struct SpanProbability(int First, int Last, int Label, double Probability);
