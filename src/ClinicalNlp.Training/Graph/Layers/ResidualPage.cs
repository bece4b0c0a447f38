namespace ClinicalNlp.Training.Graph.Layers;

/// <summary>
/// x + a linear map of the mean of x over the row's page: one shift for a whole page, by which the layers above can tell what kind of text
/// it is. The map begins at zero, so that a network which gets the layer later answers as it did.
/// </summary>
public sealed class ResidualPage
{
    private readonly Linear map;
    private readonly GroupMean mean;

    public ResidualPage(string name, int width, GroupMean mean)
    {
        map = new Linear(name, width, width, new Random(0));
        Array.Clear(map.Weight.Values);
        this.mean = mean;
    }

    public Parameter Weight => map.Weight;

    public Value Apply(Tape tape, Value x) => Sum.Apply(tape, x, map.Apply(tape, tape.Bytes(mean.Apply(tape, x), map.Weight)));
}
