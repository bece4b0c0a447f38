using System.Numerics.Tensors;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// Remembers a fine-tuned network's starting weights and moves the result part of the way back to them: averaging before and after
/// keeps more of what the base knew than it costs of what was learnt (Wortsman et al. 2022).
/// </summary>
internal sealed class BaseBlend
{
    private readonly EntityNetwork network;
    private readonly int baseTags;
    private readonly float[][] tables;
    private readonly float[][] dense;

    /// <param name="baseLabels">The tags of labels beyond these were not there before: they are not moved back.</param>
    public BaseBlend(EntityNetwork network, int baseLabels)
    {
        this.network = network;
        baseTags = 1 + (4 * baseLabels);
        tables = [.. network.Tables.Select(table => table.Values.ToArray())];
        dense = [.. network.Parameters.Select(parameter => parameter.Values.ToArray())];
    }

    /// <param name="share">Of the tuned weights: 1 leaves them as they are, 0 gives the base back.</param>
    public void Apply(float share)
    {
        for (int i = 0; i < tables.Length; i++)
            Move(network.Tables[i].Values, tables[i], share);
        for (int i = 0; i < dense.Length; i++)
        {
            Parameter parameter = network.Parameters[i];
            int tags = network.Scheme.Count;
            if (tags == baseTags || parameter.Shape[^1] != tags)
            {
                Move(parameter.Values, dense[i], share);
                continue;
            }
            for (int row = 0; row < parameter.Length / tags; row++)
                Move(parameter.Values.AsSpan(row * tags, baseTags), dense[i].AsSpan(row * tags, baseTags), share);
        }
    }

    private static void Move(Span<float> tuned, ReadOnlySpan<float> start, float share) =>
        TensorPrimitives.Lerp(start, tuned, share, tuned);
}
