using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>A bag's rows in a table: their weighted sum, and its gradient.</summary>
internal static class FeatureRows
{
    /// <summary>Adds the bag's rows, each by its weight, to <paramref name="sum"/>.</summary>
    public static void AddTo(this EmbeddingTable table, FeatureBag bag, Span<float> sum)
    {
        for (int j = 0; j < bag.Rows.Length; j++)
            TensorPrimitives.MultiplyAdd(table.Row(bag.Rows[j]), bag.Weights[j], sum, sum);
    }

    /// <summary>Adds the gradient of a weighted sum to each of its rows.</summary>
    public static void Add(this RowGradients gradients, FeatureBag bag, ReadOnlySpan<float> gradient)
    {
        Span<float> scaled = stackalloc float[gradient.Length];
        for (int j = 0; j < bag.Rows.Length; j++)
        {
            TensorPrimitives.Multiply(gradient, bag.Weights[j], scaled);
            gradients.Add(bag.Rows[j], scaled);
        }
    }
}
