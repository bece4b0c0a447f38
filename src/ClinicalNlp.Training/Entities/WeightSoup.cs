using System.Numerics.Tensors;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// The mean of the weights of several trainings that began with the same weights and saw the data in other orders: nearly as good as all
/// of them together, at the cost of one (Wortsman et al. 2022).
/// </summary>
internal sealed class WeightSoup
{
    private readonly float[][] weights;
    private readonly float[][] starts;
    private readonly float[][] sums;
    private int members;

    /// <summary>Remembers where every member begins.</summary>
    public WeightSoup(EntityNetwork network)
    {
        weights = network.Weights;
        starts = [.. weights.Select(values => values.ToArray())];
        sums = [.. weights.Select(values => new float[values.Length])];
    }

    /// <summary>Adds the network as it is now, and puts it back to the beginning.</summary>
    public void Add()
    {
        members++;
        for (int i = 0; i < weights.Length; i++)
        {
            TensorPrimitives.Add(sums[i], weights[i], sums[i]);
            starts[i].CopyTo(weights[i], 0);
        }
    }

    /// <summary>Gives the network the mean.</summary>
    public void Serve()
    {
        for (int i = 0; i < weights.Length; i++)
            TensorPrimitives.Divide(sums[i], members, weights[i]);
    }
}
