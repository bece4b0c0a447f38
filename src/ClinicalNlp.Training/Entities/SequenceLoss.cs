using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Losses;

namespace ClinicalNlp.Training.Entities;

/// <summary>What a worker's outputs are compared with. One a worker.</summary>
internal interface ISequenceLoss
{
    /// <summary>The summed loss of some examples, and its gradient.</summary>
    /// <param name="outputs">[rows, output width]: examples one after another with a cleared row between them.</param>
    /// <param name="gradient">Receives d loss / d outputs; rows between examples must be zero.</param>
    double Add(List<EntityExample> examples, ReadOnlySpan<float> outputs, Span<float> gradient);

    /// <summary>Adds the gradients of the weights that are the loss's own.</summary>
    void Finish(GradientSum sum);
}

/// <summary>The linear chain over tag scores.</summary>
internal sealed class TagLoss(EntityNetwork network) : ISequenceLoss
{
    private ChainLoss loss = new(network.Chain());

    public double Add(List<EntityExample> examples, ReadOnlySpan<float> outputs, Span<float> gradient)
    {
        // The transitions have moved since the last batch.
        loss = new ChainLoss(network.Chain());
        int tags = network.Scheme.Count;
        double total = 0;
        int row = 0;
        foreach (EntityExample example in examples)
        {
            int length = example.Length * tags;
            ReadOnlySpan<float> scores = outputs.Slice(row * tags, length);
            Span<float> change = gradient.Slice(row * tags, length);
            total += example.Taught is { } taught
                ? loss.AddTaught(scores, taught.Chain, taught.Emissions, change)
                : loss.Add(scores, example.Tags, example.Allowed, change);
            row += example.Length;
            gradient.Slice(row * tags, tags).Clear();
            row++;
        }
        return total;
    }

    public void Finish(GradientSum sum)
    {
        int chain = network.Parameters.Count - 3;
        loss.TakeTransitions(sum[chain], sum[chain + 1], sum[chain + 2]);
    }
}
