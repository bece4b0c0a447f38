namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// Multiplies by a mask. In training an input named <c>{name}</c> [rows, width] holds 0 or 1 / (1 - rate), drawn in C# from the run's
/// seed, and 0 on the rows between sequences; in inference the input named <paramref name="rowMask"/> [rows, 1] clears those rows only.
/// </summary>
public sealed class Dropout(string name, string? rowMask = null)
{
    public string Name { get; } = name;

    public Value Apply(Tape tape, Value x)
    {
        if (tape.Mode == Mode.Inference)
        {
            if (rowMask is null)
                return x;
            if (!tape.Forward.Has(rowMask))
                tape.Input(rowMask, 1);
            return new Value(tape.Forward.Node("Mul", [x.Name, rowMask]), x.Width);
        }
        Value mask = tape.Input(Name, x.Width);
        string y = tape.Forward.Node("Mul", [x.Name, mask.Name]);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is { } dy)
                tape.Contribute(x.Name, tape.Backward.Node("Mul", [dy, tape.Saved(mask.Name)]));
        });
        return new Value(y, x.Width);
    }
}
