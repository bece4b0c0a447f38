using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Suggestions;

/// <summary>What was asked to be marked up, how far it is, and which documents are ahead.</summary>
public sealed class PreannotationStore(AnnotationDatabase database)
{
    // Of a document d that nobody has begun and for which there is a model.
    private const string Open = $"""
        d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL AND d.status = 'new' AND NOT {SetAsideStore.Condition}
        AND CASE WHEN d.kind = '{Document.Dialogue}' THEN @intentModel ELSE @entityModel END IS NOT NULL
        """;

    private const string Missing = """
        NOT EXISTS (SELECT 1 FROM answers a WHERE a.document_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM mentions m WHERE m.document_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.document_id = d.id AND (t.state IS NOT NULL OR t.suggested_intent IS NOT NULL))
        """;

    // Of a transcript the intents alone: entities are suggested where somebody asked for them.
    private const string Outdated = $"""
        CASE WHEN d.kind = '{Document.Dialogue}'
            THEN EXISTS (SELECT 1 FROM turns t WHERE t.document_id = d.id AND t.state IS NULL AND t.suggested_intent IS NOT NULL
                AND (t.suggested_model <> @intentModel OR t.suggested_version <> @intentVersion))
            ELSE EXISTS (SELECT 1 FROM mentions m WHERE m.document_id = d.id AND m.state = 'suggested'
                AND (m.model_name <> @entityModel OR m.model_version <> @entityVersion)) END
        """;

    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public PreannotationAhead Ahead(string projectId, ModelsInUse models) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var given = Given(projectId, models);
            return new PreannotationAhead(
                connection.ExecuteScalar<int>($"SELECT count(*) FROM documents d WHERE {Open} AND {Missing}", given),
                connection.ExecuteScalar<int>($"SELECT count(*) FROM documents d WHERE {Open} AND {Outdated}", given)
            );
        });

    /// <summary>Asks for documents to be marked up; what waits already for the same is answered instead.</summary>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: another scope is being worked on. <c>not_found</c>.</exception>
    public PreannotationJob Add(string projectId, PreannotationScope scope, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                ProjectStore.Require(connection, projectId);
                var waiting = connection
                    .QueryFirstOrDefault<Row>(
                        "SELECT * FROM preannotations WHERE project_id = @projectId AND state = 'waiting'",
                        new { projectId }
                    )
                    ?.ToJob();
                if (waiting is not null)
                {
                    transaction.NothingChanged();
                    return waiting.Scope == scope
                        ? waiting
                        : throw new UnusableInputException("state_conflict", "documents of the project are being marked up already");
                }

                string id = transaction.NewId();
                connection.Execute(
                    "INSERT INTO preannotations (id, project_id, scope, state, actor, created_at) VALUES (@id, @projectId, @scope, 'waiting', @actor, @at)",
                    new
                    {
                        id,
                        projectId,
                        scope = StoredNames.Of(scope),
                        actor,
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit("preannotation.requested", projectId, new() { ["job"] = id, ["scope"] = StoredNames.Of(scope) });
                return Find(connection, id)!;
            }
        );

    /// <summary>The newest first.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Page<PreannotationJob> List(string projectId, int limit = 100, string? after = null) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return StoredPage.Newest<Row, PreannotationJob>(
                connection,
                "SELECT * FROM preannotations WHERE project_id = @projectId",
                new { projectId },
                limit,
                after,
                row => row.ToJob(),
                job => job.Id
            );
        });

    /// <exception cref="RecordNotFoundException">The project has no such job.</exception>
    public PreannotationJob Get(string projectId, string id) =>
        database.Read(connection => Find(connection, id) is { } job && job.ProjectId == projectId ? job : null)
        ?? throw new RecordNotFoundException("preannotation", id);

    /// <summary>The one that waits longest.</summary>
    public PreannotationJob? Next() =>
        database.Read(connection =>
            connection.QueryFirstOrDefault<Row>("SELECT * FROM preannotations WHERE state = 'waiting' ORDER BY id LIMIT 1")?.ToJob()
        );

    /// <summary>The documents that come next, and how many are left with them; those that came in since it was asked for are among them.</summary>
    /// <param name="count">The left are counted only when it is asked for: in a large project that takes its time.</param>
    public (IReadOnlyList<string> Next, int? Left) Ahead(PreannotationJob job, ModelsInUse models, int most, bool count) =>
        database.Read(connection =>
        {
            string condition = $"{(job.Scope == PreannotationScope.Missing ? Missing : Outdated)} AND d.id > @reached";
            string reached = connection.ExecuteScalar<string>("SELECT reached FROM preannotations WHERE id = @Id", new { job.Id })!;
            var given = Given(job.ProjectId, models, reached, most);
            return (
                connection
                    .Query<string>($"SELECT d.id FROM documents d WHERE {Open} AND {condition} ORDER BY d.id LIMIT @most", given)
                    .ToList(),
                count ? connection.ExecuteScalar<int?>($"SELECT count(*) FROM documents d WHERE {Open} AND {condition}", given) : null
            );
        });

    /// <param name="reached">The last document that was worked on.</param>
    public void Advance(string id, string reached, int done, int failed, string? errorCode) =>
        database.Write(
            "system",
            transaction =>
            {
                transaction.OnlyProgress();
                return transaction.Connection.Execute(
                    """
                    UPDATE preannotations SET reached = @reached, done = done + @done, failed = failed + @failed,
                        error_code = coalesce(@errorCode, error_code) WHERE id = @id
                    """,
                    new
                    {
                        id,
                        reached,
                        done,
                        failed,
                        errorCode,
                    }
                );
            }
        );

    /// <returns>False when it was over already.</returns>
    public bool End(PreannotationJob job, PreannotationState state, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                bool ended =
                    transaction.Connection.Execute(
                        "UPDATE preannotations SET state = @state, ended_at = @at WHERE id = @Id AND state = 'waiting'",
                        new
                        {
                            job.Id,
                            state = StoredNames.Of(state),
                            at = transaction.NowMilliseconds,
                        }
                    ) > 0;
                if (ended)
                {
                    var now = Find(transaction.Connection, job.Id)!;
                    transaction.Audit(
                        $"preannotation.{StoredNames.Of(state)}",
                        job.ProjectId,
                        new()
                        {
                            ["job"] = job.Id,
                            ["done"] = now.Done,
                            ["failed"] = now.Failed,
                        }
                    );
                }
                else
                {
                    transaction.NothingChanged();
                }

                return ended;
            }
        );

    private static object Given(string projectId, ModelsInUse models, string? reached = null, int most = 0) =>
        new
        {
            projectId,
            entityModel = models.Entities?.Name,
            entityVersion = models.Entities?.Version,
            intentModel = models.Intents?.Name,
            intentVersion = models.Intents?.Version,
            reached,
            most,
        };

    private static PreannotationJob? Find(SqliteConnection connection, string id) =>
        connection.QuerySingleOrDefault<Row>("SELECT * FROM preannotations WHERE id = @id", new { id })?.ToJob();

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string Scope { get; init; } = "";
        public string State { get; init; } = "";
        public string Actor { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? EndedAt { get; init; }
        public int Done { get; init; }
        public int Failed { get; init; }
        public string? ErrorCode { get; init; }

        public PreannotationJob ToJob() =>
            new(
                Id,
                ProjectId,
                StoredNames.Parse<PreannotationScope>(Scope),
                StoredNames.Parse<PreannotationState>(State),
                Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
                Done,
                Failed,
                ErrorCode
            );
    }
}
