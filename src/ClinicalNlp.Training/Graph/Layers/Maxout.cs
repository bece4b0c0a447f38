namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>The largest of several linear maps, element by element (Goodfellow et al. 2013): x [rows, in] → [rows, out].</summary>
public sealed class Maxout(string name, int inputs, int outputs, int pieces, Random random)
{
    private readonly Linear maps = new(name, inputs, outputs * pieces, random);

    /// <summary>[in, out · pieces]: the maps side by side.</summary>
    public Parameter Weight => maps.Weight;

    public Parameter Bias => maps.Bias;

    public Value Apply(Tape tape, Value x) => tape.ByteScale(x) is null ? Largest(tape, maps.Apply(tape, x)) : InBytes(tape, x);

    /// <summary>A product for each piece: taking one's columns apart costs more.</summary>
    private Value InBytes(Tape tape, Value x)
    {
        tape.Use(Weight);
        tape.Use(Bias);
        string[] blocks =
        [
            .. Enumerable
                .Range(0, pieces)
                .Select(piece => ByteProduct.Apply(tape, x, Weight, Bias, (piece * outputs)..((piece + 1) * outputs)).Name),
        ];
        return new Value(tape.Forward.Node("Max", blocks), outputs);
    }

    /// <summary>The largest of the maps, when they were computed elsewhere: [rows, out · pieces] → [rows, out].</summary>
    public Value Largest(Tape tape, Value all)
    {
        // Pieces lie side by side, not interleaved: Max over whole blocks vectorises, a reduction over a tiny last axis does not.
        long[] sizes = [.. Enumerable.Repeat((long)outputs, pieces)];
        string[] blocks = tape.Forward.Nodes("Split", pieces, [all.Name, tape.Forward.Integers(sizes)], ("axis", 1));
        string y = tape.Forward.Node("Max", blocks);
        tape.Record(() =>
        {
            if (tape.GradientOf(y) is not { } dy)
                return;
            OnnxGraph backward = tape.Backward;
            string[] saved = backward.Nodes("Split", pieces, [tape.Saved(all.Name), backward.Integers(sizes)], ("axis", 1));
            string zero = backward.Scalar(0);
            string[] gradients = Array.ConvertAll(
                saved,
                block => backward.Node("Where", [backward.Node("Equal", [block, tape.Saved(y)]), dy, zero])
            );
            tape.Contribute(all.Name, backward.Node("Concat", gradients, ("axis", 1)));
        });
        return new Value(y, outputs);
    }
}
