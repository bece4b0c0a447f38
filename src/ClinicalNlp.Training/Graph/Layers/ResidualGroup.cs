namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>x + dropout(norm(maxout([x; mean of x over the row's group]))): a word sees what its other occurrences look like.</summary>
public sealed class ResidualGroup(string name, int width, int pieces, Random random, GroupMean mean, string? rowMask)
{
    private readonly Maxout maxout = new(name + ".maxout", 2 * width, width, pieces, random);
    private readonly LayerNorm norm = new(name + ".norm", width);

    public Parameter Weight => maxout.Weight;

    public Dropout Dropout { get; } = new(name + ".dropout", rowMask);

    public Value Apply(Tape tape, Value x)
    {
        Value mixed = maxout.Apply(tape, tape.Bytes(Concatenation.Apply(tape, x, mean.Apply(tape, x)), maxout.Weight));
        return Sum.Apply(tape, x, Dropout.Apply(tape, norm.Apply(tape, mixed)));
    }
}
