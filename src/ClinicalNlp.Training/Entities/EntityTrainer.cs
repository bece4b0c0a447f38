using System.Numerics.Tensors;
using ClinicalNlp.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Losses;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>One optimiser step.</summary>
/// <param name="Loss">Mean loss a token.</param>
internal readonly record struct TrainingStep(int Tokens, double Loss);

/// <summary>Steps a network through batches: workers run forward, loss and gradient on their share, then one update.</summary>
/// <remarks>Knows no files, no corpora and no dev set.</remarks>
internal sealed class EntityTrainer : IDisposable
{
    private readonly EntityNetwork network;
    private readonly EntityHyperparameters settings;
    private readonly TrainableGraph graph;
    private readonly Adam adam;
    private readonly AdamSettings adamSettings;
    private readonly EntityWorker[] workers;
    private readonly float[][]? anchors;
    private readonly TimeProvider time;
    private int steps;
    private double seconds;
    private long tokensSeen;

    public EntityTrainer(
        EntityNetwork network,
        Vocabulary vocabulary,
        EntityHyperparameters settings,
        int seed,
        int workers,
        TimeProvider time
    )
    {
        this.network = network;
        this.settings = settings;
        this.time = time;
        graph = new TrainableGraph(network.Training);
        adamSettings = new AdamSettings(Decay: settings.Decay);
        adam = new Adam(network.Parameters, adamSettings)
        {
            Anchor = settings.AnchorPull > 0 ? [.. network.Parameters.Select(parameter => parameter.Values.ToArray())] : null,
            AnchorPull = settings.AnchorPull,
        };
        anchors = settings.AnchorPull > 0 ? [.. network.Tables.Select(table => table.Values.ToArray())] : null;
        int[] frequencies = vocabulary.Frequencies();
        this.workers =
        [
            .. Enumerable
                .Range(0, Math.Max(1, workers))
                .Select(i => new EntityWorker(network, graph, vocabulary, frequencies, settings, new Noise(seed, i))),
        ];
    }

    /// <summary>Since the start, without what happens between steps.</summary>
    public double TokensPerSecond => seconds > 0 ? tokensSeen / seconds : 0;

    /// <summary>One update from one batch.</summary>
    public TrainingStep Step(IReadOnlyList<EntityExample> batch, float rate, float tableRate)
    {
        long started = time.GetTimestamp();
        LinearChain chain = network.Chain();
        int tokens = batch.Sum(example => example.Length);
        List<EntityExample>[] shares = Share(batch);
        double[] losses = new double[workers.Length];
        Parallel.For(
            0,
            workers.Length,
            new ParallelOptions { MaxDegreeOfParallelism = workers.Length },
            i => losses[i] = workers[i].Run(shares[i], chain)
        );
        EntityWorker sum = workers[0];
        for (int i = 1; i < workers.Length; i++)
            sum.Merge(workers[i]);
        sum.Scale(1f / tokens);
        double norm = Math.Sqrt(sum.SquaredNorm());
        if (double.IsFinite(norm))
        {
            if (norm > settings.Clip)
                sum.Scale((float)(settings.Clip / norm));
            steps++;
            adam.Step(sum.Dense, rate);
            for (int t = 0; t < network.Tables.Length; t++)
                network.Tables[t].Step(sum.Rows[t], adamSettings, steps, tableRate, anchors?[t], settings.AnchorPull);
        }
        foreach (EntityWorker worker in workers)
            worker.Clear();
        tokensSeen += tokens;
        seconds += time.GetElapsedTime(started).TotalSeconds;
        return new TrainingStep(tokens, losses.Sum() / tokens);
    }

    /// <summary>Batches of about <see cref="EntityHyperparameters.BatchTokens"/> tokens in a shuffled order.</summary>
    public static IEnumerable<List<EntityExample>> Batches(List<EntityExample> examples, int batchTokens, Random random)
    {
        EntityExample[] order = [.. examples];
        random.Shuffle(order);
        List<EntityExample> batch = [];
        int tokens = 0;
        foreach (EntityExample example in order)
        {
            batch.Add(example);
            tokens += example.Length;
            if (tokens < batchTokens)
                continue;
            yield return batch;
            batch = [];
            tokens = 0;
        }
        if (batch.Count > 0)
            yield return batch;
    }

