namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>max(x, 0).</summary>
public static class Relu
{
    public static Value Apply(Tape tape, Value x)
    {
        string y = tape.Forward.Node("Relu", [x.Name]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string active = backward.Node("Greater", [tape.Saved(y), backward.Scalar(0)]);
            tape.Contribute(x.Name, backward.Node("Where", [active, dy, backward.Scalar(0)]));
        });
        return new Value(y, x.Width);
    }
}
