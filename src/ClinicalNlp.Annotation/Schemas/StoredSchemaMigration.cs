using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Carries out what a <see cref="StoredSchemaPlan"/> says: the log first, then the rows. A million mentions are a handful of statements.</summary>
/// <remarks>
/// Each touched document gets one batch of corrections that names the schema's version, and goes one revision further: what was decided
/// is told as <c>relabel</c>, <c>remove</c>, <c>restore</c>, <c>relate</c> <c>annotate</c> and <c>unrelate</c>; open suggestions change without a line, as
/// they came.
/// </remarks>
/// <param name="progress">Told how many rows are done; throws to stop.</param>
internal sealed class StoredSchemaMigration(
    WriteTransaction transaction,
    string projectId,
    SchemaChange change,
    int version,
    Action<SchemaProgress>? progress = null
)
{
    /// <summary>Rows worked between two reports: about a quarter of a second.</summary>
    private const int RowsPerSlice = 20_000;

    private readonly object parameters = new
    {
        projectId,
        version,
        to = change.To,
        from = change.From.Where(from => from != change.To).Distinct().ToList(),
        by = transaction.Actor,
        attribute = change.Attribute ?? (change.From.Count > 0 ? change.From[0] : null),
        value = change.Part == SchemaPart.Value ? change.From.FirstOrDefault() : null,
        undone = change.Undoes,
        was = change.Was,
        at = transaction.NowMilliseconds,
    };

    public void CarryOut()
    {
        var documents = transaction
            .Connection.Query<(string Id, long Rows)>(
                """
                SELECT id, (SELECT count(*) FROM touched_mentions t WHERE t.document_id = x.id)
                    + (SELECT count(*) FROM touched_relations t WHERE t.document_id = x.id) AS rows
                FROM touched_documents x ORDER BY id
                """
            )
            .ToList();
        long total = documents.Sum(document => document.Rows);
        long done = 0;
        Execute(SliceTables);
        for (int from = 0; from < documents.Count; )
        {
            progress?.Invoke(new SchemaProgress(done, total));
            long rows = 0;
            int to = from;
            while (to < documents.Count && rows < RowsPerSlice)
            {
                rows += documents[to++].Rows;
            }

            transaction.Connection.Execute(FillSlice, new { first = documents[from].Id, last = documents[to - 1].Id });
            CarryOutSlice();
            done += rows;
            from = to;
        }

        progress?.Invoke(new SchemaProgress(done, total));
        Execute(DropSliceTables);
        if (change.Part == SchemaPart.Label && change.Kind is SchemaChangeKind.Rename or SchemaChangeKind.Merge)
        {
            if (MergesLabels)
            {
                Execute(StoredMergedRows.RememberRejections);
                Execute(StoredMergedRows.RememberSeeds);
            }

            Execute(RelabelWhatWasRejected);
            Execute(RelabelSeeds);
            StoredSchema.RenameLabels(transaction.Connection, projectId, change.From.ToHashSet(), change.To!);
        }
        else if (UnmergesLabels)
        {
            Execute(StoredMergedRows.PutBackRejections);
            Execute(StoredMergedRows.PutBackSeeds);
            Execute(StoredMergedRows.Forget);
        }
        else if (change.Part is SchemaPart.Attribute or SchemaPart.Value && change.Kind != SchemaChangeKind.Add)
        {
            FollowInArchive();
        }
        else if (change.Part == SchemaPart.Relation && change.Kind is SchemaChangeKind.Rename or SchemaChangeKind.Merge)
        {
            Execute(RetypeArchivedRelations);
        }
    }

    private bool MergesLabels => change is { Part: SchemaPart.Label, Kind: SchemaChangeKind.Merge };

    private bool UnmergesLabels => change is { Part: SchemaPart.Label, Kind: SchemaChangeKind.TakeBack };

    private void CarryOutSlice()
    {
        if (MergesLabels)
        {
            Execute(StoredMergedRows.RememberSuggestions);
        }

        Execute(Batches);
        Execute(Lines);
        // In this order: relations hang on mentions, and a mention may take the place that another one leaves.
        Execute(ArchiveRelations);
        Execute(ArchiveMentions);
        Execute(Relabel);
        Execute(ReturnMentions);
        if (UnmergesLabels)
        {
            Execute(StoredMergedRows.ReturnSuggestions);
        }

        if (change.Part is SchemaPart.Attribute or SchemaPart.Value)
        {
            Execute(
                change.Kind switch
                {
                    SchemaChangeKind.Restore => ForgetArchivedDetails,
                    SchemaChangeKind.TakeBack => ForgetUndoneDetails,
                    _ => ArchiveDetails,
                }
            );
            Execute(Annotate);
        }

        Execute(Retype);
        Execute(ReturnRelations);
        Execute(Documents);
    }

    /// <summary>What is said of archived mentions, which have no line in the log, follows too.</summary>
    private void FollowInArchive()
    {
        switch (change.Kind)
        {
            case SchemaChangeKind.Restore:
                Execute(RestoreInArchive);
                break;
            case SchemaChangeKind.TakeBack:
                break;
            default:
                Execute(DropInArchive);
                if (change.Part == SchemaPart.Attribute && change.To is not null)
                {
                    Execute(RenameArchivedDetails);
                }

                break;
        }
    }

    private void Execute(string sql) => transaction.Connection.Execute(sql, parameters);

    private const string SliceTables = """
        DROP TABLE IF EXISTS temp.worked_mentions;
        DROP TABLE IF EXISTS temp.worked_relations;
        DROP TABLE IF EXISTS temp.worked_documents;
        CREATE TEMP TABLE worked_mentions (row INTEGER NOT NULL, document_id TEXT NOT NULL, fate TEXT NOT NULL, suggested INTEGER NOT NULL,
            label TEXT, details TEXT, PRIMARY KEY (row, fate)) WITHOUT ROWID;
        CREATE TEMP TABLE worked_relations (row INTEGER NOT NULL, document_id TEXT NOT NULL, cause TEXT, fate TEXT NOT NULL, type TEXT,
            PRIMARY KEY (row, fate)) WITHOUT ROWID;
        CREATE TEMP TABLE worked_documents (id TEXT PRIMARY KEY) WITHOUT ROWID;
        """;

    private const string DropSliceTables = """
        DROP TABLE temp.worked_mentions;
        DROP TABLE temp.worked_relations;
        DROP TABLE temp.worked_documents;
        """;

    private const string FillSlice = """
        DELETE FROM worked_mentions;
        DELETE FROM worked_relations;
        DELETE FROM worked_documents;
        INSERT INTO worked_mentions SELECT * FROM touched_mentions WHERE document_id BETWEEN @first AND @last ORDER BY row;
        INSERT INTO worked_relations SELECT * FROM touched_relations WHERE document_id BETWEEN @first AND @last ORDER BY row;
        INSERT INTO worked_documents SELECT id FROM touched_documents WHERE id BETWEEN @first AND @last;
        """;

    private const string Batches = """
        INSERT INTO correction_batches (document_id, revision, seen_revision, kind, actor, at, request_hash, schema_version)
        SELECT d.id, d.revision + 1, d.revision, 'corrections', @by, @at, '', @version
        FROM worked_documents t JOIN documents d ON d.id = t.id ORDER BY t.id
        """;

    private const string Lines = """
        INSERT INTO corrections (document_id, revision, position, action, mention_id, span_start, span_end, fragments, label, details,
            from_label, from_details, relation_id, relation_from, relation_to, relation_type, confidence, model_name, model_version)
        SELECT l.document_id, d.revision + 1, row_number() OVER (PARTITION BY l.document_id ORDER BY l.kind, l.span_start, l.id) - 1,
            l.action, l.mention_id, l.span_start, l.span_end, l.fragments, l.label, l.details, l.from_label, l.from_details,
            l.relation_id, l.relation_from, l.relation_to, l.relation_type, l.confidence, l.model_name, l.model_version
        FROM (
            SELECT m.document_id, 0 AS kind, m.id,
                CASE t.fate WHEN 'relabel' THEN 'relabel' WHEN 'annotate' THEN 'annotate' ELSE 'remove' END AS action, m.id AS mention_id,
                m.span_start, m.span_end, m.fragments, coalesce(t.label, m.label) AS label,
                CASE WHEN t.fate = 'annotate' THEN nullif(t.details, '') ELSE m.details END AS details,
                CASE WHEN t.fate = 'relabel' THEN m.label END AS from_label,
                CASE WHEN t.fate = 'annotate' THEN m.details END AS from_details, NULL AS relation_id, NULL AS relation_from,
                NULL AS relation_to, NULL AS relation_type, m.confidence, m.model_name, m.model_version
            FROM worked_mentions t JOIN mentions m ON m.rowid = t.row
            WHERE t.fate IN ('relabel', 'annotate', 'archive', 'fold') AND NOT t.suggested
            UNION ALL
            SELECT a.document_id, 0, a.id, 'restore', a.id, a.span_start, a.span_end, a.fragments, coalesce(t.label, a.label), a.details,
                NULL, NULL, NULL, NULL, NULL, NULL, a.confidence, a.model_name, a.model_version
            FROM worked_mentions t JOIN archived_mentions a ON a.rowid = t.row WHERE t.fate = 'return'
            UNION ALL
            SELECT r.document_id, 1, r.id, 'unrelate', t.cause, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                r.id, r.from_mention, r.to_mention, r.type, NULL, NULL, NULL
            FROM worked_relations t JOIN relations r ON r.rowid = t.row WHERE t.fate IN ('go', 'retype')
            UNION ALL
            SELECT r.document_id, 2, r.id, 'relate', t.cause, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                r.id, r.from_mention, r.to_mention, t.type, NULL, NULL, NULL
            FROM worked_relations t JOIN relations r ON r.rowid = t.row WHERE t.fate = 'retype'
            UNION ALL
            SELECT r.document_id, 2, r.id, 'relate', t.cause, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                r.id, r.from_mention, r.to_mention, coalesce(t.type, r.type), NULL, NULL, NULL
            FROM worked_relations t JOIN archived_relations r ON r.rowid = t.row WHERE t.fate = 'return'
        ) l JOIN documents d ON d.id = l.document_id
        """;

    private const string ArchiveRelations = """
        INSERT INTO archived_relations (id, document_id, from_mention, to_mention, type, version)
        SELECT id, document_id, from_mention, to_mention, type, @version FROM relations
        WHERE rowid IN (SELECT row FROM worked_relations WHERE fate = 'go');
        DELETE FROM relations WHERE rowid IN (SELECT row FROM worked_relations WHERE fate = 'go');
        """;

    private const string MentionColumns =
        "id, document_id, span_start, span_end, fragments, label, state, confidence, model_name, model_version, details";

    private const string ArchiveMentions = $"""
        INSERT INTO archived_mentions ({MentionColumns}, reason, version)
        SELECT m.id, m.document_id, m.span_start, m.span_end, m.fragments, m.label, m.state, m.confidence, m.model_name, m.model_version,
            m.details, CASE WHEN t.fate = 'fold' THEN 'duplicate' ELSE 'removed' END, @version
        FROM worked_mentions t JOIN mentions m ON m.rowid = t.row WHERE t.fate IN ('archive', 'fold');
        DELETE FROM mentions WHERE rowid IN (SELECT row FROM worked_mentions WHERE fate IN ('archive', 'fold', 'drop'));
        """;

    private const string ReturnMentions = $"""
        INSERT INTO mentions ({MentionColumns})
        SELECT a.id, a.document_id, a.span_start, a.span_end, a.fragments, coalesce(t.label, a.label), a.state, a.confidence, a.model_name,
            a.model_version, a.details
        FROM worked_mentions t JOIN archived_mentions a ON a.rowid = t.row WHERE t.fate = 'return';
        DELETE FROM archived_mentions WHERE rowid IN (SELECT row FROM worked_mentions WHERE fate = 'return');
        """;

    private const string ReturnRelations = """
        INSERT INTO relations (id, document_id, from_mention, to_mention, type)
        SELECT r.id, r.document_id, r.from_mention, r.to_mention, coalesce(t.type, r.type)
        FROM worked_relations t JOIN archived_relations r ON r.rowid = t.row WHERE t.fate = 'return';
        DELETE FROM archived_relations WHERE rowid IN (SELECT row FROM worked_relations WHERE fate = 'return');
        """;

    private const string Relabel =
        "UPDATE mentions SET label = t.label FROM worked_mentions t WHERE t.row = mentions.rowid AND t.fate = 'relabel'";

    private const string Retype =
        "UPDATE relations SET type = t.type FROM worked_relations t WHERE t.row = relations.rowid AND t.fate = 'retype'";

    private const string RetypeArchivedRelations = """
        UPDATE archived_relations SET type = @to
        WHERE type IN @from AND version <> @version AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId)
        """;

    private const string ArchiveDetails = """
        INSERT OR REPLACE INTO archived_details (mention_id, name, version, value, document_id)
        SELECT m.id, e.key, @version, e.value, m.document_id
        FROM worked_mentions t JOIN mentions m ON m.rowid = t.row, json_each(details_dropped(m.details)) e WHERE t.fate = 'annotate'
        """;

    private const string Annotate =
        "UPDATE mentions SET details = nullif(t.details, '') FROM worked_mentions t WHERE t.row = mentions.rowid AND t.fate = 'annotate'";

    private const string ForgetArchivedDetails = """
        DELETE FROM archived_details WHERE name = @attribute AND (@value IS NULL OR value = @value)
            AND mention_id IN (SELECT m.id FROM worked_mentions t JOIN mentions m ON m.rowid = t.row)
        """;

    private const string ForgetUndoneDetails = """
        DELETE FROM archived_details WHERE version = @undone
            AND mention_id IN (SELECT m.id FROM worked_mentions t JOIN mentions m ON m.rowid = t.row)
        """;

    private const string OfArchive = "document_id IN (SELECT id FROM documents WHERE project_id = @projectId)";

    private const string DropInArchive = $"""
        INSERT OR REPLACE INTO archived_details (mention_id, name, version, value, document_id)
        SELECT a.id, e.key, @version, e.value, a.document_id
        FROM archived_mentions a, json_each(details_dropped(a.details)) e WHERE a.{OfArchive} AND a.details IS NOT NULL;
        UPDATE archived_mentions SET details = nullif(details_after(details), '')
        WHERE {OfArchive} AND details IS NOT NULL AND details_after(details) IS NOT NULL;
        """;

    private const string RestoreInArchive = $"""
        UPDATE archived_mentions SET details = details_with(archived_mentions.details, a.name, a.value)
        FROM archived_details a
        WHERE a.mention_id = archived_mentions.id AND archived_mentions.{OfArchive} AND a.name = @attribute
            AND (@value IS NULL OR a.value = @value) AND details_with(archived_mentions.details, a.name, a.value) IS NOT NULL;
        DELETE FROM archived_details WHERE {OfArchive} AND name = @attribute AND (@value IS NULL OR value = @value)
            AND mention_id IN (SELECT id FROM archived_mentions);
        """;

    private const string RenameArchivedDetails =
        $"UPDATE OR IGNORE archived_details SET name = @to WHERE name IN @from AND version <> @version AND {OfArchive}";

    /// <summary>What was taken away under one name must not be suggested under the other, unless it stands there.</summary>
    private const string RelabelWhatWasRejected = """
        INSERT OR IGNORE INTO rejections (document_id, span_start, span_end, label)
        SELECT r.document_id, r.span_start, r.span_end, @to
        FROM documents d JOIN rejections r ON r.document_id = d.id WHERE d.project_id = @projectId AND r.label IN @from;
        DELETE FROM rejections
        WHERE label IN @from AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId);
        DELETE FROM rejections AS r
        WHERE label = @to AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId) AND EXISTS (
            SELECT 1 FROM mentions m WHERE m.document_id = r.document_id AND m.span_start = r.span_start AND m.span_end = r.span_end
                AND m.label = @to);
        """;

    private const string RelabelSeeds = """
        UPDATE seeded_suggestions
        SET label = CASE WHEN label IN @from THEN @to ELSE label END,
            original_label = CASE WHEN original_label IN @from THEN @to ELSE original_label END
        WHERE copy_id IN (SELECT id FROM documents WHERE project_id = @projectId AND source_id IS NOT NULL)
            AND (label IN @from OR original_label IN @from)
        """;

    private const string Documents =
        "UPDATE documents SET revision = revision + 1, updated_at = @at WHERE id IN (SELECT id FROM worked_documents)";
}
