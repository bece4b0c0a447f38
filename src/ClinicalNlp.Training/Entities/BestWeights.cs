namespace ClinicalNlp.Training.Entities;

/// <summary>Keeps a copy of the weights that scored best.</summary>
internal sealed class BestWeights(EntityNetwork network)
{
    private float[][]? copies;
    private double best = double.NegativeInfinity;

    /// <summary>Later epochs win ties: their weights have settled further.</summary>
    public void Offer(double score)
    {
        if (score < best)
            return;
        best = score;
        float[][] arrays = network.Weights;
        copies ??= [.. arrays.Select(array => new float[array.Length])];
        for (int i = 0; i < arrays.Length; i++)
            arrays[i].CopyTo(copies[i], 0);
    }

    /// <summary>Puts the best weights back; nothing happens when none were offered.</summary>
    public void Restore()
    {
        if (copies is null)
            return;
        float[][] arrays = network.Weights;
        for (int i = 0; i < arrays.Length; i++)
            copies[i].CopyTo(arrays[i], 0);
    }
}