    public void Dispose() => graph.Dispose();

    /// <summary>Splits a batch by tokens, longest first to the least loaded worker: the same split for the same batch.</summary>
    private List<EntityExample>[] Share(IReadOnlyList<EntityExample> batch)
    {
        List<EntityExample>[] shares = [.. workers.Select(_ => new List<EntityExample>())];
        int[] load = new int[workers.Length];
        foreach (EntityExample example in batch.OrderByDescending(example => example.Length))
        {
            int least = Array.IndexOf(load, load.Min());
            shares[least].Add(example);
            load[least] += example.Length;
        }
        return shares;
    }
}

/// <summary>One worker's buffers and gradients.</summary>
internal sealed class EntityWorker
{
    private readonly EntityNetwork network;
    private readonly TrainableGraph graph;
    private readonly Vocabulary vocabulary;
    private readonly int[] frequencies;
    private readonly EntityHyperparameters settings;
    private readonly Noise noise;
    private readonly Dictionary<int, int> slots = [];
    private float[] features = [];
    private float[] inputMask = [];
    private float[] wordVectors = [];
    private float[] wordGradients = [];
    private float[] scoreGradients = [];
    private float[][] masks = [];

    public EntityWorker(
        EntityNetwork network,
        TrainableGraph graph,
        Vocabulary vocabulary,
        int[] frequencies,
        EntityHyperparameters settings,
        Noise noise
    )
    {
        this.network = network;
        this.graph = graph;
        this.vocabulary = vocabulary;
        this.frequencies = frequencies;
        this.settings = settings;
        this.noise = noise;
        Dense = new GradientSum(network.Parameters);
        Rows = [.. network.Tables.Select(table => new RowGradients(table.Rows, table.Width))];
    }

    public GradientSum Dense { get; }

    /// <summary>By table.</summary>
    public RowGradients[] Rows { get; }

