namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>y = x W + b, with x [rows, in] and W [in, out].</summary>
public sealed class Linear(string name, int inputs, int outputs, Random random, float gain = 1)
{
    public Parameter Weight { get; } = Parameter.Matrix(name + ".weight", inputs, outputs, random, gain);

    public Parameter Bias { get; } = Parameter.Vector(name + ".bias", outputs);

    public Value Apply(Tape tape, Value x)
    {
        tape.Multiply(Weight, x);
        string weight = tape.Use(Weight);
        string bias = tape.Use(Bias);
        if (tape.ByteScale(x) is not null)
            return ByteProduct.Apply(tape, x, Weight, Bias, ..);
        Value y = new(tape.Forward.Node("Gemm", [x.Name, weight, bias]), outputs);
        tape.Record(() =>
        {
            if (tape.GradientOf(y.Name) is not { } dy)
                return;
            // Gemm transposes while it reads: no transpose is ever stored.
            OnnxGraph backward = tape.Backward;
            tape.Contribute(weight, backward.Node("Gemm", [tape.Saved(x.Name), dy], ("transA", 1)));
            tape.Contribute(bias, backward.Node("ReduceSum", [dy, backward.Integers(0)], ("keepdims", 0)));
            tape.Contribute(x.Name, backward.Node("Gemm", [dy, tape.Saved(weight)], ("transB", 1)));
        });
        return y;
    }
}
