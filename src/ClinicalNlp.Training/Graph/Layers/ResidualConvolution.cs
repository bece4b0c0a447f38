namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>x + dropout(norm(maxout([left; x; right]))): sees one more neighbour on each side for every layer stacked.</summary>
public sealed class ResidualConvolution(string name, int width, int pieces, Random random, string? rowMask)
{
    private readonly Maxout maxout = new(name + ".maxout", 3 * width, width, pieces, random);
    private readonly LayerNorm norm = new(name + ".norm", width);

    public Parameter Weight => maxout.Weight;

    public Dropout Dropout { get; } = new(name + ".dropout", rowMask);

    public Value Apply(Tape tape, Value x)
    {
        Value mixed = maxout.Apply(tape, Window.Apply(tape, tape.Bytes(x, maxout.Weight)));
        return Sum.Apply(tape, x, Dropout.Apply(tape, norm.Apply(tape, mixed)));
    }
}
