using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Changes of schemas that were asked for, and how they ended.</summary>
public sealed class SchemaJobStore(AnnotationDatabase database)
{
    /// <summary>The newest first.</summary>
    public Page<SchemaJob> List(string projectId, int limit = 100, string? after = null) =>
        database.Read(connection =>
            StoredPage.Newest<Row, SchemaJob>(
                connection,
                "SELECT * FROM schema_jobs WHERE project_id = @projectId",
                new { projectId },
                limit,
                after,
                row => row.ToJob(),
                job => job.Id
            )
        );

    /// <exception cref="RecordNotFoundException">The project has no such job.</exception>
    public SchemaJob Get(string projectId, string id) =>
        database.Read(connection => Find(connection, id) is { } job && job.ProjectId == projectId ? job : null)
        ?? throw new RecordNotFoundException("schema change", id);

    /// <summary>The one that waits longest.</summary>
    internal SchemaJob? Next() =>
        database.Read(connection =>
            connection.QueryFirstOrDefault<Row>("SELECT * FROM schema_jobs WHERE state = 'waiting' ORDER BY id LIMIT 1")?.ToJob()
        );

    internal SchemaJob Add(string projectId, SchemaChange change, int seen, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string id = transaction.NewId();
                transaction.Connection.Execute(
                    """
                    INSERT INTO schema_jobs (id, project_id, change, seen, state, actor, created_at)
                    VALUES (@id, @projectId, @change, @seen, 'waiting', @actor, @at)
                    """,
                    new
                    {
                        id,
                        projectId,
                        change = StoredJson.Write(change),
                        seen,
                        actor,
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit("schema.requested", projectId, new() { ["job"] = id, ["kind"] = StoredNames.Of(change.Kind) });
                return Find(transaction.Connection, id)!;
            }
        );

    /// <summary>In the transaction of the change itself, so that it is never carried out twice.</summary>
    internal static void EndDone(WriteTransaction transaction, string id, SchemaChangeEffect effect)
    {
        int waiting = transaction.Connection.Execute(
            "UPDATE schema_jobs SET state = 'done', effect = @effect, ended_at = @at WHERE id = @id AND state = 'waiting'",
            new
            {
                id,
                effect = StoredJson.Write(effect),
                at = transaction.NowMilliseconds,
            }
        );
        if (waiting == 0)
        {
            // Cancelled before its turn came: what was worked is not stored.
            throw new OperationCanceledException();
        }
    }

    /// <returns>False when it was over already.</returns>
    internal bool End(SchemaJob job, SchemaJobState state, string actor, string? code = null, string? reason = null) =>
        database.Write(
            actor,
            transaction =>
            {
                bool ended =
                    transaction.Connection.Execute(
                        """
                        UPDATE schema_jobs SET state = @state, ended_at = @at, error_code = @code, error_reason = @reason
                        WHERE id = @Id AND state = 'waiting'
                        """,
                        new
                        {
                            job.Id,
                            state = StoredNames.Of(state),
                            at = transaction.NowMilliseconds,
                            code,
                            reason,
                        }
                    ) > 0;
                if (ended)
                {
                    transaction.Audit($"schema.{StoredNames.Of(state)}", job.ProjectId, new() { ["job"] = job.Id, ["code"] = code });
                }
                else
                {
                    transaction.NothingChanged();
                }

                return ended;
            }
        );

    private static SchemaJob? Find(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<Row>("SELECT * FROM schema_jobs WHERE id = @id", new { id })?.ToJob();

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string Change { get; init; } = "";
        public int Seen { get; init; }
        public string State { get; init; } = "";
        public string Actor { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? EndedAt { get; init; }
        public string? Effect { get; init; }
        public string? ErrorCode { get; init; }
        public string? ErrorReason { get; init; }

        public SchemaJob ToJob() =>
            new(
                Id,
                ProjectId,
                StoredJson.Read<SchemaChange>(Change),
                Seen,
                StoredNames.Parse<SchemaJobState>(State),
                Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
                StoredJson.ReadOrDefault<SchemaChangeEffect>(Effect),
                ErrorCode,
                ErrorReason
            );
    }
}
