namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>The sum of two values, as in a residual connection.</summary>
public static class Sum
{
    public static Value Apply(Tape tape, Value a, Value b)
    {
        string y = tape.Forward.Node("Add", [a.Name, b.Name]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            tape.Contribute(a.Name, dy);
            tape.Contribute(b.Name, dy);
        });
        return new Value(y, a.Width);
    }
}

/// <summary>Two values side by side: [rows, a] and [rows, b] → [rows, a + b].</summary>
public static class Concatenation
{
    public static Value Apply(Tape tape, Value a, Value b)
    {
        string y = tape.Forward.Node("Concat", [a.Name, b.Name], ("axis", 1));
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            string[] parts = tape.Backward.Nodes("Split", 2, [dy, tape.Backward.Integers(a.Width, b.Width)], ("axis", 1));
            tape.Contribute(a.Name, parts[0]);
            tape.Contribute(b.Name, parts[1]);
        });
        return new Value(y, a.Width + b.Width);
    }
}
