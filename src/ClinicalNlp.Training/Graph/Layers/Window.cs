namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// Each row beside its two neighbours: [rows, width] → [rows, 3 width]. Sequences lie one after another with an all-zero row
/// between them, so that no sequence sees its neighbour and a batch needs no padding to equal lengths.
/// </summary>
public static class Window
{
    public static Value Apply(Tape tape, Value x)
    {
        OnnxGraph forward = tape.Forward;
        string? zero = tape.ByteScale(x) is null ? null : tape.ZeroByte;
        string y = forward.Node("Concat", [Shift(forward, x.Name, 1, zero), x.Name, Shift(forward, x.Name, -1, zero)], ("axis", 1));
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string[] parts = backward.Nodes("Split", 3, [dy, backward.Integers(x.Width, x.Width, x.Width)], ("axis", 1));
            tape.Contribute(x.Name, backward.Node("Sum", [Shift(backward, parts[0], -1), parts[1], Shift(backward, parts[2], 1)]));
        });
        return tape.SameScale(x, new Value(y, 3 * x.Width));
    }

    /// <summary>Moves every row down by one (1) or up by one (-1); the freed row is zero.</summary>
    /// <param name="zero">Of values in bytes; null for floats.</param>
    private static string Shift(OnnxGraph graph, string x, long by, string? zero = null)
    {
        string pads = graph.Integers(by, 0, -by, 0);
        return graph.Node("Pad", zero is null ? [x, pads] : [x, pads, zero]);
    }
}
