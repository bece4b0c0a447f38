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
    private const string MeaningInput = "meaning";
    private static readonly AdamSettings DenseAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0.02f);

    /// <summary>No decay on rows: it would act on a row in the batches that touch it only.</summary>
    private static readonly AdamSettings RowAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0);

    private readonly Dropout dropout = new("hidden.mask");
    private readonly TrainableGraph graph;
    private readonly Adam adam;
    private readonly GradientSum sum;
    private readonly RowGradients[] rowGradients;
    private readonly string output;
    private readonly int hidden;
    private int steps;

    /// <param name="meaning">Vectors that are not trained on, and the layer that lifts their weighted sum to the width of a table.</param>
    public IntentNetwork(EmbeddingTable[] tables, Linear linear, int intents, MeaningLayer? meaning = null)
    {
        Meaning = meaning;
        Tables = tables;
        Layer = linear;
        Intents = intents;
        Width = tables[0].Width;
        Tape tape = new(Mode.Training, "intents");
        Value x = tape.Input(Features, Width * tables.Length, differentiable: true);
        if (meaning is not null)
            x = Concatenation.Apply(tape, x, meaning.Lift.Apply(tape, tape.Input(MeaningInput, meaning.Vectors.Width)));
        hidden = x.Width;
        Value y = linear.Apply(tape, dropout.Apply(tape, Relu.Apply(tape, x)));
        tape.Output(y);
        output = y.Name;
        graph = new TrainableGraph(tape);
        adam = new Adam(graph.Parameters, DenseAdam);
        sum = new GradientSum(graph.Parameters);
        rowGradients = [.. tables.Select(table => new RowGradients(table.Rows, table.Width))];
    }

    /// <summary>A network with random weights.</summary>
    public static IntentNetwork Create(
        FeatureVocabulary vocabulary,
        int intents,
        IntentRecipeSettings settings,
        int seed,
        WordVectors? vectors = null
    )
    {
        Random random = new(seed);
        FeatureFamily[] families = [FeatureFamily.Words, FeatureFamily.Characters];
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
        MeaningLayer? meaning = vectors is null ? null : MeaningLayer.Create(vectors, settings.Width, random);
        int liftedWidth = settings.Width * (tables.Length + (meaning is null ? 0 : 1));
        // A gain of a quarter: the first scores are near zero, so that the first steps do not fight a random opinion.
        return new IntentNetwork(tables, new Linear("intent", liftedWidth, intents, random, 0.25f), intents, meaning);
    }

    public IReadOnlyList<EmbeddingTable> Tables { get; }

    public Linear Layer { get; }

    public MeaningLayer? Meaning { get; }

    public int Intents { get; }

    /// <summary>Of one family's table.</summary>
    public int Width { get; }

    /// <summary>One optimiser step; returns the mean loss.</summary>
    public double Step(IReadOnlyList<BagExample> batch, float rate, float hiddenDropout, float smoothing, Noise noise)
    {
        steps++;
        float[] mask = new float[batch.Count * hidden];
        noise.DropoutMask(mask, hiddenDropout);
        float[] scoreGradients = new float[batch.Count * Intents];
        List<Feed> feeds =
        [
            new(Features, Pool(batch, Tables, Width), batch.Count, Width * Tables.Count),
            new(dropout.Name, mask, batch.Count, hidden),
        ];
        if (Meaning is not null)
            feeds.Add(
                new(MeaningInput, Pool(batch, [Meaning.Vectors], Meaning.Vectors.Width, Tables.Count), batch.Count, Meaning.Vectors.Width)
            );
        using TrainableGraph.Pass pass = graph.Forward([.. feeds]);
        int[] targets = [.. batch.Select(example => example.Intent)];
        double loss = SoftmaxCrossEntropy.Loss(pass.Output(output), targets, Intents, scoreGradients, smoothing) / batch.Count;
        TensorPrimitives.Divide(scoreGradients, batch.Count, scoreGradients);
        sum.Clear();
        float[] dx = pass.Backward(sum, new Feed(output, scoreGradients, batch.Count, Intents))[0];
        adam.Step(sum, rate);
        StepTables(batch, dx, rate);
        return loss;
    }

    /// <summary>The weighted sums of the tables' rows side by side, for bags from <paramref name="firstBag"/> on.</summary>
    private static float[] Pool(IReadOnlyList<BagExample> batch, IReadOnlyList<EmbeddingTable> tables, int width, int firstBag = 0)
    {
        float[] x = new float[batch.Count * width * tables.Count];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int table = 0; table < tables.Count; table++)
            {
                FeatureBag bag = batch[i].Bags[firstBag + table];
                Span<float> target = x.AsSpan(((i * tables.Count) + table) * width, width);
                for (int j = 0; j < bag.Rows.Length; j++)
                    TensorPrimitives.MultiplyAdd(tables[table].Row(bag.Rows[j]), bag.Weights[j], target, target);
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

/// <summary>Word vectors, summed by their weights and lifted by a trained layer. The vectors themselves stay: a few utterances would only bend the words they have.</summary>
internal sealed record MeaningLayer(EmbeddingTable Vectors, Linear Lift)
{
    public const string Name = "meaning";

    /// <summary>Row 0, the bias, is zero: the layer has its own.</summary>
    public static MeaningLayer Create(WordVectors vectors, int width, Random random)
    {
        float[] rows = new float[(vectors.Words.Length + 1) * vectors.Width];
        for (int word = 0; word < vectors.Words.Length; word++)
        {
            ReadOnlySpan<float> vector = vectors.Values.AsSpan(word * vectors.Width, vectors.Width);
            // Unit length: the length of a skip-gram vector tells a word's frequency, which its weight tells already.
            float length = MathF.Max(TensorPrimitives.Norm(vector), 1e-6f);
            TensorPrimitives.Divide(vector, length, rows.AsSpan((word + 1) * vectors.Width, vectors.Width));
        }
        return new MeaningLayer(
            new EmbeddingTable(Name, vectors.Words.Length + 1, vectors.Width, rows),
            new Linear(Name, vectors.Width, width, random)
        );
    }
}
