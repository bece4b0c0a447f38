using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Losses;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>One example of a batch: its bags after dropout, its words one by one after theirs, and the intent to learn.</summary>
internal readonly record struct BagExample(FeatureBag[] Bags, WordBag[] Words, int Intent);

/// <summary>The rates of one step.</summary>
/// <param name="Learning">Of tables and layers.</param>
/// <param name="Sequence">Of the layers that read words in their order.</param>
internal readonly record struct StepRates(float Learning, float Sequence, float HiddenDropout, float SequenceDropout, float Smoothing);

/// <summary>
/// Bags of words and of characters, each a weighted sum of table rows, side by side with lifted word vectors through ReLU; beside them what
/// a branch makes of the words in their order; dropout and one linear layer. It knows nothing of text, epochs or calibration.
/// </summary>
internal sealed class IntentNetwork : IDisposable
{
    private const string Features = "features";
    private const string Largest = "largest";
    private const string MeaningInput = "meaning";
    private const string SequenceInput = "sequence";
    private static readonly AdamSettings DenseAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0.02f);

    /// <summary>No decay on rows: it would act on a row in the batches that touch it only.</summary>
    private static readonly AdamSettings RowAdam = new(Beta2: 0.99f, Epsilon: 1e-7f, Decay: 0);

    private readonly Dropout dropout = new("hidden.mask");
    private readonly TrainableGraph graph;
    private readonly SequenceBranch? sequence;
    private readonly Adam adam;
    private readonly GradientSum sum;
    private readonly RowGradients[] rowGradients;
    private readonly string output;
    private readonly int hidden;
    private int steps;

    /// <param name="meaning">Vectors that are not trained on, and the layer that lifts their weighted sum to the width of a table.</param>
    /// <param name="singleWords">The largest value that any word has alone, column by column, from the same tables: one telling word is not averaged away.</param>
    /// <param name="order">Reads the words in their order; null: their order is not looked at.</param>
    public IntentNetwork(
        EmbeddingTable[] tables,
        Linear linear,
        int intents,
        MeaningLayer? meaning = null,
        bool singleWords = false,
        SequenceLayers? order = null
    )
    {
        SingleWords = singleWords;
        Meaning = meaning;
        Tables = tables;
        Layer = linear;
        Intents = intents;
        Width = tables[0].Width;
        Tape tape = new(Mode.Training, "intents");
        Value x = tape.Input(Features, Width * tables.Length, differentiable: true);
        if (singleWords)
            x = Concatenation.Apply(tape, x, tape.Input(Largest, Width, differentiable: true));
        if (meaning is not null)
            x = Concatenation.Apply(tape, x, meaning.Lift.Apply(tape, tape.Input(MeaningInput, meaning.Vectors.Width)));
        x = Relu.Apply(tape, x);
        if (order is not null)
        {
            sequence = new SequenceBranch(order, order.Lift is null ? null : meaning!.Vectors);
            x = Concatenation.Apply(tape, x, tape.Input(SequenceInput, sequence.Width, differentiable: true));
        }
        hidden = x.Width;
        Value y = linear.Apply(tape, dropout.Apply(tape, x));
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
        IEnumerable<FeatureFamily> families = vocabulary.Families.Where(family => family != FeatureFamily.Meaning);
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
        SequenceLayers? order =
            settings.SequenceWidth == 0 ? null : SequenceLayers.Create(vocabulary, settings, meaning?.Vectors.Width ?? 0, random);
        int parts = tables.Length + (meaning is null ? 0 : 1) + (settings.SingleWords ? 1 : 0);
        // A gain of a quarter: the first scores are near zero, so that the first steps do not fight a random opinion.
        Linear linear = new("intent", (settings.Width * parts) + (2 * settings.SequenceWidth), intents, random, 0.25f);
        return new IntentNetwork(tables, linear, intents, meaning, settings.SingleWords, order);
    }

    public IReadOnlyList<EmbeddingTable> Tables { get; }

    public Linear Layer { get; }

    public MeaningLayer? Meaning { get; }

    public SequenceLayers? Sequence => sequence?.Layers;

    public bool SingleWords { get; }

    /// <summary>Whether it looks at words one by one.</summary>
    public bool ReadsWords => SingleWords || sequence is not null;

    public int Intents { get; }

    /// <summary>Of one family's table.</summary>
    public int Width { get; }

    /// <summary>Widths of what lies side by side under the linear layer, in its order.</summary>
    public IReadOnlyList<int> Parts
    {
        get
        {
            int parts = Tables.Count + (SingleWords ? 1 : 0) + (Meaning is null ? 0 : 1);
            int[] order = Sequence is { } layers ? [layers.Width, layers.Width] : [];
            return [.. Enumerable.Repeat(Width, parts), .. order];
        }
    }

    /// <summary>One optimiser step; returns the mean loss.</summary>
    public double Step(IReadOnlyList<BagExample> batch, StepRates rates, Noise noise)
    {
        double loss = Differentiate(batch, rates, noise);
        steps++;
        adam.Step(sum, rates.Learning);
        sum.Clear();
        for (int family = 0; family < Tables.Count; family++)
        {
            Tables[family].Step(rowGradients[family], RowAdam, steps, rates.Learning);
            rowGradients[family].Clear();
        }
        sequence?.Step(rates.Sequence, rates.Learning);
        return loss;
    }

    /// <summary>One row of scores an example.</summary>
    public float[] Scores(IReadOnlyList<BagExample> batch)
    {
        using Forwarded forwarded = Forward(batch, default, null);
        return forwarded.Pass.Output(output).ToArray();
    }

    /// <summary>Adds the gradients of all weights; returns the mean loss.</summary>
    /// <param name="noise">Null: without dropout.</param>
    private double Differentiate(IReadOnlyList<BagExample> batch, StepRates rates, Noise? noise)
    {
        using Forwarded forwarded = Forward(batch, rates, noise);
        float[] gradients = new float[batch.Count * Intents];
        int[] targets = [.. batch.Select(example => example.Intent)];
        ReadOnlySpan<float> scores = forwarded.Pass.Output(output);
        double loss = SoftmaxCrossEntropy.Loss(scores, targets, Intents, gradients, rates.Smoothing) / batch.Count;
        TensorPrimitives.Divide(gradients, batch.Count, gradients);
        float[][] inputs = forwarded.Pass.Backward(sum, new Feed(output, gradients, batch.Count, Intents));
        for (int i = 0; i < batch.Count; i++)
        {
            for (int family = 0; family < Tables.Count; family++)
                rowGradients[family].Add(batch[i].Bags[family], inputs[0].AsSpan(((i * Tables.Count) + family) * Width, Width));
        }
        forwarded.Largest?.AddGradients(batch, inputs[1], rowGradients);
        if (forwarded.Sequence is { } read)
            sequence!.Backward(read, inputs[^1]);
        return loss;
    }

    private Forwarded Forward(IReadOnlyList<BagExample> batch, StepRates rates, Noise? noise)
    {
        float[] mask = new float[batch.Count * hidden];
        if (noise is null)
            Array.Fill(mask, 1);
        else
            noise.DropoutMask(mask, rates.HiddenDropout);
        List<Feed> feeds =
        [
            new(Features, Pool(batch, Tables, Width), batch.Count, Width * Tables.Count),
            new(dropout.Name, mask, batch.Count, hidden),
        ];
        LargestOfWords? largest = SingleWords ? new LargestOfWords(batch, Tables[0], Tables[1]) : null;
        if (largest is not null)
            feeds.Add(new(Largest, largest.Values, batch.Count, Width));
        if (Meaning is { Vectors: { } vectors })
            feeds.Add(new(MeaningInput, Pool(batch, [vectors], vectors.Width, Tables.Count), batch.Count, vectors.Width));
        SequencePass? read = sequence?.Forward([.. batch.Select(example => example.Words)], rates.SequenceDropout, noise);
        if (read is not null)
            feeds.Add(new(SequenceInput, read.Pooling.Pooled, batch.Count, sequence!.Width));
        return new Forwarded(graph.Forward([.. feeds]), largest, read);
    }

    /// <summary>The weighted sums of the tables' rows side by side, for bags from <paramref name="firstBag"/> on.</summary>
    private static float[] Pool(IReadOnlyList<BagExample> batch, IReadOnlyList<EmbeddingTable> tables, int width, int firstBag = 0)
    {
        float[] x = new float[batch.Count * width * tables.Count];
        for (int i = 0; i < batch.Count; i++)
        {
            for (int table = 0; table < tables.Count; table++)
                tables[table].AddTo(batch[i].Bags[firstBag + table], x.AsSpan(((i * tables.Count) + table) * width, width));
        }
        return x;
    }

    public void Dispose()
    {
        graph.Dispose();
        sequence?.Dispose();
    }

    /// <summary>A batch between its scores and their gradient.</summary>
    private sealed record Forwarded(TrainableGraph.Pass Pass, LargestOfWords? Largest, SequencePass? Sequence) : IDisposable
    {
        public void Dispose()
        {
            Pass.Dispose();
            Sequence?.Dispose();
        }
    }
}
