using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Losses;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>One example of a batch: its bags after dropout, and the intent to learn.</summary>
/// <param name="Words">Its words one by one; empty where the network does not look at them.</param>
internal readonly record struct BagExample(FeatureBag[] Bags, WordBag[] Words, int Intent);

/// <summary>
/// Two tables or three, a hidden layer and a softmax: each family's weighted rows are summed, the sums side by side go through ReLU and dropout
/// into one linear layer. It knows nothing of text, epochs or calibration.
/// </summary>
internal sealed class IntentNetwork : IDisposable
{
    private const string Features = "features";
    private const string Largest = "largest";
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
    /// <param name="singleWords">The largest value that any word has alone, column by column, from the same tables: one telling word is not averaged away.</param>
    public IntentNetwork(EmbeddingTable[] tables, Linear linear, int intents, MeaningLayer? meaning = null, bool singleWords = false)
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
        int parts = tables.Length + (meaning is null ? 0 : 1) + (settings.SingleWords ? 1 : 0);
        Linear linear = new("intent", settings.Width * parts, intents, random, 0.25f);
        // A gain of a quarter: the first scores are near zero, so that the first steps do not fight a random opinion.
        return new IntentNetwork(tables, linear, intents, meaning, settings.SingleWords);
    }

    public IReadOnlyList<EmbeddingTable> Tables { get; }

    public Linear Layer { get; }

    public MeaningLayer? Meaning { get; }

    public bool SingleWords { get; }

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
        int[] sources = [];
        if (SingleWords)
        {
            (float[] largest, sources) = LargestOfWords(batch);
            feeds.Add(new(Largest, largest, batch.Count, Width));
        }
        if (Meaning is not null)
            feeds.Add(
                new(MeaningInput, Pool(batch, [Meaning.Vectors], Meaning.Vectors.Width, Tables.Count), batch.Count, Meaning.Vectors.Width)
            );
        using TrainableGraph.Pass pass = graph.Forward([.. feeds]);
        int[] targets = [.. batch.Select(example => example.Intent)];
        double loss = SoftmaxCrossEntropy.Loss(pass.Output(output), targets, Intents, scoreGradients, smoothing) / batch.Count;
        TensorPrimitives.Divide(scoreGradients, batch.Count, scoreGradients);
        sum.Clear();
        float[][] dx = pass.Backward(sum, new Feed(output, scoreGradients, batch.Count, Intents));
        adam.Step(sum, rate);
        AddGradients(batch, dx[0]);
        if (SingleWords)
            AddWordGradients(batch, dx[1], sources);
        for (int family = 0; family < Tables.Count; family++)
        {
            Tables[family].Step(rowGradients[family], RowAdam, steps, rate);
            rowGradients[family].Clear();
        }
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
                Span<float> target = x.AsSpan(((i * tables.Count) + table) * width, width);
                AddRows(tables[table], batch[i].Bags[firstBag + table], target);
            }
        }
        return x;
    }

    /// <summary>Per example and column the largest value of its words, and which word has it.</summary>
    private (float[] Largest, int[] Sources) LargestOfWords(IReadOnlyList<BagExample> batch)
    {
        float[] largest = new float[batch.Count * Width];
        int[] sources = new int[largest.Length];
        Span<float> alone = stackalloc float[Width];
        for (int i = 0; i < batch.Count; i++)
        {
            Span<float> best = largest.AsSpan(i * Width, Width);
            best.Fill(float.NegativeInfinity);
            WordBag[] words = batch[i].Words;
            for (int word = 0; word < words.Length; word++)
            {
                alone.Clear();
                AddRows(Tables[0], words[word].Word, alone);
                AddRows(Tables[1], words[word].Characters, alone);
                for (int column = 0; column < Width; column++)
                {
                    if (alone[column] > best[column])
                    {
                        best[column] = alone[column];
                        sources[(i * Width) + column] = word;
                    }
                }
            }
        }
        return (largest, sources);
    }

    private static void AddRows(EmbeddingTable table, FeatureBag bag, Span<float> target)
    {
        for (int j = 0; j < bag.Rows.Length; j++)
            TensorPrimitives.MultiplyAdd(table.Row(bag.Rows[j]), bag.Weights[j], target, target);
    }

    private void AddWordGradients(IReadOnlyList<BagExample> batch, float[] dx, int[] sources)
    {
        Span<float> own = stackalloc float[Width];
        Span<float> scaled = stackalloc float[Width];
        for (int i = 0; i < batch.Count; i++)
        {
            WordBag[] words = batch[i].Words;
            for (int word = 0; word < words.Length; word++)
            {
                bool any = false;
                for (int column = 0; column < Width; column++)
                {
                    int at = (i * Width) + column;
                    own[column] = sources[at] == word ? dx[at] : 0;
                    any |= own[column] != 0;
                }
                if (!any)
                    continue;
                AddBag(rowGradients[0], words[word].Word, own, scaled);
                AddBag(rowGradients[1], words[word].Characters, own, scaled);
            }
        }
    }

    private static void AddBag(RowGradients gradients, FeatureBag bag, ReadOnlySpan<float> d, Span<float> scaled)
    {
        for (int j = 0; j < bag.Rows.Length; j++)
        {
            TensorPrimitives.Multiply(d, bag.Weights[j], scaled);
            gradients.Add(bag.Rows[j], scaled);
        }
    }

    private void AddGradients(IReadOnlyList<BagExample> batch, float[] dx)
    {
        Span<float> scaled = stackalloc float[Width];
        for (int family = 0; family < Tables.Count; family++)
        {
            for (int i = 0; i < batch.Count; i++)
                AddBag(rowGradients[family], batch[i].Bags[family], dx.AsSpan(((i * Tables.Count) + family) * Width, Width), scaled);
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
