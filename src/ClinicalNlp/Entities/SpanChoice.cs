namespace ClinicalNlp.Entities;

/// <summary>Which of the possible mentions are answered: those that together are worth most, where one is worth its probability less a threshold.</summary>
internal static class SpanChoice
{
    /// <param name="spans">In the order of first tokens, each more probable than the threshold.</param>
    /// <returns>In the same order, none sharing a token with another.</returns>
    public static List<SpanProbability> Best(List<SpanProbability> spans, double threshold)
    {
        // Weighted interval scheduling from the right: what is worth most from each span on, with or without it.
        double[] worth = new double[spans.Count + 1];
        int[] next = new int[spans.Count];
        bool[] taken = new bool[spans.Count];
        for (int i = spans.Count - 1; i >= 0; i--)
        {
            int after = i + 1;
            while (after < spans.Count && spans[after].First <= spans[i].Last)
                after++;
            double with = spans[i].Probability - threshold + worth[after];
            taken[i] = with > worth[i + 1];
            worth[i] = Math.Max(with, worth[i + 1]);
            next[i] = taken[i] ? after : i + 1;
        }
        List<SpanProbability> best = [];
        for (int i = 0; i < spans.Count; i = next[i])
        {
            if (taken[i])
                best.Add(spans[i]);
        }
        return best;
    }
}
