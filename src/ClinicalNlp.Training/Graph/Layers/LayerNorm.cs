namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>y = (x - mean) / √(variance + ε) · gain + bias over each row (Ba, Kiros and Hinton 2016).</summary>
public sealed class LayerNorm(string name, int width)
{
    public Parameter Gain { get; } = Parameter.Vector(name + ".gain", width, 1);

    public Parameter Bias { get; } = Parameter.Vector(name + ".bias", width);

    public Value Apply(Tape tape, Value x)
    {
        string gain = tape.Use(Gain);
        string bias = tape.Use(Bias);
        if (tape.Mode == Mode.Inference)
            return InUse(tape.Forward, x, gain, bias);

        string[] outputs = tape.Forward.Nodes("LayerNormalization", 3, [x.Name, gain, bias], ("axis", -1), ("epsilon", 1e-5f));
        (string y, string mean, string inverse) = (outputs[0], outputs[1], outputs[2]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string last = backward.Integers(1);
            string centred = backward.Node("Sub", [tape.Saved(x.Name), tape.Saved(mean)]);
            string normal = backward.Node("Mul", [centred, tape.Saved(inverse)]);
            string rows = backward.Integers(0);
            tape.Contribute(gain, backward.Node("ReduceSum", [backward.Node("Mul", [dy, normal]), rows], ("keepdims", 0)));
            tape.Contribute(bias, backward.Node("ReduceSum", [dy, rows], ("keepdims", 0)));
            // dx = (g - mean(g) - n · mean(g · n)) / σ, with g = dy · gain and n the normalised row.
            string g = backward.Node("Mul", [dy, tape.Saved(gain)]);
            string meanG = backward.Node("ReduceMean", [g, last]);
            string meanGn = backward.Node("ReduceMean", [backward.Node("Mul", [g, normal]), last]);
            string along = backward.Node("Mul", [normal, meanGn]);
            string rest = backward.Node("Sub", [backward.Node("Sub", [g, meanG]), along]);
            tape.Contribute(x.Name, backward.Node("Mul", [rest, tape.Saved(inverse)]));
        });
        return new Value(y, width);
    }

    /// <summary>
    /// The same, with each row as the one channel of an instance: ONNX Runtime's LayerNormalization sums number by number, and took a third of the
    /// time of an answer; its InstanceNormalization sums in whole vectors.
    /// </summary>
    private Value InUse(OnnxGraph graph, Value x, string gain, string bias)
    {
        string rows = graph.Node("Reshape", [x.Name, graph.Integers(-1, 1, width)]);
        string normal = graph.Node(
            "InstanceNormalization",
            [rows, graph.Initializer(Gain.Name + ".one", [1f], 1), graph.Initializer(Gain.Name + ".zero", [0f], 1)],
            ("epsilon", 1e-5f)
        );
        string scaled = graph.Node("Mul", [graph.Node("Reshape", [normal, graph.Integers(-1, width)]), gain]);
        return new Value(graph.Node("Add", [scaled, bias]), width);
    }
}
