using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Losses;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>One example of a batch: its bags after dropout, and the intent to learn.</summary>
internal readonly record struct BagExample(FeatureBag[] Bags, int Intent);

/// <summary>
/// Two tables, a hidden layer and a softmax: each family's weighted rows are summed, both sums side by side go through ReLU and dropout
/// into one linear layer. It knows nothing of text, epochs or calibration.
/// </summary>
internal sealed class IntentNetwork : IDisposable
{
    private const string Features = "features";
    private static readonly AdamSettings DenseAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0.02f);

    /// <summary>No decay on rows: it would act on a row in the batches that touch it only.</summary>
    private static readonly AdamSettings RowAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0);

    private readonly Dropout dropout = new("hidden.mask");
    private readonly TrainableGraph graph;
    private readonly Adam adam;
    private readonly GradientSum sum;
    private readonly RowGradients[] rowGradients;
    private readonly string output;
    private int steps;

    public IntentNetwork(EmbeddingTable[] tables, Linear linear, int intents)
    {
        Tables = tables;
        Layer = linear;
        Intents = intents;
        Width = tables[0].Width;
        Tape tape = new(Mode.Training, "intents");
        Value x = tape.Input(Features, Width * tables.Length, differentiable: true);
        Value y = linear.Apply(tape, dropout.Apply(tape, Relu.Apply(tape, x)));
        tape.Output(y);
        output = y.Name;
        graph = new TrainableGraph(tape);
        adam = new Adam(graph.Parameters, DenseAdam);
        sum = new GradientSum(graph.Parameters);
        rowGradients = [.. tables.Select(table => new RowGradients(table.Rows, table.Width))];
    }

    /// <summary>A network with random weights.</summary>
    public static IntentNetwork Create(FeatureVocabulary vocabulary, int intents, IntentRecipeSettings settings, int seed)
    {
        Random random = new(seed);
        FeatureFamily[] families = Enum.GetValues<FeatureFamily>();
        EmbeddingTable[] tables =
        [
            .. families.Select(family => new EmbeddingTable(
                family.ToString(),
                vocabulary.Rows(family),
                settings.Width,
                random,
                settings.TableScale
            )),
        ];
        foreach (EmbeddingTable table in tables)
            table.Row(0).Clear();
        // A gain of a quarter: the first scores are near zero, so that the first steps do not fight a random opinion.
        return new IntentNetwork(tables, new Linear("intent", settings.Width * tables.Length, intents, random, 0.25f), intents);
    }

    public IReadOnlyList<EmbeddingTable> Tables { get; }

    public Linear Layer { get; }

    public int Intents { get; }

    /// <summary>Of one family's table.</summary>
    public int Width { get; }

    /// <summary>One optimiser step; returns the mean loss.</summary>
    public double Step(IReadOnlyList<BagExample> batch, float rate, float hiddenDropout, float smoothing, Noise noise)
    {
        steps++;
        int hidden = Width * Tables.Count;
        float[] x = Pool(batch);
        float[] mask = new float[x.Length];
        noise.DropoutMask(mask, hiddenDropout);
        float[] scoreGradients = new float[batch.Count * Intents];
        using TrainableGraph.Pass pass = graph.Forward(
            new Feed(Features, x, batch.Count, hidden),
            new Feed(dropout.Name, mask, batch.Count, hidden)
        );
        int[] targets = [.. batch.Select(example => example.Intent)];
        double loss = SoftmaxCrossEntropy.Loss(pass.Output(output), targets, Intents, scoreGradients, smoothing) / batch.Count;
        TensorPrimitives.Divide(scoreGradients, batch.Count, scoreGradients);
        sum.Clear();
        float[] dx = pass.Backward(sum, new Feed(output, scoreGradients, batch.Count, Intents))[0];
        adam.Step(sum, rate);
        StepTables(batch, dx, rate);
        return loss;
    }

    private float[] Pool(IReadOnlyList<BagExample> batch)
    {
        float[] x = new float[batch.Count * Width * Tables.Count];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int family = 0; family < Tables.Count; family++)
            {
                FeatureBag bag = batch[i].Bags[family];
                Span<float> target = x.AsSpan(((i * Tables.Count) + family) * Width, Width);
                for (int j = 0; j < bag.Rows.Length; j++)
                    TensorPrimitives.MultiplyAdd(Tables[family].Row(bag.Rows[j]), bag.Weights[j], target, target);
            }
        }
        return x;
    }

    private void StepTables(IReadOnlyList<BagExample> batch, float[] dx, float rate)
    {
        Span<float> scaled = stackalloc float[Width];
        for (int family = 0; family < Tables.Count; family++)
        {
            RowGradients gradients = rowGradients[family];
            for (int i = 0; i < batch.Count; i++)
            {
                FeatureBag bag = batch[i].Bags[family];
                ReadOnlySpan<float> d = dx.AsSpan(((i * Tables.Count) + family) * Width, Width);
                for (int j = 0; j < bag.Rows.Length; j++)
                {
                    TensorPrimitives.Multiply(d, bag.Weights[j], scaled);
                    gradients.Add(bag.Rows[j], scaled);
                }
            }
            Tables[family].Step(gradients, RowAdam, steps, rate);
            gradients.Clear();
        }
    }

    public void Dispose() => graph.Dispose();
}
