using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>One worker's buffers and gradients.</summary>
internal sealed class EntityWorker(EntityNetwork network, EntityTask task, EntityInputs inputs, ISequenceLoss loss)
{
    private float[] outputGradients = [];

    public GradientSum Dense { get; } = new(task.Parameters);

    /// <summary>By table.</summary>
    public RowGradients[] Rows { get; } = [.. network.Tables.Select(table => new RowGradients(table.Rows, table.Width))];

    /// <summary>Adds the gradients of some examples; returns their summed loss.</summary>
    public double Run(List<EntityExample> examples)
    {
        if (examples.Count == 0)
            return 0;
        int rows = EntityInputs.RowsOf(examples);
        Value output = task.Output;
        using TrainableGraph.Pass pass = task.Graph.Forward(inputs.Feeds(examples));
        Buffer.Grow(ref outputGradients, rows * output.Width);
        double total = loss.Add(examples, pass.Output(output.Name), outputGradients.AsSpan(0, rows * output.Width));
        float[] input = pass.Backward(Dense, new Feed(output.Name, outputGradients, rows, output.Width))[0];
        loss.Finish(Dense);
        inputs.Scatter(examples, input, Rows);
        return total;
    }

    public void Merge(EntityWorker other)
    {
        Dense.Add(other.Dense);
        for (int t = 0; t < Rows.Length; t++)
            Rows[t].Add(other.Rows[t]);
    }

    public double SquaredNorm() => Dense.SquaredNorm() + Rows.Sum(rows => rows.SquaredNorm());

    public void Scale(float factor)
    {
        Dense.Scale(factor);
        foreach (RowGradients rows in Rows)
            rows.Scale(factor);
    }

    public void Clear()
    {
        Dense.Clear();
        foreach (RowGradients rows in Rows)
            rows.Clear();
    }
}
