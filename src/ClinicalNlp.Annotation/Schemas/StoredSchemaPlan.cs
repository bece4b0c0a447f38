using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Which rows a change of labels touches and what becomes of each, in temporary tables: the preview counts them, the change follows them.</summary>
/// <remarks>
/// <c>touched_mentions.row</c> is the rowid in <c>mentions</c>, or in <c>archived_mentions</c> where the fate is <c>return</c>. The fates:
/// <c>relabel</c>; <c>archive</c> with its label; <c>fold</c>, archived as a duplicate of another; <c>drop</c>, an open suggestion that goes;
/// <c>return</c>. The tables end with the transaction that reads, or with <see cref="Drop"/>.
/// </remarks>
internal sealed class StoredSchemaPlan(SqliteConnection connection, string projectId, SchemaChange change)
{
    private const int DocumentsListed = 20;

    private readonly List<string> going = [.. change.From.Where(from => from != change.To).Distinct()];

    public void Make()
    {
        Drop();
        connection.Execute(
            """
            CREATE TEMP TABLE touched_mentions (row INTEGER PRIMARY KEY, document_id TEXT NOT NULL, fate TEXT NOT NULL, suggested INTEGER NOT NULL);
            CREATE TEMP TABLE touched_relations (row INTEGER PRIMARY KEY, document_id TEXT NOT NULL, cause TEXT NOT NULL);
            CREATE TEMP TABLE touched_documents (id TEXT PRIMARY KEY) WITHOUT ROWID;
            """
        );
        var parameters = new
        {
            projectId,
            going,
            to = change.To,
            all = going.Append(change.To),
            name = change.From.Count > 0 ? change.From[0] : null,
        };
        foreach (string sql in Choosing())
        {
            connection.Execute(sql, parameters);
        }

        connection.Execute("INSERT INTO touched_documents (id) SELECT DISTINCT document_id FROM touched_mentions ORDER BY 1");
    }

    public void Drop() =>
        connection.Execute(
            """
            DROP TABLE IF EXISTS temp.touched_mentions;
            DROP TABLE IF EXISTS temp.touched_relations;
            DROP TABLE IF EXISTS temp.touched_documents;
            """
        );

    public SchemaChangeEffect Effect(Project project, IReadOnlyList<PredictingModel> models)
    {
        var mentions = connection.QuerySingle<MentionCounts>(
            """
            SELECT count(*) FILTER (WHERE d.source_id IS NULL AND NOT t.suggested) AS decided,
                count(*) FILTER (WHERE d.source_id IS NULL AND t.suggested) AS suggested,
                count(*) FILTER (WHERE d.source_id IS NULL AND t.fate = 'fold') AS folded,
                count(*) FILTER (WHERE d.source_id IS NOT NULL AND NOT t.suggested) AS on_copies
            FROM touched_mentions t JOIN documents d ON d.id = t.document_id
            """
        );
        var documents = connection.QuerySingle<DocumentCounted>(
            """
            SELECT count(*) FILTER (WHERE source_id IS NULL) AS documents,
                count(*) FILTER (WHERE source_id IS NULL AND status = 'done') AS done,
                count(*) FILTER (WHERE source_id IS NOT NULL) AS copies,
                count(*) FILTER (WHERE source_id IS NOT NULL AND status <> 'done') AS open_copies
            FROM documents WHERE id IN (SELECT id FROM touched_documents)
            """
        );
        int relations = connection.ExecuteScalar<int>(
            "SELECT count(*) FROM touched_relations t JOIN documents d ON d.id = t.document_id WHERE d.source_id IS NULL"
        );
        var most = connection
            .Query<MigratedRow>(
                """
                SELECT d.id, d.external_id, d.status, d.revision, count(*) FILTER (WHERE NOT t.suggested) AS decided,
                    count(*) FILTER (WHERE t.suggested) AS suggested
                FROM touched_mentions t JOIN documents d ON d.id = t.document_id
                WHERE d.source_id IS NULL GROUP BY d.id ORDER BY 5 DESC, 6 DESC, d.id LIMIT @DocumentsListed
                """,
                new { DocumentsListed }
            )
            .Select(row => row.ToMigrated());
        return new SchemaChangeEffect(
            project.SchemaVersion + 1,
            mentions.Decided,
            mentions.Suggested,
            mentions.Folded,
            relations,
            documents.Documents,
            documents.Done,
            documents.Copies,
            documents.OpenCopies,
            mentions.OnCopies,
            FinishedWithout(),
            [.. most],
            KeysOf(project),
            models,
            [
                .. project
                    .Relations.Where(relation => StoredSchema.Names(relation).Intersect(going).Any())
                    .Select(relation => relation.Name),
                .. project.Attributes.Where(item => StoredSchema.Names(item).Intersect(going).Any()).Select(attribute => attribute.Name),
            ]
        );
    }

    /// <summary>Keys that several labels have.</summary>
    public static IReadOnlyList<KeyConflict> Conflicts(IEnumerable<LabelDefinition> labels) =>
        [
            .. labels
                .Where(label => label.Key is not null)
                .GroupBy(label => label.Key!)
                .Where(key => key.Count() > 1)
                .OrderBy(key => key.Key, StringComparer.Ordinal)
                .Select(key => new KeyConflict(key.Key, [.. key.Select(label => label.Name)])),
        ];

