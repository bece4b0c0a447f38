using System.Collections.Concurrent;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Carries out changes of schemas in the background, one at a time, each in one transaction with its own end.</summary>
/// <remarks>
/// A process that dies leaves the job waiting and nothing of the change stored; the next one starts it anew. While one runs, writers of
/// requests get <c>schema_changing</c> after a second instead of waiting for its end; others wait.
/// </remarks>
public sealed class SchemaWorker : IDisposable
{
    private readonly AnnotationDatabase database;
    private readonly SchemaStore schema;
    private readonly SchemaJobStore store;
    private readonly QueueThread queue;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> ends = new();
    private readonly Lock gate = new();
    private Running? current;

    public SchemaWorker(AnnotationDatabase database, SchemaStore schema)
    {
        this.database = database;
        this.schema = schema;
        store = new SchemaJobStore(database);
        queue = new QueueThread("schema", WorkNext);
    }

    /// <summary>After a change that took so long, and before the next, is a while in which others write: they were told to come again after two seconds.</summary>
    internal (TimeSpan After, TimeSpan While) ForOthers { get; init; } = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));

    /// <summary>Takes up what an earlier process left waiting, and then what is asked for.</summary>
    public void Start() => queue.Start();

    /// <exception cref="UnusableInputException">As <see cref="SchemaStore.Change(string, SchemaChange, int, string)"/>, where that can be told beforehand.</exception>
    public SchemaJob Enqueue(string projectId, SchemaChange change, int seen, string actor)
    {
        schema.Refuse(projectId, change, seen);
        var job = store.Add(projectId, change, seen, actor);
        queue.Wake();
        return job;
    }

    public SchemaJob Get(string projectId, string id)
    {
        var job = store.Get(projectId, id);
        lock (gate)
        {
            return current?.Id == id && job.State == SchemaJobState.Waiting ? job with { Progress = current.Progress(database.Time) } : job;
        }
    }

    public Page<SchemaJob> List(string projectId, int limit = 100, string? after = null)
    {
        var page = store.List(projectId, limit, after);
        return page with { Items = [.. page.Items.Select(job => job.State == SchemaJobState.Waiting ? Get(projectId, job.Id) : job)] };
    }

    /// <summary>Waits for the end, but not longer than a while.</summary>
    public async Task<SchemaJob> WaitAsync(string projectId, string id, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var end = ends.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (store.Get(projectId, id).State == SchemaJobState.Waiting)
            {
                await end.Task.WaitAsync(atMost, database.Time, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            // It goes on; whoever asked can ask again.
        }
        finally
        {
            ends.TryRemove(id, out _);
        }

        return Get(projectId, id);
    }

    /// <summary>Stops a job: one that waits at once, one under way within about a second, with nothing changed.</summary>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: it is over. <c>not_found</c>.</exception>
    public void Cancel(string projectId, string id, string actor)
    {
        var job = store.Get(projectId, id);
        lock (gate)
        {
            if (current?.Id == id)
            {
                current.CancelledBy = actor;
                current.Cancel.Cancel();
                return;
            }
        }

        if (!store.End(job, SchemaJobState.Cancelled, actor))
        {
            throw new UnusableInputException("state_conflict", "the change is over");
        }
    }

    public void Dispose() => queue.Dispose();

    private bool WorkNext()
    {
        if (store.Next() is not { } job)
        {
            return false;
        }

        long started = database.Time.GetTimestamp();
        Run(job);
        if (database.Time.GetElapsedTime(started) > ForOthers.After && store.Next() is not null)
        {
            // Several changes in a row would keep them waiting for the end of all.
            queue.Stopping.WaitHandle.WaitOne(ForOthers.While);
        }

        return true;
    }

    private void Run(SchemaJob job)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(queue.Stopping);
        var running = new Running(job.Id, cancel);
        lock (gate)
        {
            current = running;
        }

        try
        {
            database.WriteAtLength(
                job.By,
                transaction =>
                {
                    var effect = schema.Change(
                        transaction,
                        job.ProjectId,
                        job.Change,
                        job.Seen,
                        progress =>
                        {
                            cancel.Token.ThrowIfCancellationRequested();
                            running.Report(progress, database.Time);
                        }
                    );
                    cancel.Token.ThrowIfCancellationRequested();
                    SchemaJobStore.EndDone(transaction, job.Id, effect);
                    return effect;
                }
            );
        }
        catch (OperationCanceledException) when (queue.Stopping.IsCancellationRequested)
        {
            // The next process takes it up.
        }
        catch (OperationCanceledException)
        {
            store.End(job, SchemaJobState.Cancelled, running.CancelledBy ?? job.By);
        }
        catch (UnusableInputException error)
        {
            store.End(job, SchemaJobState.Refused, job.By, error.Code, error.Reason);
        }
        catch (Exception error)
        {
            // The type alone: a message may quote what was read.
            store.End(job, SchemaJobState.Refused, job.By, "internal_error", error.GetType().Name);
        }
        finally
        {
            lock (gate)
            {
                current = null;
            }

            if (ends.TryGetValue(job.Id, out var end))
            {
                end.TrySetResult();
            }
        }
    }

    private sealed class Running(string id, CancellationTokenSource cancel)
    {
        private volatile SchemaProgress? told;
        private long since;

        public string Id => id;

        public CancellationTokenSource Cancel => cancel;

        public string? CancelledBy { get; set; }

        public void Report(SchemaProgress progress, TimeProvider time)
        {
            if (told is null)
            {
                since = time.GetTimestamp();
            }

            told = progress;
        }

        public SchemaJobProgress Progress(TimeProvider time)
        {
            if (told is not { } progress)
            {
                return new SchemaJobProgress("planning", 0, 0, null, null);
            }

            double seconds = time.GetElapsedTime(since).TotalSeconds;
            double? rate = progress.Done > 0 && seconds > 0 ? progress.Done / seconds : null;
            return new SchemaJobProgress("working", progress.Done, progress.Total, rate, (progress.Total - progress.Done) / rate);
        }
    }
}
