using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Training;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Training runs as rows. What moves them is <see cref="TrainingWorker"/>.</summary>
public sealed class TrainingRunStore(AnnotationDatabase database)
{
    /// <exception cref="RecordNotFoundException">No such run.</exception>
    public TrainingRun Get(string id) => database.Read(connection => Get(connection, id));

    /// <summary>The newest first.</summary>
    /// <param name="projects">Whose runs; null: everybody's.</param>
    public Page<TrainingRun> List(int limit = 100, string? after = null, IReadOnlyCollection<string>? projects = null) =>
        database.Read(connection =>
            StoredPage.Newest<Row, TrainingRun>(
                connection,
                $"SELECT * FROM training_runs WHERE {(projects is null ? "true" : "project_id IN @projects")}",
                new { projects },
                limit,
                after,
                row => row.ToRun(),
                run => run.Id
            )
        );

    /// <exception cref="UnusableInputException"><c>training_in_progress</c>: the project has an unfinished run of this task.</exception>
    internal TrainingRun Create(NewTrainingRun asked, string snapshotId, double minutes, int seed, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                RefuseWhileUnfinished(transaction.Connection, asked.ProjectId, asked.Task);
                string id = transaction.NewId();
                transaction.Connection.Execute(
                    """
                    INSERT INTO training_runs (id, project_id, task, kind, folds, state, snapshot_id, minutes, seed, auto_promote, created_at, created_by)
                    VALUES (@id, @ProjectId, @task, @kind, @Folds, 'queued', @snapshotId, @minutes, @seed, @AutoPromote, @at, @actor)
                    """,
                    new
                    {
                        id,
                        asked.ProjectId,
                        task = StoredNames.Of(asked.Task),
                        kind = StoredNames.Of(asked.Kind),
                        asked.Folds,
                        snapshotId,
                        minutes,
                        seed,
                        asked.AutoPromote,
                        at = transaction.NowMilliseconds,
                        actor,
                    }
                );
                transaction.Audit(
                    "training.queued",
                    id,
                    new()
                    {
                        ["project"] = asked.ProjectId,
                        ["task"] = StoredNames.Of(asked.Task),
                        ["kind"] = StoredNames.Of(asked.Kind),
                        ["snapshot"] = snapshotId,
                    }
                );
                return Get(transaction.Connection, id);
            }
        );

    internal void RefuseWhileUnfinished(string projectId, ModelTask task) =>
        database.Read(connection =>
        {
            RefuseWhileUnfinished(connection, projectId, task);
            return true;
        });

    /// <summary>The oldest queued run, or null.</summary>
    internal TrainingRun? Next() =>
        database.Read(connection =>
            connection.QueryFirstOrDefault<Row>("SELECT * FROM training_runs WHERE state = 'queued' ORDER BY id LIMIT 1")?.ToRun()
        );

    internal IReadOnlyList<TrainingRun> Unfinished() =>
        database.Read(connection =>
            connection
                .Query<Row>("SELECT * FROM training_runs WHERE state IN ('running', 'gating') ORDER BY id")
                .Select(row => row.ToRun())
                .ToList()
        );

    /// <returns>False when the run is not queued any more.</returns>
    internal bool Start(string id, ModelStamp? start, ModelStamp? candidate, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                int started = transaction.Connection.Execute(
                    """
                    UPDATE training_runs SET state = 'running', started_at = @at, base_name = @baseName, base_version = @baseVersion,
                        candidate_name = @candidateName, candidate_version = @candidateVersion
                    WHERE id = @id AND state = 'queued'
                    """,
                    new
                    {
                        id,
                        at = transaction.NowMilliseconds,
                        baseName = start?.Name,
                        baseVersion = start?.Version,
                        candidateName = candidate?.Name,
                        candidateVersion = candidate?.Version,
                    }
                );
                if (started == 0)
                {
                    transaction.NothingChanged();
                    return false;
                }

                transaction.Audit("training.started", id, start is null ? null : new() { ["base"] = $"{start.Name} {start.Version}" });
                return true;
            }
        );

    internal void StoreProgress(string id, TrainingProgress progress) =>
        database.Write(
            "system",
            transaction =>
            {
                transaction.Connection.Execute(
                    "UPDATE training_runs SET progress = @progress WHERE id = @id",
                    new { id, progress = StoredJson.Write(progress) }
                );
                transaction.OnlyProgress();
            }
        );

    /// <summary>Takes back a run that has not started.</summary>
    /// <returns>False when it is not queued any more.</returns>
    internal bool CancelQueued(string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                int cancelled = transaction.Connection.Execute(
                    "UPDATE training_runs SET state = 'cancelled', ended_at = @at WHERE id = @id AND state = 'queued'",
                    new { id, at = transaction.NowMilliseconds }
                );
                if (cancelled == 0)
                {
                    transaction.NothingChanged();
                    return false;
                }

                transaction.Audit("training.cancelled", id);
                return true;
            }
        );

    internal void End(string id, RunState state, string actor, string? errorCode = null, string? errorReason = null) =>
        database.Write(actor, transaction => End(transaction, id, state, errorCode, errorReason));

    internal static void End(WriteTransaction transaction, string id, RunState state, string? errorCode = null, string? errorReason = null)
    {
        transaction.Connection.Execute(
            """
            UPDATE training_runs SET state = @state, ended_at = @at, error_code = @errorCode, error_reason = @errorReason WHERE id = @id
            """,
            new
            {
                id,
                state = StoredNames.Of(state),
                at = transaction.NowMilliseconds,
                errorCode,
                errorReason,
            }
        );
        transaction.Audit($"training.{StoredNames.Of(state)}", id, errorCode is null ? null : new() { ["code"] = errorCode });
    }

    internal static void Agreed(WriteTransaction transaction, string id, double agreement) =>
        transaction.Connection.Execute("UPDATE training_runs SET agreement = @agreement WHERE id = @id", new { id, agreement });

    internal static void Gating(WriteTransaction transaction, string id)
    {
        transaction.Connection.Execute("UPDATE training_runs SET state = 'gating' WHERE id = @id", new { id });
        transaction.Audit("training.gating", id);
    }

    private static TrainingRun Get(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<Row>("SELECT * FROM training_runs WHERE id = @id", new { id })?.ToRun()
        ?? throw new RecordNotFoundException("training run", id);

    private static void RefuseWhileUnfinished(SqliteConnection connection, string projectId, ModelTask task)
    {
        long unfinished = connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM training_runs
            WHERE project_id = @projectId AND task = @task AND state IN ('queued', 'running', 'gating')
            """,
            new { projectId, task = StoredNames.Of(task) }
        );
        if (unfinished > 0)
        {
            throw new UnusableInputException("training_in_progress", "the project has an unfinished training run of this task");
        }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string Task { get; init; } = "";
        public string Kind { get; init; } = "";
        public int? Folds { get; init; }
        public double? Agreement { get; init; }
        public string State { get; init; } = "";
        public string SnapshotId { get; init; } = "";
        public double Minutes { get; init; }
        public int Seed { get; init; }
        public bool AutoPromote { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public long? StartedAt { get; init; }
        public long? EndedAt { get; init; }
        public string? BaseName { get; init; }
        public string? BaseVersion { get; init; }
        public string? CandidateName { get; init; }
        public string? CandidateVersion { get; init; }
        public string? Progress { get; init; }
        public string? ErrorCode { get; init; }
        public string? ErrorReason { get; init; }

        public TrainingRun ToRun() =>
            new(
                Id,
                ProjectId,
                StoredNames.Parse<ModelTask>(Task),
                StoredNames.Parse<RunState>(State),
                SnapshotId,
                Minutes,
                Seed,
                AutoPromote,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy,
                Time(StartedAt),
                Time(EndedAt),
                BaseName is null ? null : new ModelStamp(BaseName, BaseVersion!),
                CandidateName is null ? null : new ModelStamp(CandidateName, CandidateVersion!),
                StoredJson.ReadOrDefault<TrainingProgress>(Progress),
                ErrorCode,
                ErrorReason
            )
            {
                Kind = StoredNames.Parse<RunKind>(Kind),
                Folds = Folds,
                Agreement = Agreement,
            };

        private static DateTimeOffset? Time(long? milliseconds) =>
            milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