    /// <summary>Adds the gradients of some examples; returns their summed loss.</summary>
    public double Run(List<EntityExample> examples, LinearChain chain)
    {
        if (examples.Count == 0)
            return 0;
        int rows = examples.Sum(example => example.Length + 1);
        int width = EntityNetwork.InputWidth;
        int tags = network.Scheme.Count;
        Gather(examples, rows);
        List<Feed> feeds = [new Feed(EntityNetwork.FeaturesInput, features, rows, width)];
        for (int m = 0; m < masks.Length; m++)
            feeds.Add(new Feed(network.DropoutNames[m], masks[m], rows, network.Settings.Width));
        using TrainableGraph.Pass pass = graph.Forward([.. feeds]);
        ReadOnlySpan<float> scores = pass.Output(network.ScoresName);
        Grow(ref scoreGradients, rows * tags);
        ChainLoss loss = new(chain);
        double total = 0;
        int row = 0;
        foreach (EntityExample example in examples)
        {
            total += loss.Add(
                scores.Slice(row * tags, example.Length * tags),
                example.Tags,
                example.Allowed,
                scoreGradients.AsSpan(row * tags, example.Length * tags)
            );
            row += example.Length;
            scoreGradients.AsSpan(row * tags, tags).Clear();
            row++;
        }
        float[] input = pass.Backward(Dense, new Feed(network.ScoresName, scoreGradients, rows, tags))[0];
        int chainAt = network.Parameters.Count - 3;
        loss.TakeTransitions(Dense[chainAt], Dense[chainAt + 1], Dense[chainAt + 2]);
        Scatter(examples, input);
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

    /// <summary>Fills the input and the dropout masks. Each distinct word's rows are summed once.</summary>
    private void Gather(List<EntityExample> examples, int rows)
    {
        int width = EntityNetwork.InputWidth;
        int wordWidth = WordFeatures.Width;
        Grow(ref features, rows * width);
        Grow(ref inputMask, rows * width);
        noise.DropoutMask(inputMask.AsSpan(0, rows * width), settings.InputDropout);
        if (masks.Length == 0)
            masks = [.. network.DropoutNames.Select(_ => Array.Empty<float>())];
        for (int m = 0; m < masks.Length; m++)
        {
            Grow(ref masks[m], rows * network.Settings.Width);
            noise.DropoutMask(masks[m].AsSpan(0, rows * network.Settings.Width), settings.Dropout);
        }
        slots.Clear();
        int row = 0;
        foreach (EntityExample example in examples)
        {
            for (int t = 0; t < example.Length; t++, row++)
            {
                int word = example.Words[t];
                if (!slots.TryGetValue(word, out int slot))
                {
                    slot = slots.Count;
                    slots[word] = slot;
                    Grow(ref wordVectors, (slot + 1) * wordWidth);
                    Sum(word, wordVectors.AsSpan(slot * wordWidth, wordWidth));
                }
                Span<float> input = features.AsSpan(row * width, width);
                Span<float> mask = inputMask.AsSpan(row * width, width);
                wordVectors.AsSpan(slot * wordWidth, wordWidth).CopyTo(input);
                example.Flags.AsSpan(t * ContextFlags.Width, ContextFlags.Width).CopyTo(input[wordWidth..]);
                if (settings.WordDropout > 0 && noise.NextSingle() < settings.WordDropout / (settings.WordDropout + frequencies[word]))
                    mask[..WordFeatures.Tables[0].Width].Clear();
                TensorPrimitives.Multiply(input, mask, input);
            }
            features.AsSpan(row * width, width).Clear();
            inputMask.AsSpan(row * width, width).Clear();
            foreach (float[] mask in masks)
                mask.AsSpan(row * network.Settings.Width, network.Settings.Width).Clear();
            row++;
        }
    }

    private void Sum(int word, Span<float> vector)
    {
        vector.Clear();
        int[] indices = vocabulary.Rows(word);
        int slot = 0;
        int column = 0;
        foreach (EmbeddingTable table in network.Tables)
        {
            Span<float> part = vector.Slice(column, table.Width);
            int end = slot + WordFeatures.Tables[Array.IndexOf(network.Tables, table)].Slots;
            for (; slot < end; slot++)
            {
                if (indices[slot] != 0)
                    table.AddTo(indices[slot], part);
            }
            column += table.Width;
        }
    }

    /// <summary>Takes the input's gradient apart: by word first, then to the words' rows.</summary>
    private void Scatter(List<EntityExample> examples, float[] gradient)
    {
        int width = EntityNetwork.InputWidth;
        int wordWidth = WordFeatures.Width;
        Grow(ref wordGradients, slots.Count * wordWidth);
        Array.Clear(wordGradients, 0, slots.Count * wordWidth);
        int row = 0;
        foreach (EntityExample example in examples)
        {
            for (int t = 0; t < example.Length; t++, row++)
            {
                Span<float> sum = wordGradients.AsSpan(slots[example.Words[t]] * wordWidth, wordWidth);
                ReadOnlySpan<float> d = gradient.AsSpan(row * width, wordWidth);
                TensorPrimitives.MultiplyAdd(d, inputMask.AsSpan(row * width, wordWidth), sum, sum);
            }
            row++;
        }
        foreach ((int word, int slot) in slots)
        {
            int[] indices = vocabulary.Rows(word);
            int at = 0;
            int column = 0;
            for (int t = 0; t < Rows.Length; t++)
            {
                FeatureTable table = WordFeatures.Tables[t];
                ReadOnlySpan<float> part = wordGradients.AsSpan((slot * wordWidth) + column, table.Width);
                for (int s = 0; s < table.Slots; s++, at++)
                {
                    if (indices[at] != 0)
                        Rows[t].Add(indices[at], part);
                }
                column += table.Width;
            }
        }
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
    }
}
