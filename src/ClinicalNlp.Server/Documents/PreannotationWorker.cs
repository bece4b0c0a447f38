using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Documents;

/// <summary>Marks up what was asked for in the background, one project at a time, a few documents at once so that requests go between.</summary>
/// <remarks>What is marked up is stored document by document; after a kill the work goes on from about where it was.</remarks>
public sealed partial class PreannotationWorker(
    PreannotationStore store,
    Preannotation preannotation,
    ServingModels models,
    TimeProvider time,
    ILogger<PreannotationWorker> log
) : BackgroundService
{
    private const int AtOnce = 2;

    /// <summary>Between two notes of how far it is.</summary>
    private const int Batch = 32;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileFull = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim wake = new(0);
    private readonly Lock gate = new();
    private Running? current;

    /// <inheritdoc cref="PreannotationStore.Ahead(string, ModelsInUse)"/>
    public PreannotationAhead Ahead(string projectId) => store.Ahead(projectId, InUse());

    /// <inheritdoc cref="PreannotationStore.Add"/>
    public PreannotationJob Enqueue(string projectId, PreannotationScope scope, string actor)
    {
        var job = store.Add(projectId, scope, actor);
        wake.Release();
        return Now(job);
    }

    /// <inheritdoc cref="PreannotationStore.Get"/>
    public PreannotationJob Get(string projectId, string id) => Now(store.Get(projectId, id));

    /// <inheritdoc cref="PreannotationStore.List"/>
    public Page<PreannotationJob> List(string projectId, int limit, string? after)
    {
        var page = store.List(projectId, limit, after);
        return page with { Items = [.. page.Items.Select(Now)] };
    }

    /// <summary>Stops a job; what was marked up stays.</summary>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: it is over. <c>not_found</c>.</exception>
    public PreannotationJob Cancel(string projectId, string id, string actor)
    {
        var job = store.Get(projectId, id);
        if (!store.End(job, PreannotationState.Cancelled, actor))
        {
            throw new UnusableInputException("state_conflict", "the work is over");
        }

        lock (gate)
        {
            if (current?.Id == id)
            {
                current.Cancel.Cancel();
            }
        }

        return store.Get(projectId, id);
    }

    public override void Dispose()
    {
        base.Dispose();
        wake.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (store.Next() is { } job)
                {
                    await RunAsync(job, stoppingToken);
                }
                else
                {
                    await wake.WaitAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException e)
            {
                LogTrouble(log, e.Code);
                await Task.Delay(AfterTrouble, time, stoppingToken);
            }
        }
    }

    private async Task RunAsync(PreannotationJob job, CancellationToken stoppingToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var running = new Running(job, cancel, time.GetTimestamp());
        lock (gate)
        {
            current = running;
        }

        try
        {
            while (await WorkBatchAsync(job, running)) { }
            store.End(job, PreannotationState.Done, job.By);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Its end is stored already.
        }
        finally
        {
            lock (gate)
            {
                current = null;
            }
        }
    }

    /// <returns>False when nothing is left.</returns>
    private async Task<bool> WorkBatchAsync(PreannotationJob job, Running running)
    {
        running.Cancel.Token.ThrowIfCancellationRequested();
        bool count = running.Left is null || time.GetElapsedTime(running.Counted) > BetweenCounts;
        var (ids, left) = store.Ahead(job, InUse(), Batch, count);
        if (left is { } counted)
        {
            (running.Left, running.Counted) = (counted, time.GetTimestamp());
        }

        if (ids.Count == 0)
        {
            return false;
        }

        int failed = 0;
        string? errorCode = null;
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = running.Cancel.Token },
            async (id, cancellation) =>
            {
                if (await MarkUpAsync(id, job, cancellation) is { } code)
                {
                    Interlocked.Increment(ref failed);
                    errorCode = code;
                }

                running.Work();
            }
        );
        store.Advance(job.Id, ids[^1], ids.Count - failed, failed, errorCode);
        return true;
    }

    /// <returns>Why it could not be; null when it was.</returns>
    private async Task<string?> MarkUpAsync(string documentId, PreannotationJob job, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await preannotation.SuggestAsync(documentId, replace: job.Scope == PreannotationScope.Outdated, job.By, cancellation);
                return null;
            }
            catch (QueueFullException)
            {
                // People who wait for an answer go first.
                await Task.Delay(WhileFull, time, cancellation);
            }
            catch (UnusableInputException e) when (e is not StorageException)
            {
                return e.Code; // finished or withdrawn meanwhile, or no model any more
            }
        }
    }

    private PreannotationJob Now(PreannotationJob job)
    {
        lock (gate)
        {
            return current?.Id == job.Id && job.State == PreannotationState.Waiting ? job with { Progress = current.Progress(time) } : job;
        }
    }

    private ModelsInUse InUse()
    {
        var (entities, intents) = models.InUse();
        return new ModelsInUse(Stamp(entities), Stamp(intents));

        static ModelStamp? Stamp(ModelVersionName? name) => name is null ? null : new ModelStamp(name.Name, name.Version);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Marking up waits for the store: {Code}")]
    private static partial void LogTrouble(ILogger log, string code);

    /// <summary>What is known of the job under way; times are <see cref="TimeProvider.GetTimestamp"/>.</summary>
    private sealed class Running(PreannotationJob begun, CancellationTokenSource cancel, long started)
    {
        private int worked;
        private int workedWhenCounted;
        private int? left;

        public string Id => begun.Id;

        public CancellationTokenSource Cancel => cancel;

        public long Counted { get; set; }

        /// <summary>At the last count.</summary>
        public int? Left
        {
            get => left;
            set => (left, workedWhenCounted) = (value, worked);
        }

        public void Work() => Interlocked.Increment(ref worked);

        public PreannotationProgress? Progress(TimeProvider time)
        {
            if (Left is not { } then)
            {
                return null;
            }

            int sinceCounted = worked - workedWhenCounted;
            double seconds = time.GetElapsedTime(started).TotalSeconds;
            double? rate = worked > 0 && seconds > 0.5 ? worked / seconds : null;
            return new PreannotationProgress(
                begun.Done + begun.Failed + workedWhenCounted + then,
                rate,
                Math.Max(0, then - sinceCounted) / rate
            );
        }
    }
}
