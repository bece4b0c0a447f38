namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// Rows to sequences by a weighted sum: y = P x, with x [rows, width] and the input P [sequences, rows]. Weights of 1 / length give
/// the mean over each sequence.
/// </summary>
public static class WeightedPool
{
    public static Value Apply(Tape tape, Value x, string weights)
    {
        string y = tape.Forward.Node("MatMul", [weights, x.Name]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is { } dy)
                tape.Contribute(x.Name, tape.Backward.Node("Gemm", [tape.Saved(weights), dy], ("transA", 1)));
        });
        return new Value(y, x.Width);
    }
}

/// <summary>
/// The largest value of each column over each sequence: x [sequences · length, width], all sequences padded to one length fixed in the
/// graph, → [sequences, width].
/// </summary>
/// <remarks>Padding rows must hold values that never win, or zeros when every activation may lose to zero.</remarks>
public static class MaxPool
{
    public static Value Apply(Tape tape, Value x, int length)
    {
        OnnxGraph forward = tape.Forward;
        string cube = forward.Node("Reshape", [x.Name, forward.Integers(-1, length, x.Width)]);
        string y = forward.Node("ReduceMax", [cube, forward.Integers(1)], ("keepdims", 0));
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string column = backward.Integers(1);
            string saved = backward.Node("Reshape", [tape.Saved(x.Name), backward.Integers(-1, length, x.Width)]);
            string won = backward.Node("Equal", [saved, backward.Node("Unsqueeze", [tape.Saved(y), column])]);
            string gradient = backward.Node("Where", [won, backward.Node("Unsqueeze", [dy, column]), backward.Scalar(0)]);
            tape.Contribute(x.Name, backward.Node("Reshape", [gradient, backward.Integers(-1, x.Width)]));
        });
        return new Value(y, x.Width);
    }
}
