using System.Numerics.Tensors;

namespace ClinicalNlp.Vectors;

/// <summary>Rows of signed bytes with one scale each.</summary>
internal sealed record QuantizedTable(int Width, float[] Scales, sbyte[] Values)
{
    public int Rows => Scales.Length;

    /// <param name="values">[rows, width].</param>
    public static QuantizedTable Of(ReadOnlySpan<float> values, int width)
    {
        float[] scales = new float[values.Length / width];
        sbyte[] quantized = new sbyte[values.Length];
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<float> source = values.Slice(row * width, width);
            float scale = scales[row] = Math.Abs(TensorPrimitives.MaxMagnitude(source)) / sbyte.MaxValue;
            for (int i = 0; i < width && scale > 0; i++)
                quantized[(row * width) + i] = (sbyte)MathF.Round(source[i] / scale);
        }
        return new QuantizedTable(width, scales, quantized);
    }

    public void AddTo(int row, Span<float> sum)
    {
        float scale = Scales[row];
        ReadOnlySpan<sbyte> values = Values.AsSpan(row * Width, Width);
        for (int i = 0; i < sum.Length; i++)
            sum[i] += scale * values[i];
    }
}
