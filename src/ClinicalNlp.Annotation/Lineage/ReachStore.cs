using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>From a document or a person up to the versions that learnt from them and the answers those gave.</summary>
public sealed class ReachStore(AnnotationDatabase database)
{
    private readonly AnswerStore answers = new(database);

    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public DocumentReach Of(string documentId)
    {
        var gaps = answers.Gaps();
        return database.Read(connection => Of(connection, documentId, gaps));
    }

    /// <summary>Answers of the versions that learnt from a document, the newest first.</summary>
    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public Page<Answer> Answers(string documentId, int limit = 100, string? after = null)
    {
        var versions = database.Read(connection =>
        {
            SourceOf(connection, documentId);
            return new StoredDescent(connection).Of([documentId]).Where(Learns).Select(learnt => learnt.Model).ToList();
        });
        return answers.ListOf(versions, limit, after);
    }

    /// <summary>When a version was in use.</summary>
    public IReadOnlyList<LiveSpan> Live(ModelStamp model) => database.Read(connection => Live(connection, model));

    /// <param name="projects">Those to look in; null for all.</param>
    public PersonReach OfPerson(string name, IReadOnlyCollection<string>? projects) =>
        database.Read(connection =>
        {
            var worked = connection
                .Query<(string DocumentId, long Corrections)>(
                    $"""
                    SELECT d.id, sum(x.corrections) FROM (
                        SELECT coalesce(w.source_id, w.id) AS id, count(c.position) AS corrections
                        FROM correction_batches b JOIN documents w ON w.id = b.document_id
                        LEFT JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
                        WHERE b.actor = @name GROUP BY 1
                        UNION ALL SELECT id, 0 FROM documents WHERE created_by = @name AND source_id IS NULL
                    ) AS x JOIN documents d ON d.id = x.id WHERE {InProjects(projects)} GROUP BY d.id
                    """,
                    new { name, projects }
                )
                .ToList();
            return new PersonReach(
                name,
                worked.Count,
                worked.Sum(document => document.Corrections),
                Versions(connection, Snapshots(connection, name, projects))
            );
        });

