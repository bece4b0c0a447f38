using System.Globalization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Models;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Retrains in the background: one run at a time, on a thread of low priority, from queue to promotion.</summary>
public sealed class TrainingWorker : IDisposable
{
    /// <summary>Minutes of training that a run gets when none are asked for: long enough to learn a hundred notes, short enough to wait for.</summary>
    public const double DefaultMinutes = 4;

    /// <summary>A day; more is a slip of the pen.</summary>
    public const double MaximumMinutes = 1440;

    private const string Actor = "system";

    // Every report goes to listeners; to the disk only one a second, because each write is synced.
    private static readonly TimeSpan BetweenStoredReports = TimeSpan.FromSeconds(1);

    private readonly AnnotationDatabase database;
    private readonly ModelRegistry registry;
    private readonly IReadOnlyDictionary<ModelTask, TaskTrainer> trainers;
    private readonly TrainingRunStore store;
    private readonly SnapshotStore snapshots;
    private readonly QueueThread queue;
    private readonly Lock gate = new();
    private (string Id, CancellationTokenSource Cancel)? current;

    public TrainingWorker(AnnotationDatabase database, ModelRegistry registry, IReadOnlyDictionary<ModelTask, TaskTrainer> trainers)
    {
        this.database = database;
        this.registry = registry;
        this.trainers = trainers;
        store = new TrainingRunStore(database);
        snapshots = new SnapshotStore(database);
        queue = new QueueThread("training", WorkNext, LowPriority.OfThisThread);
    }

    public RunEvents Events { get; } = new();

    /// <summary>Threads of a training: half the processors, so that requests are still answered.</summary>
    public static int Workers => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Marks runs that an earlier process left unfinished as interrupted, clears what they wrote, and starts working off the queue.</summary>
    /// <remarks>After <see cref="ModelRegistry.Start"/>.</remarks>
    public void Start()
    {
        EndOrphans();
        DropScratch();
        queue.Start();
    }

    /// <exception cref="UnusableInputException">
    /// <c>training_in_progress</c>, <c>too_little_data</c>, <c>bad_minutes</c>, <c>snapshot_mismatch</c>, <c>snapshot_withdrawn</c>,
    /// <c>model_missing</c>, <c>not_found</c>.
    /// </exception>
    public TrainingRun Enqueue(NewTrainingRun asked, string actor)
    {
        double minutes = asked.Minutes ?? DefaultMinutes;
        if (minutes is not (> 0 and <= MaximumMinutes))
        {
            throw new UnusableInputException("bad_minutes", $"the minutes must lie between 0 and {MaximumMinutes}");
        }

        store.RefuseWhileUnfinished(asked.ProjectId, asked.Task);
        if (
            asked.Kind == RunKind.LabelErrors
            && asked.Folds is not (>= CrossValidationOptions.FewestFolds and <= CrossValidationOptions.MostFolds)
        )
        {
            throw new UnusableInputException(
                "invalid_value",
                $"folds lie from {CrossValidationOptions.FewestFolds} to {CrossValidationOptions.MostFolds}"
            );
        }

        if (asked.Kind == RunKind.Retrain && registry.Store.InUse(asked.Task) is null)
        {
            throw new UnusableInputException("model_missing", "there is no version in use to start from");
        }

        var snapshot = asked.SnapshotId is null ? snapshots.Create(asked.ProjectId, asked.Task, actor) : snapshots.Get(asked.SnapshotId);
        if (snapshot.ProjectId != asked.ProjectId || snapshot.Task != asked.Task)
        {
            throw new UnusableInputException("snapshot_mismatch", "the snapshot is of another project or task");
        }

        RefuseWithdrawn(snapshot.Id);
        CrossValidation.RefuseFewer(snapshot.Train.Groups + snapshot.HeldOut.Groups, asked.Folds);
        var run = store.Create(asked, snapshot.Id, minutes, asked.Seed ?? 1, actor);
        Events.Publish(new RunEvent(run, null));
        queue.Wake();
        return run;
    }

