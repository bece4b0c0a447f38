using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>One optimiser step.</summary>
/// <param name="Loss">Mean loss a token.</param>
internal readonly record struct TrainingStep(int Tokens, double Loss);

/// <summary>What a network learns: the graph, which of its outputs is compared with what, and all that moves.</summary>
/// <param name="Parameters">Those of the graph in its order, then any of the loss.</param>
/// <param name="Loss">A new one for each worker.</param>
internal sealed record EntityTask(TrainableGraph Graph, Value Output, IReadOnlyList<Parameter> Parameters, Func<ISequenceLoss> Loss)
    : IDisposable
{
    /// <summary>The tags of annotated documents.</summary>
    public static EntityTask Tags(EntityNetwork network)
    {
        (Tape tape, Value scores) = network.Training();
        return new EntityTask(new TrainableGraph(tape), scores, network.Parameters, () => new TagLoss(network));
    }

    public void Dispose() => Graph.Dispose();
}

/// <summary>Steps a network through batches: workers run forward, loss and gradient on their share, then one update.</summary>
/// <remarks>Knows no files, no corpora and no dev set.</remarks>
internal sealed class EntityTrainer
{
    private readonly EntityNetwork network;
    private readonly EntityHyperparameters settings;
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
        EntityTask task,
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
        adamSettings = new AdamSettings(Decay: settings.Decay);
        adam = new Adam(task.Parameters, adamSettings)
        {
            Anchor = settings.AnchorPull > 0 ? [.. task.Parameters.Select(parameter => parameter.Values.ToArray())] : null,
            AnchorPull = settings.AnchorPull,
        };
        anchors = settings.AnchorPull > 0 ? [.. network.Tables.Select(table => table.Values.ToArray())] : null;
        this.workers =
        [
            .. Enumerable
                .Range(0, Math.Max(1, workers))
                .Select(i => new EntityWorker(
                    network,
                    task,
                    new EntityInputs(network, vocabulary, settings, new Noise(seed, i)),
                    task.Loss()
                )),
        ];
    }

    /// <summary>Clears of the gradients what must not move. The tables then do not move at all.</summary>
    public Action<GradientSum>? Hold { get; init; }

    /// <summary>Since the start, without what happens between steps.</summary>
    public double TokensPerSecond => seconds > 0 ? tokensSeen / seconds : 0;

    /// <summary>One update from one batch.</summary>
    public TrainingStep Step(IReadOnlyList<EntityExample> batch, float rate, float tableRate)
    {
        long started = time.GetTimestamp();
        int tokens = batch.Sum(example => example.Length);
        List<EntityExample>[] shares = Share(batch);
        double[] losses = new double[workers.Length];
        Parallel.For(
            0,
            workers.Length,
            new ParallelOptions { MaxDegreeOfParallelism = workers.Length },
            i => losses[i] = workers[i].Run(shares[i])
        );
        EntityWorker sum = workers[0];
        for (int i = 1; i < workers.Length; i++)
            sum.Merge(workers[i]);
        sum.Scale(1f / tokens);
        Hold?.Invoke(sum.Dense);
        double norm = Math.Sqrt(sum.SquaredNorm());
        if (double.IsFinite(norm))
        {
            if (norm > settings.Clip)
                sum.Scale((float)(settings.Clip / norm));
            steps++;
            adam.Step(sum.Dense, rate);
            for (int t = 0; Hold is null && t < network.Tables.Length; t++)
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
