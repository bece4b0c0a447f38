using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Which rows a change of the schema touches and what becomes of each, in temporary tables: the preview counts them, the change follows them.</summary>
/// <remarks>
/// <c>touched_mentions.row</c> is the rowid in <c>mentions</c>, or in <c>archived_mentions</c> where the fate is <c>return</c>, or in
/// <c>merged_suggestions</c> where it is <c>resuggest</c>, so that one number may stand for several rows. The fates:
/// <c>relabel</c>; <c>annotate</c>, something else is said of it; <c>archive</c> with its label; <c>fold</c>, archived as a duplicate of another;
/// <c>drop</c>, an open suggestion that goes; <c>resuggest</c>, one that comes back; <c>return</c>. Of relations: <c>go</c>, <c>return</c>, <c>retype</c>. <c>label</c>, <c>type</c> and
/// <c>details</c> are those afterwards. The tables end with the transaction that reads, or with <see cref="Drop"/>.
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
            CREATE TEMP TABLE touched_mentions (row INTEGER NOT NULL, document_id TEXT NOT NULL, fate TEXT NOT NULL, suggested INTEGER NOT NULL,
                label TEXT, details TEXT, PRIMARY KEY (row, fate)) WITHOUT ROWID;
            CREATE TEMP TABLE touched_relations (row INTEGER NOT NULL, document_id TEXT NOT NULL, cause TEXT, fate TEXT NOT NULL, type TEXT,
                PRIMARY KEY (row, fate)) WITHOUT ROWID;
            CREATE TEMP TABLE touched_documents (id TEXT PRIMARY KEY) WITHOUT ROWID;
            """
        );
        DetailsRules.Register(connection, change);
        var parameters = new
        {
            projectId,
            going,
            to = change.To,
            all = going.Append(change.To),
            name = change.From.Count > 0 ? change.From[0] : null,
            attribute = change.Attribute ?? (change.From.Count > 0 ? change.From[0] : null),
            value = change.Part == SchemaPart.Value ? change.From.FirstOrDefault() : null,
            undone = change.Undoes,
            was = change.Was,
        };
        foreach (string sql in StoredSchemaSelections.Of(change))
        {
            connection.Execute(sql, parameters);
        }

        connection.Execute(
            """
            INSERT INTO touched_documents (id) SELECT document_id FROM touched_mentions UNION SELECT document_id FROM touched_relations ORDER BY 1;
            CREATE INDEX temp.touched_mentions_by_document ON touched_mentions (document_id);
            CREATE INDEX temp.touched_relations_by_document ON touched_relations (document_id);
            """
        );
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
            SELECT count(*) FILTER (WHERE d.source_id IS NULL AND NOT t.suggested AND t.fate <> 'annotate') AS decided,
                count(*) FILTER (WHERE d.source_id IS NULL AND t.fate = 'annotate') AS details,
                count(*) FILTER (WHERE d.source_id IS NULL AND t.suggested) AS suggested,
                count(*) FILTER (WHERE d.source_id IS NULL AND t.fate = 'fold') AS folded,
                count(*) FILTER (WHERE d.source_id IS NOT NULL AND NOT t.suggested) AS on_copies
            FROM touched_mentions t JOIN documents d ON d.id = t.document_id WHERE d.withdrawn_at IS NULL
            """
        );
        var documents = connection.QuerySingle<DocumentCounted>(
            """
            SELECT count(*) FILTER (WHERE source_id IS NULL AND withdrawn_at IS NULL) AS documents,
                count(*) FILTER (WHERE source_id IS NULL AND withdrawn_at IS NULL AND status = 'done') AS done,
                count(*) FILTER (WHERE source_id IS NOT NULL AND withdrawn_at IS NULL) AS copies,
                count(*) FILTER (WHERE source_id IS NOT NULL AND withdrawn_at IS NULL AND status <> 'done') AS open_copies,
                count(*) FILTER (WHERE source_id IS NULL AND withdrawn_at IS NOT NULL) AS withdrawn
            FROM documents WHERE id IN (SELECT id FROM touched_documents)
            """
        );
        int relations = connection.ExecuteScalar<int>(
            "SELECT count(*) FROM touched_relations t JOIN documents d ON d.id = t.document_id WHERE d.source_id IS NULL AND d.withdrawn_at IS NULL"
        );
        var most = connection
            .Query<MigratedRow>(
                """
                SELECT d.id, d.external_id, d.status, d.revision, count(t.row) FILTER (WHERE NOT t.suggested) AS decided,
                    count(t.row) FILTER (WHERE t.suggested) AS suggested
                FROM touched_documents x JOIN documents d ON d.id = x.id LEFT JOIN touched_mentions t ON t.document_id = x.id
                WHERE d.source_id IS NULL AND d.withdrawn_at IS NULL GROUP BY d.id ORDER BY 5 DESC, 6 DESC, d.id LIMIT @DocumentsListed
                """,
                new { DocumentsListed }
            )
            .Select(row => row.ToMigrated());
        var labels = change.Part == SchemaPart.Label && change.Kind != SchemaChangeKind.TakeBack ? going : [];
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
                    .Relations.Where(relation => StoredSchema.Names(relation).Intersect(labels).Any())
                    .Select(relation => relation.Name),
                .. project.Attributes.Where(item => StoredSchema.Names(item).Intersect(labels).Any()).Select(attribute => attribute.Name),
            ]
        )
        {
            WithdrawnDocuments = documents.Withdrawn,
            Details = mentions.Details,
            NotRestored = change.Kind == SchemaChangeKind.TakeBack ? StoredTakeBack.NotRestored(connection, projectId, change) : [],
        };
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

    /// <summary>Finished before the label came, or while it was away.</summary>
    private int FinishedWithout() =>
        change.Part != SchemaPart.Label || change.Kind is not (SchemaChangeKind.Add or SchemaChangeKind.Restore)
            ? 0
            : connection.ExecuteScalar<int>(
                """
                SELECT count(*) FROM documents d
                WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL AND d.status = 'done' AND EXISTS (
                    SELECT 1 FROM correction_batches b WHERE b.document_id = d.id AND b.schema_version IS NULL
                        AND b.at >= coalesce((SELECT retired_at FROM former_labels WHERE project_id = @projectId AND name = @name), 0))
                """,
                new { projectId, name = change.From.Count > 0 ? change.From[0] : null }
            );

    private IReadOnlyList<KeyConflict> KeysOf(Project project)
    {
        if (change.Part != SchemaPart.Label)
        {
            return [];
        }

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
        public int Details { get; init; }
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
        public int Withdrawn { get; init; }
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
