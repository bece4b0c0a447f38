using System.Numerics.Tensors;

namespace ClinicalNlp.Training.Losses;

/// <summary>-log softmax(scores)[target], summed over the rows, and its gradient.</summary>
public static class SoftmaxCrossEntropy
{
    /// <param name="scores">[rows, classes].</param>
    /// <param name="targets">A class per row; -1 leaves the row out.</param>
    /// <param name="gradient">Receives d loss / d scores, [rows, classes].</param>
    /// <param name="smoothing">Probability mass spread evenly over all classes (Szegedy et al. 2016).</param>
    public static double Loss(
        ReadOnlySpan<float> scores,
        ReadOnlySpan<int> targets,
        int classes,
        Span<float> gradient,
        float smoothing = 0,
        ReadOnlySpan<float> weights = default
    )
    {
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            Span<float> d = gradient.Slice(row * classes, classes);
            int target = targets[row];
            if (target < 0)
            {
                d.Clear();
                continue;
            }
            ReadOnlySpan<float> s = scores.Slice(row * classes, classes);
            float max = TensorPrimitives.Max(s);
            TensorPrimitives.Subtract(s, max, d);
            TensorPrimitives.Exp(d, d);
            float sum = TensorPrimitives.Sum<float>(d);
            float logSum = MathF.Log(sum) + max;
            float weight = weights.IsEmpty ? 1 : weights[row];
            float even = smoothing / classes;
            double rowLoss = (1 - smoothing) * (logSum - s[target]);
            if (smoothing > 0)
                rowLoss += even * ((classes * (double)logSum) - TensorPrimitives.Sum<float>(s));
            loss += weight * rowLoss;
            TensorPrimitives.Multiply(d, 1 / sum, d);
            if (smoothing > 0)
                TensorPrimitives.Subtract(d, even, d);
            d[target] -= 1 - smoothing;
            if (weight != 1)
                TensorPrimitives.Multiply(d, weight, d);
        }
        return loss;
    }
}
