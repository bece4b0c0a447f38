using System.Numerics.Tensors;

namespace ClinicalNlp.Training.Graph;

/// <summary>
/// The gradients of a list of weights, summed over passes. Each worker has its own; they are merged in worker order, so that the
/// floating-point sum, and with it the whole training, is the same for the same seed whatever the threads do.
/// </summary>
public sealed class GradientSum(IReadOnlyList<Parameter> parameters)
{
    private readonly float[][] sums = [.. parameters.Select(parameter => new float[parameter.Length])];

    public float[] this[int parameter] => sums[parameter];

    public int Count => sums.Length;

    public void Add(int parameter, ReadOnlySpan<float> gradient) => TensorPrimitives.Add(sums[parameter], gradient, sums[parameter]);

    public void Add(GradientSum other)
    {
        for (int i = 0; i < sums.Length; i++)
            Add(i, other.sums[i]);
    }

    public double SquaredNorm() => sums.Sum(sum => (double)TensorPrimitives.Dot<float>(sum, sum));

    public void Scale(float factor)
    {
        foreach (float[] sum in sums)
            TensorPrimitives.Multiply(sum, factor, sum);
    }

    public void Clear()
    {
        foreach (float[] sum in sums)
            Array.Clear(sum);
    }
}
