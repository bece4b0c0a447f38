using ClinicalNlp.Entities;

namespace ClinicalNlp.Training.Losses;

/// <summary>
/// Negative log-likelihood of a linear chain, for full and for partial labels: minus the log of the summed probability of all paths
/// that agree with what is known (Tsuboi et al. 2008). Gradients: P(tag) over all paths minus P(tag) over the agreeing ones.
/// </summary>
internal sealed class ChainLoss(LinearChain chain)
{
    private readonly double[] pairs = new double[chain.Tags * chain.Stride];
    private readonly double[] taughtPairs = new double[chain.Tags * chain.Stride];
    private readonly double[] expected = new double[chain.Stride];
    private readonly double[] agreeing = new double[chain.Stride];
    private readonly float[] starts = new float[chain.Tags];
    private readonly float[] ends = new float[chain.Tags];

    // How often tags follow each other in truth: counted from gold paths directly, expected of a teacher.
    private readonly float[] goldPairs = new float[chain.Tags * chain.Tags];

    /// <summary>One sequence; transitions' gradients are kept until <see cref="TakeTransitions"/>.</summary>
    /// <param name="emissions">[length, tags].</param>
    /// <param name="tags">The tag of each token; -1 where only <paramref name="allowed"/> is known.</param>
    /// <param name="allowed">[length, tags]; empty when every tag is known.</param>
    /// <param name="gradient">Receives d loss / d emissions, [length, tags].</param>
    public double Add(
        ReadOnlySpan<float> emissions,
        ReadOnlySpan<int> tags,
        ReadOnlySpan<bool> allowed,
        Span<float> gradient,
        float weight = 1
    )
    {
        int count = chain.Tags;
        ChainSums all = chain.Sum(emissions);
        ChainSums? known = allowed.IsEmpty ? null : chain.Sum(emissions, allowed);
        if (!all.IsPossible || known is { IsPossible: false })
        {
            gradient.Clear();
            return 0;
        }
        double gold = known?.LogTotal ?? PathScore(emissions, tags);
        for (int t = 0; t < tags.Length; t++)
        {
            all.Marginals(t, expected);
            known?.Marginals(t, agreeing);
            Span<float> row = gradient.Slice(t * count, count);
            for (int tag = 0; tag < count; tag++)
            {
                double truth =
                    known is not null ? agreeing[tag]
                    : tags[t] == tag ? 1
                    : 0;
                float difference = (float)(weight * (expected[tag] - truth));
                row[tag] = difference;
                if (t == 0)
                    starts[tag] += difference;
                if (t == tags.Length - 1)
                    ends[tag] += difference;
            }
        }
        all.AddPairs(pairs, weight);
        if (known is not null)
        {
            known.AddPairs(pairs, -weight);
        }
        else
        {
            for (int t = 1; t < tags.Length; t++)
                goldPairs[(tags[t - 1] * count) + tags[t]] += weight;
        }
        return weight * (all.LogTotal - gold);
    }

    /// <summary>
    /// The divergence from a teacher's chain over the same tags: Σ over all paths of P(path by the teacher) · log of P(by the teacher) / P(by
    /// this chain), which is sequence distillation without drawing paths (Kim and Rush 2016; Wang et al. 2020 for chains). Gradients: P(tag)
    /// here minus P(tag) there.
    /// </summary>
    /// <param name="taught">The teacher's emissions, [length, tags].</param>
    /// <param name="gradient">Receives d loss / d emissions, [length, tags].</param>
    public double AddTaught(ReadOnlySpan<float> emissions, LinearChain teacher, ReadOnlySpan<float> taught, Span<float> gradient)
    {
        int count = chain.Tags;
        ChainSums mine = chain.Sum(emissions);
        ChainSums theirs = teacher.Sum(taught);
        if (!mine.IsPossible || !theirs.IsPossible)
        {
            gradient.Clear();
            return 0;
        }
        int length = emissions.Length / count;
        double divergence = mine.LogTotal - theirs.LogTotal;
        for (int t = 0; t < length; t++)
        {
            mine.Marginals(t, expected);
            theirs.Marginals(t, agreeing);
            for (int tag = 0; tag < count; tag++)
            {
                int at = (t * count) + tag;
                float difference = (float)(expected[tag] - agreeing[tag]);
                gradient[at] = difference;
                divergence += agreeing[tag] * (taught[at] - emissions[at]);
                if (t == 0)
                    starts[tag] += difference;
                if (t == length - 1)
                    ends[tag] += difference;
                if (t == 0 && agreeing[tag] > 0)
                    divergence += agreeing[tag] * Math.Log(teacher.StartWeight(tag) / chain.StartWeight(tag));
                if (t == length - 1 && agreeing[tag] > 0)
                    divergence += agreeing[tag] * Math.Log(teacher.EndWeight(tag) / chain.EndWeight(tag));
            }
        }
        mine.AddPairs(pairs, 1);
        Array.Clear(taughtPairs);
        theirs.AddPairs(taughtPairs, 1);
        for (int from = 0; from < count; from++)
        {
            for (int to = 0; to < count; to++)
            {
                double times = taughtPairs[(from * chain.Stride) + to] * teacher.Weight(from, to);
                if (times == 0)
                    continue;
                goldPairs[(from * count) + to] += (float)times;
                divergence += times * Math.Log(teacher.Weight(from, to) / chain.Weight(from, to));
            }
        }
        return divergence;
    }

    /// <summary>Adds the gradients of the transition, start and end scores gathered so far, and forgets them.</summary>
    public void TakeTransitions(Span<float> transitions, Span<float> startScores, Span<float> endScores)
    {
        int count = chain.Tags;
        for (int from = 0; from < count; from++)
        {
            if (TagScheme.MayStart(from))
                startScores[from] += starts[from];
            if (TagScheme.MayEnd(from))
                endScores[from] += ends[from];
            for (int to = 0; to < count; to++)
            {
                if (!TagScheme.MayFollow(from, to))
                    continue;
                double value = (pairs[(from * chain.Stride) + to] * chain.Weight(from, to)) - goldPairs[(from * count) + to];
                transitions[(from * count) + to] += (float)value;
            }
        }
        Array.Clear(pairs);
        Array.Clear(goldPairs);
        Array.Clear(starts);
        Array.Clear(ends);
    }

    private double PathScore(ReadOnlySpan<float> emissions, ReadOnlySpan<int> tags)
    {
        double score = Math.Log(chain.StartWeight(tags[0])) + Math.Log(chain.EndWeight(tags[^1]));
        for (int t = 0; t < tags.Length; t++)
        {
            score += emissions[(t * chain.Tags) + tags[t]];
            if (t > 0)
                score += Math.Log(chain.Weight(tags[t - 1], tags[t]));
        }
        return score;
    }
}