    /// <summary>Asks a run to stop; a queued one ends at once, a running one within moments.</summary>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: it is over. <c>not_found</c>.</exception>
    public TrainingRun Cancel(string id, string actor)
    {
        var run = store.Get(id);
        if (run.IsOver)
        {
            throw new UnusableInputException("state_conflict", "the run is over");
        }

        if (store.CancelQueued(id, actor))
        {
            run = store.Get(id);
            Events.Publish(new RunEvent(run, null));
            return run;
        }

        lock (gate)
        {
            if (current is { } working && working.Id == id)
            {
                database.Write(actor, transaction => transaction.Audit("training.cancel_requested", id));
                working.Cancel.Cancel();
            }
        }

        return store.Get(id);
    }

    /// <summary>Stops; a run under way is shown as interrupted.</summary>
    public void Dispose() => queue.Dispose();

    private bool WorkNext()
    {
        EndOrphans();
        var run = store.Next();
        if (run is not null)
        {
            Run(run);
        }

        return run is not null;
    }

    /// <summary>One run at a time: whatever is unfinished while none is under way was cut off.</summary>
    private void EndOrphans()
    {
        foreach (var run in store.Unfinished())
        {
            End(run, RunState.Interrupted);
        }
    }

    /// <summary>What a process that ended in the middle of a cross-validation left.</summary>
    private void DropScratch()
    {
        if (Directory.Exists(registry.ScratchFolder))
        {
            Directory.Delete(registry.ScratchFolder, recursive: true);
        }
    }

    private void Run(TrainingRun run)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(queue.Stopping);
        lock (gate)
        {
            current = (run.Id, cancel);
        }

        try
        {
            if (run.Kind == RunKind.LabelErrors)
            {
                FindErrors(run, cancel.Token);
            }
            else
            {
                Retrain(run, cancel.Token);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            End(run, queue.Stopping.IsCancellationRequested ? RunState.Interrupted : RunState.Cancelled);
        }
        catch (UnusableInputException error)
        {
            End(run, RunState.Failed, error.Code, error.Message);
        }
        catch (IOException error) when (StorageException.Of(error, registry.RetrainedFolder) is { } known)
        {
            End(run, RunState.Failed, known.Code, known.Reason);
        }
        catch (UnauthorizedAccessException)
        {
            End(run, RunState.Failed, "storage_read_only", "the model folder cannot be written");
        }
        catch (Exception error)
        {
            // The type alone: a message may quote what the model was reading.
            End(run, RunState.Failed, "internal_error", error.GetType().Name);
        }
        finally
        {
            lock (gate)
            {
                current = null;
            }
        }
    }

