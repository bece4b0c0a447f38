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

    /// <summary>Whether there are labels that the base does not have.</summary>
    public bool HasNewLabels => network.Scheme.Count > baseTags;

    /// <param name="share">Of the tuned weights: 1 leaves them as they are, 0 gives the base back.</param>
    public void Apply(float share)
    {
        for (int i = 0; i < tables.Length; i++)
            Move(network.Tables[i].Values, tables[i], share);
        for (int i = 0; i < dense.Length; i++)
        {
            Parameter parameter = network.Parameters[i];
            int tags = network.Scheme.Count;
            if (!HasTags(parameter))
            {
                Move(parameter.Values, dense[i], share);
                continue;
            }
            for (int row = 0; row < parameter.Length / tags; row++)
                Move(parameter.Values.AsSpan(row * tags, baseTags), dense[i].AsSpan(row * tags, baseTags), share);
        }
    }

    /// <summary>Clears all of the gradients but what moves the tags of new labels.</summary>
    public void Hold(GradientSum gradients)
    {
        int tags = network.Scheme.Count;
        for (int i = 0; i < gradients.Count; i++)
        {
            Span<float> gradient = gradients[i];
            if (!HasTags(network.Parameters[i]))
            {
                gradient.Clear();
                continue;
            }
            for (int row = 0; row < gradient.Length / tags; row++)
                gradient.Slice(row * tags, baseTags).Clear();
        }
    }

    /// <summary>Whether the parameter has a column for each tag, and new ones among them.</summary>
    private bool HasTags(Parameter parameter) => HasNewLabels && parameter.Shape[^1] == network.Scheme.Count;

    private static void Move(Span<float> tuned, ReadOnlySpan<float> start, float share) =>
        TensorPrimitives.Lerp(start, tuned, share, tuned);
}
