namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// Each row becomes the mean of the rows of its group, for example of all occurrences of one word: [rows, width] → [rows, width]. Two
/// inputs [rows, 1] name a row's group (a number below rows) and hold 1 / the size of that group.
/// </summary>
public sealed class GroupMean(string groups, string shares)
{
    public Value Apply(Tape tape, Value x)
    {
        foreach (string input in (string[])[groups, shares])
        {
            if (!tape.Forward.Has(input))
                tape.Input(input, 1);
        }
        string y = Mean(tape.Forward, x.Name);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            // The averaging matrix is symmetric, so its gradient is the same operation.
            tape.Saved(groups);
            tape.Saved(shares);
            tape.Contribute(x.Name, Mean(tape.Backward, dy));
        });
        return new Value(y, x.Width);
    }

    private string Mean(OnnxGraph graph, string x)
    {
        string numbers = graph.Node("Cast", [groups], ("to", (int)ElementType.Int64));
        string zeros = graph.Node("Sub", [x, x]);
        string sums = graph.Node("ScatterND", [zeros, numbers, x], ("reduction", "add"));
        string back = graph.Node("Gather", [sums, graph.Node("Reshape", [numbers, graph.Integers(-1)])], ("axis", 0));
        return graph.Node("Mul", [back, shares]);
    }
}
