namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// y = x W + b in whole numbers (Jacob et al. 2018): x in bytes with one scale (<see cref="Tape.Bytes"/>), some columns of W [in, out] in signed
/// bytes with a scale each, sums in 32 bits, y in floats. For inference alone.
/// </summary>
/// <remarks>
/// Weights stay within ±63: processors without VNNI add two products in 16 bits, and answers must not depend on the processor. W itself remains
/// in the file as floats, for training that continues from it.
/// </remarks>
internal static class ByteProduct
{
    private const int Largest = 63;

    public static Value Apply(Tape tape, Value x, Parameter weight, Parameter bias, Range columns)
    {
        int outputs = bias.Length;
        (int first, int count) = columns.GetOffsetAndLength(outputs);
        int inputs = weight.Length / outputs;
        sbyte[] values = new sbyte[inputs * count];
        float[] scales = new float[count];
        for (int column = 0; column < count; column++)
        {
            float largest = 0;
            for (int row = 0; row < inputs; row++)
                largest = Math.Max(largest, Math.Abs(weight.Values[(row * outputs) + first + column]));
            scales[column] = largest > 0 ? largest / Largest : 1;
            for (int row = 0; row < inputs; row++)
                values[(row * count) + column] = (sbyte)MathF.Round(weight.Values[(row * outputs) + first + column] / scales[column]);
        }
        OnnxGraph graph = tape.Forward;
        string name = $"{weight.Name}.bytes.{first}";
        string product = graph.MicrosoftNode(
            "MatMulIntegerToFloat",
            [
                x.Name,
                graph.Initializer(name, values, inputs, count),
                tape.ByteScale(x) ?? throw new ArgumentException("the value is not in bytes", nameof(x)),
                graph.Initializer(name + ".scales", scales, count),
                tape.ZeroByte,
                "",
                graph.Initializer(name + ".bias", bias.Values.AsSpan(columns), count),
            ]
        );
        return new Value(product, count);
    }
}
