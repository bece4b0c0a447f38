namespace ClinicalNlp.Training.Graph;

/// <summary>A trained array: its values live in managed memory, where the optimiser updates them in place.</summary>
/// <param name="Decays">Whether weight decay applies: matrices yes, biases and normalisation gains no.</param>
public sealed record Parameter(string Name, IReadOnlyList<long> Shape, float[] Values, bool Decays)
{
    public int Length => Values.Length;

    /// <summary>A weight matrix drawn uniformly within ±√(6 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    public static Parameter Matrix(string name, int rows, int columns, Random random, float gain = 1)
    {
        float bound = gain * MathF.Sqrt(6f / (rows + columns));
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
            values[i] = ((2 * random.NextSingle()) - 1) * bound;
        return new Parameter(name, [rows, columns], values, true);
    }

    public static Parameter Vector(string name, int length, float value = 0)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return new Parameter(name, [length], values, false);
    }
}
