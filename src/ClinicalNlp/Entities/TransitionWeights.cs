using System.Numerics;
using System.Runtime.InteropServices;

namespace ClinicalNlp.Entities;

/// <summary>
/// The weights of a chain's transitions, [from, to], laid out for one step of its sums. Half of the tags stand inside a mention and lead to two
/// others; the rest lead to the tags that may begin one. Those make a dense block a quarter of the whole. Immutable.
/// </summary>
internal sealed class TransitionWeights
{
    private readonly int[] rows; // of the block
    private readonly int[] columns; // of the block
    private readonly int stride; // columns rounded up to whole vectors
    private readonly double[] block;
    private readonly (int From, int To, double Weight)[] single;

    /// <param name="dense">[tags, stride]; 0 where a tag may not follow.</param>
    public TransitionWeights(ReadOnlySpan<double> dense, int tags, int stride)
    {
        int[][] followers = new int[tags][];
        for (int from = 0; from < tags; from++)
        {
            List<int> to = [];
            for (int i = 0; i < tags; i++)
            {
                if (dense[(from * stride) + i] != 0)
                    to.Add(i);
            }
            followers[from] = [.. to];
        }
        rows = [.. Enumerable.Range(0, tags).Where(from => followers[from].Length > 2)];
        columns = [.. rows.SelectMany(from => followers[from]).Distinct().Order()];
        this.stride = (columns.Length + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        block = new double[rows.Length * this.stride];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int c = 0; c < columns.Length; c++)
                block[(r * this.stride) + c] = dense[(rows[r] * stride) + columns[c]];
        }
        List<(int, int, double)> rest = [];
        for (int from = 0; from < tags; from++)
        {
            if (followers[from].Length > 2)
                continue;
            foreach (int to in followers[from])
                rest.Add((from, to, dense[(from * stride) + to]));
        }
        single = [.. rest];
    }

    /// <summary>result = x M.</summary>
    /// <param name="x">At least [tags].</param>
    /// <param name="result">At least [tags]; what lies beyond is cleared.</param>
    public void Multiply(ReadOnlySpan<double> x, Span<double> result)
    {
        result.Clear();
        int width = Vector<double>.Count;
        Span<Vector<double>> sums = stackalloc Vector<double>[stride / width];
        ReadOnlySpan<Vector<double>> weights = MemoryMarshal.Cast<double, Vector<double>>(block);
        for (int r = 0; r < rows.Length; r++)
        {
            double factor = x[rows[r]];
            if (factor == 0)
                continue;
            ReadOnlySpan<Vector<double>> row = weights.Slice(r * sums.Length, sums.Length);
            Vector<double> factors = new(factor);
            for (int v = 0; v < sums.Length; v++)
                sums[v] += factors * row[v];
        }
        ReadOnlySpan<double> summed = MemoryMarshal.Cast<Vector<double>, double>(sums);
        for (int c = 0; c < columns.Length; c++)
            result[columns[c]] = summed[c];
        foreach ((int from, int to, double weight) in single)
            result[to] += x[from] * weight;
    }
}