    private void Retrain(TrainingRun run, CancellationToken cancellationToken)
    {
        var trainer = trainers[run.Task];
        var start =
            registry.Store.InUse(run.Task) ?? throw new UnusableInputException("model_missing", "there is no version in use to start from");
        var candidate = registry.NextVersion(start);
        if (!store.Start(run.Id, start.Stamp, candidate, Actor))
        {
            return;
        }

        Announce(run.Id);
        RefuseWithdrawn(run.SnapshotId);
        var job = new RetrainingJob(snapshots.Get(run.SnapshotId), snapshots.Documents(run.SnapshotId), run.Id);
        string directory = registry.RetrainedDirectory(candidate);
        trainer.Train(job, Options(run, start, candidate, directory), new Reports(this, store.Get(run.Id)), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        var bundle = ModelBundle.Load(directory);
        database.Write(
            Actor,
            transaction =>
            {
                // No version comes to be that learnt from what was withdrawn while it trained.
                WithdrawalStore.RefuseTraining(transaction.Connection, run.SnapshotId, run.Id);
                RegistryStore.Register(transaction, bundle, run.Task, ModelOrigin.Retrained, run.SnapshotId, run.Id);
                TrainingRunStore.Gating(transaction, run.Id);
            }
        );
        Announce(run.Id);

        var inUse = registry.Store.InUse(run.Task)!;
        var before = trainer.Score(registry.DirectoryOf(inUse), job, cancellationToken);
        var after = trainer.Score(directory, job, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var decision = Gate.Decide(before, after, trainer.OwnMargin);
        registry.Settle(
            candidate,
            inUse,
            decision,
            run.AutoPromote,
            Actor,
            (transaction, promoted) =>
                TrainingRunStore.End(
                    transaction,
                    run.Id,
                    decision.Passed ? RunState.Succeeded : RunState.Refused,
                    // Passed and wanted, but another version came into use while the gate was looking.
                    decision.Passed
                    && run.AutoPromote
                    && !promoted
                        ? "state_conflict"
                        : null
                )
        );
        Announce(run.Id);
    }

    private void FindErrors(TrainingRun run, CancellationToken cancellationToken)
    {
        if (!store.Start(run.Id, null, null, Actor))
        {
            return;
        }

        Announce(run.Id);
        RefuseWithdrawn(run.SnapshotId);
        var job = new RetrainingJob(snapshots.Get(run.SnapshotId), snapshots.Documents(run.SnapshotId));
        var options = new CrossValidationOptions(
            registry.ScratchDirectory(run.Id),
            registry.EncoderDirectory,
            run.Minutes,
            run.Folds!.Value,
            run.Seed
        )
        {
            Workers = Workers,
            Time = database.Time,
        };
        var found = ReadErrors.Of(job, options, new Reports(this, store.Get(run.Id)), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        database.Write(
            Actor,
            transaction =>
            {
                // Nothing is said of what was withdrawn while its models trained; a new search leaves it out.
                WithdrawalStore.RefuseTraining(transaction.Connection, run.SnapshotId, null);
                TrainingRunStore.Agreed(transaction, run.Id, found.Agreement);
                if (!found.IsWorthReading)
                {
                    TrainingRunStore.End(transaction, run.Id, RunState.Failed, "too_little_data", Weak(run.Task, found));
                    return;
                }

                LabelErrorStore.Save(
                    transaction,
                    run.ProjectId,
                    run.Id,
                    run.Task == ModelTask.Intents,
                    found.Errors,
                    job.Documents.ToDictionary(document => document.DocumentId)
                );
                TrainingRunStore.End(transaction, run.Id, RunState.Succeeded);
            }
        );
        Announce(run.Id);
    }

    private static string Weak(ModelTask task, CrossValidated found) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"the models agree with people on {100 * found.Agreement:0} % of the {(task == ModelTask.Intents ? "utterances" : "mentions (F1)")} they had not seen; below {100 * found.LeastAgreement:0} % most of what they contradict is their own error: finish more documents, or give the search more minutes"
        );

    private TrainingOptions Options(TrainingRun run, ModelVersion start, ModelStamp candidate, string directory) =>
        new()
        {
            OutputDirectory = directory,
            ModelName = candidate.Name,
            ModelVersion = candidate.Version,
            BaseModelDirectory = registry.DirectoryOf(start),
            Seed = run.Seed,
            Minutes = run.Minutes,
            Workers = Workers,
            Command = $"training run {run.Id} on snapshot {run.SnapshotId}",
            Time = database.Time,
        };

    private void RefuseWithdrawn(string snapshotId) =>
        database.Read(connection =>
        {
            WithdrawalStore.RefuseTraining(connection, snapshotId, null);
            return true;
        });

    private void End(TrainingRun run, RunState state, string? errorCode = null, string? errorReason = null)
    {
        DropUnregistered(store.Get(run.Id));
        store.End(run.Id, state, Actor, errorCode, errorReason);
        Announce(run.Id);
    }

    /// <summary>A bundle that was written whole just before the end, and that no row speaks of.</summary>
    private void DropUnregistered(TrainingRun run)
    {
        if (run.Candidate is not { } candidate)
        {
            return;
        }

        bool registered = database.Read(connection => RegistryStore.Find(connection, candidate.Name, candidate.Version) is not null);
        string directory = registry.RetrainedDirectory(candidate);
        if (!registered && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void Announce(string runId)
    {
        var run = store.Get(runId);
        Events.Publish(new RunEvent(run, null));
    }

    /// <summary>Passes reports on in the thread that makes them, so that they keep their order.</summary>
    /// <param name="run">As started: while it trains nothing of it changes but its progress.</param>
    private sealed class Reports(TrainingWorker worker, TrainingRun run) : IProgress<TrainingProgress>
    {
        private long? lastStored;

        public void Report(TrainingProgress value)
        {
            long now = worker.database.Time.GetTimestamp();
            if (lastStored is not { } last || worker.database.Time.GetElapsedTime(last, now) >= BetweenStoredReports)
            {
                lastStored = now;
                worker.store.StoreProgress(run.Id, value);
            }

            worker.Events.Publish(new RunEvent(run with { Progress = value }, value));
        }
    }
}