    /// <summary>The statements that fill the tables.</summary>
    private IEnumerable<string> Choosing()
    {
        switch (change.Kind)
        {
            case SchemaChangeKind.Rename:
                yield return """
                    INSERT INTO touched_mentions
                    SELECT m.rowid, m.document_id, 'relabel', m.state = 'suggested'
                    FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.label IN @going
                    """;
                break;
            case SchemaChangeKind.Merge:
                // Of several over the same words stays what people decided, then what more hangs on, then what has the name already.
                yield return """
                    INSERT INTO touched_mentions
                    SELECT row, document_id, CASE WHEN place = 1 THEN 'relabel' WHEN suggested THEN 'drop' ELSE 'fold' END, suggested
                    FROM (
                        SELECT m.rowid AS row, m.document_id, m.label, m.state = 'suggested' AS suggested, row_number() OVER (
                            PARTITION BY m.document_id, m.span_start, m.span_end, coalesce(m.fragments, '')
                            ORDER BY m.state = 'suggested',
                                NOT EXISTS (SELECT 1 FROM relations r WHERE r.from_mention = m.id OR r.to_mention = m.id),
                                m.details IS NULL, m.label <> @to, m.id
                        ) AS place
                        FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.label IN @all
                    )
                    WHERE place > 1 OR label <> @to
                    """;
                yield return RelationsThatGo;
                break;
            case SchemaChangeKind.Remove:
                yield return """
                    INSERT INTO touched_mentions
                    SELECT m.rowid, m.document_id, CASE WHEN m.state = 'suggested' THEN 'drop' ELSE 'archive' END, m.state = 'suggested'
                    FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.label IN @going
                    """;
                yield return RelationsThatGo;
                break;
            case SchemaChangeKind.Restore:
                yield return """
                    INSERT INTO touched_mentions
                    SELECT a.rowid, a.document_id, 'return', 0
                    FROM documents d JOIN archived_mentions a ON a.document_id = d.id
                    WHERE d.project_id = @projectId AND a.label = @name AND a.reason = 'removed'
                    """;
                yield return RelationsThatReturn;
                break;
            default:
                break;
        }
    }

    private const string RelationsThatGo = """
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, min(m.id)
        FROM touched_mentions t JOIN mentions m ON m.rowid = t.row JOIN relations r ON r.from_mention = m.id OR r.to_mention = m.id
        WHERE t.fate IN ('archive', 'fold') GROUP BY r.rowid
        """;

    private const string Ends = """
        (EXISTS (SELECT 1 FROM mentions x WHERE x.id = r.{0}_mention AND x.state <> 'suggested')
        OR EXISTS (SELECT 1 FROM archived_mentions y JOIN touched_mentions z ON z.row = y.rowid WHERE y.id = r.{0}_mention))
        """;

    /// <summary>Those of which both mentions are there then, and whose type still exists.</summary>
    private static readonly string RelationsThatReturn = $"""
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, min(m.id)
        FROM touched_mentions t JOIN archived_mentions m ON m.rowid = t.row
        JOIN archived_relations r ON r.from_mention = m.id OR r.to_mention = m.id
        WHERE {Ends.Replace("{0}", "from", StringComparison.Ordinal)} AND {Ends.Replace("{0}", "to", StringComparison.Ordinal)}
            AND r.type IN (SELECT name FROM project_relations WHERE project_id = @projectId)
        GROUP BY r.rowid
        """;

    /// <summary>Finished before the label came, or while it was away.</summary>
    private int FinishedWithout() =>
        change.Kind is not (SchemaChangeKind.Add or SchemaChangeKind.Restore)
            ? 0
            : connection.ExecuteScalar<int>(
                """
                SELECT count(*) FROM documents d
                WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.status = 'done' AND EXISTS (
                    SELECT 1 FROM correction_batches b WHERE b.document_id = d.id AND b.schema_version IS NULL
                        AND b.at >= coalesce((SELECT retired_at FROM former_labels WHERE project_id = @projectId AND name = @name), 0))
                """,
                new { projectId, name = change.From.Count > 0 ? change.From[0] : null }
            );

    private IReadOnlyList<KeyConflict> KeysOf(Project project)
    {
        var after = change.Kind switch
        {
            SchemaChangeKind.Add => project.Labels.Append(new LabelDefinition(change.To!, Key: change.Look?.Key)),
            SchemaChangeKind.Edit => project.Labels.Select(label =>
                label.Name == change.From[0] ? label with { Key = change.Look!.Key } : label
            ),
            SchemaChangeKind.Restore => project.Labels.Append(
                StoredFormerLabels.Of(connection, projectId).Single(former => former.Label.Name == change.From[0]).Label
            ),
            _ => [],
        };
        string? changed = change.To ?? change.From.FirstOrDefault();
        return [.. Conflicts(after).Where(conflict => conflict.Labels.Contains(changed!))];
    }

    private sealed class MentionCounts
    {
        public int Decided { get; init; }
        public int Suggested { get; init; }
        public int Folded { get; init; }
        public int OnCopies { get; init; }
    }

    private sealed class DocumentCounted
    {
        public int Documents { get; init; }
        public int Done { get; init; }
        public int Copies { get; init; }
        public int OpenCopies { get; init; }
    }

    private sealed class MigratedRow
    {
        public string Id { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Status { get; init; } = "";
        public int Revision { get; init; }
        public int Decided { get; init; }
        public int Suggested { get; init; }

        public MigratedDocument ToMigrated() =>
            new(Id, ExternalId, StoredNames.Parse<DocumentStatus>(Status), Revision, Decided, Suggested);
    }
}