    /// <summary>The documents that a person corrected, finished or brought in, in the order of creation.</summary>
    /// <param name="projects">Those to look in; null for all.</param>
    public Page<PersonDocument> Documents(string name, IReadOnlyCollection<string>? projects, int limit = 100, string? after = null)
    {
        limit = Page<PersonDocument>.Bound(limit);
        var rows = database.Read(connection =>
            connection
                .Query<DocumentRow>(
                    $"""
                    SELECT d.id AS document_id, d.project_id, d.external_id, d.kind, d.status, d.created_by = @name AS brought_in,
                        d.withdrawn_at IS NOT NULL AS withdrawn,
                        (SELECT count(*) FROM correction_batches b JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
                            WHERE b.actor = @name AND b.document_id IN (SELECT w.id FROM documents w WHERE w.id = d.id OR w.source_id = d.id)
                        ) AS corrections,
                        (SELECT count(DISTINCT s.snapshot_id) FROM snapshot_documents s WHERE s.document_id = d.id) AS snapshots
                    FROM documents d
                    WHERE {InProjects(projects)} AND d.source_id IS NULL AND d.id > @after AND (d.created_by = @name OR d.id IN (
                        SELECT coalesce(w.source_id, w.id) FROM correction_batches b JOIN documents w ON w.id = b.document_id WHERE b.actor = @name
                    ))
                    ORDER BY d.id LIMIT @count
                    """,
                    new
                    {
                        name,
                        projects,
                        after = after ?? "",
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToDocument())
                .ToList()
        );
        return Page<PersonDocument>.Of(rows, limit, document => document.DocumentId);
    }

    internal static DocumentReach Of(SqliteConnection connection, string documentId, IReadOnlyList<RecordingGap> gaps)
    {
        var (projectId, sourceId) = SourceOf(connection, documentId);
        var learnt = new StoredDescent(connection).Of([sourceId]);
        var versions = learnt.Select(one => Describe(connection, one)).ToList();
        var answering = versions.Where(version => version.How != LearntHow.Judged).ToList();
        return new DocumentReach(
            sourceId,
            projectId,
            connection.ExecuteScalar<string?>("SELECT external_id FROM documents WHERE id = @sourceId", new { sourceId }),
            Holdings(connection, sourceId),
            versions,
            connection.ExecuteScalar<long>(
                "SELECT count(*) FROM answers WHERE document_id IN (SELECT id FROM documents WHERE id = @sourceId OR source_id = @sourceId)",
                new { sourceId }
            ),
            answering.Sum(version => version.Answers),
            answering.Sum(version => version.Lost),
            gaps,
            connection
                .Query<(string Name, string Version)>(
                    """
                    SELECT v.name, v.version FROM model_versions v JOIN training_runs r ON r.id = v.run_id
                    JOIN documents d ON d.id = @sourceId AND d.created_at <= r.created_at
                    WHERE v.task = 'entities' AND r.notes_known = 0 ORDER BY v.created_at, v.rowid
                    """,
                    new { sourceId }
                )
                .Select(row => new ModelStamp(row.Name, row.Version))
                .Except(learnt.Where(Learns).Select(one => one.Model))
                .ToList()
        );
    }

    private static bool Learns(Learnt learnt) => learnt.How != LearntHow.Judged;

    /// <summary>A working copy is of its source.</summary>
    private static (string ProjectId, string SourceId) SourceOf(SqliteConnection connection, string documentId) =>
        connection
            .Query<(string ProjectId, string SourceId)>(
                "SELECT project_id, coalesce(source_id, id) FROM documents WHERE id = @documentId",
                new { documentId }
            )
            .Select(row => ((string, string)?)row)
            .SingleOrDefault()
        ?? throw new RecordNotFoundException("document", documentId);

    private static List<SnapshotHolding> Holdings(SqliteConnection connection, string documentId) =>
        connection
            .Query<HoldingRow>(
                """
                SELECT s.id, s.task, s.hash, d.side, d.revision, d.weight, s.created_at, s.created_by
                FROM snapshot_documents d JOIN snapshots s ON s.id = d.snapshot_id WHERE d.document_id = @documentId ORDER BY s.id
                """,
                new { documentId }
            )
            .Select(row => row.ToHolding())
            .ToList();

    private static VersionReach Describe(SqliteConnection connection, Learnt learnt)
    {
        var version = RegistryStore.Get(connection, learnt.Model.Name, learnt.Model.Version);
        var counts = AnswerStore.Counts(connection, learnt.Model);
        return new VersionReach(
            learnt.Model,
            version.Task,
            version.State,
            version.InUse,
            learnt.How,
            learnt.Through,
            Live(connection, version.Stamp),
            counts.Sum(count => count.Count),
            counts.Sum(count => count.Lost),
            counts
        );
    }

    private static List<LiveSpan> Live(SqliteConnection connection, ModelStamp model) =>
        connection
            .Query<(long From, long? Until)>(
                """
                SELECT p.at, (SELECT n.at FROM promotions n WHERE n.task = p.task AND n.id > p.id ORDER BY n.id LIMIT 1)
                FROM promotions p WHERE p.name = @Name AND p.version = @Version ORDER BY p.id
                """,
                new { model.Name, model.Version }
            )
            .Select(span => new LiveSpan(DateTimeOffset.FromUnixTimeMilliseconds(span.From), StoredTime.Of(span.Until)))
            .ToList();

    /// <summary>For each snapshot, the documents of its training side that the person had worked on by then.</summary>
    private static ILookup<string, string> Snapshots(SqliteConnection connection, string name, IReadOnlyCollection<string>? projects) =>
        connection
            .Query<(string SnapshotId, string DocumentId)>(
                $"""
                SELECT s.snapshot_id, s.document_id FROM snapshot_documents s JOIN documents d ON d.id = s.document_id
                WHERE s.side = 'train' AND {InProjects(projects)} AND (
                    d.created_by = @name
                    OR EXISTS (SELECT 1 FROM correction_batches b WHERE b.document_id = d.id AND b.actor = @name AND b.revision <= s.revision)
                    OR EXISTS (SELECT 1 FROM correction_batches b JOIN documents w ON w.id = b.document_id
                        WHERE w.source_id = d.id AND {StoredReadingsOf.Example} AND b.actor = @name AND b.at <= (SELECT created_at FROM snapshots WHERE id = s.snapshot_id))
                )
                """,
                new { name, projects }
            )
            .ToLookup(row => row.SnapshotId, row => row.DocumentId);

    private static List<PersonVersion> Versions(SqliteConnection connection, ILookup<string, string> bySnapshot)
    {
        var descent = new StoredDescent(connection);
        var versions = new List<PersonVersion>();
        var known = connection.Query<(string Name, string Version)>("SELECT name, version FROM model_versions ORDER BY created_at, rowid");
        foreach (var (name, number) in known.ToList())
        {
            var chain = descent
                .ChainOf(new ModelStamp(name, number))
                .Select(model => RegistryStore.Get(connection, model.Name, model.Version))
                .ToList();
            int documents = chain.SelectMany(version => bySnapshot[version.SnapshotId ?? ""]).Distinct().Count();
            if (documents > 0)
            {
                var own = chain[0];
                var through = bySnapshot.Contains(own.SnapshotId ?? "")
                    ? null
                    : chain.First(version => bySnapshot.Contains(version.SnapshotId ?? "")).Stamp;
                versions.Add(new PersonVersion(own.Stamp, own.Task, own.State, own.InUse, documents, through));
            }
        }

        return versions;
    }

    private static string InProjects(IReadOnlyCollection<string>? projects) => projects is null ? "1 = 1" : "d.project_id IN @projects";

    private sealed class HoldingRow
    {
        public string Id { get; init; } = "";
        public string Task { get; init; } = "";
        public string Hash { get; init; } = "";
        public string Side { get; init; } = "";
        public int Revision { get; init; }
        public double Weight { get; init; }
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";

        public SnapshotHolding ToHolding() =>
            new(
                Id,
                StoredNames.Parse<ModelTask>(Task),
                Hash,
                StoredNames.Parse<SnapshotSide>(Side),
                Revision,
                Weight,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy
            );
    }

    private sealed class DocumentRow
    {
        public string DocumentId { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Kind { get; init; } = "";
        public string Status { get; init; } = "";
        public int Corrections { get; init; }
        public long BroughtIn { get; init; }
        public int Snapshots { get; init; }
        public long Withdrawn { get; init; }

        public PersonDocument ToDocument() =>
            new(
                DocumentId,
                ProjectId,
                ExternalId,
                Kind,
                StoredNames.Parse<DocumentStatus>(Status),
                Corrections,
                BroughtIn == 1,
                Snapshots,
                Withdrawn == 1
            );
    }
}
