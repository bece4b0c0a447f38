using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Carries out what a <see cref="StoredSchemaPlan"/> says: the log first, then the rows. A million mentions are a handful of statements.</summary>
/// <remarks>
/// Each touched document gets one batch of corrections that names the schema's version, and goes one revision further: what was decided
/// is told as <c>relabel</c>, <c>remove</c>, <c>restore</c>, <c>relate</c> and <c>unrelate</c>; open suggestions change without a line, as
/// they came.
/// </remarks>
internal sealed class StoredSchemaMigration(WriteTransaction transaction, string projectId, SchemaChange change, int version)
{
    private readonly object parameters = new
    {
        projectId,
        version,
        to = change.To,
        from = change.From.Where(from => from != change.To).Distinct().ToList(),
        by = transaction.Actor,
        returns = change.Kind == SchemaChangeKind.Restore,
        at = transaction.NowMilliseconds,
    };

    public void CarryOut()
    {
        Execute(Batches);
        Execute(Lines);
        // In this order: relations hang on mentions, and a mention may take the place that another one leaves.
        Execute(ArchiveRelations);
        Execute(ArchiveMentions);
        Execute(ReturnMentions);
        Execute(ReturnRelations);
        if (change.Kind is SchemaChangeKind.Rename or SchemaChangeKind.Merge)
        {
            Execute(Relabel);
            Execute(RelabelWhatWasRejected);
            Execute(RelabelSeeds);
            StoredSchema.RenameLabels(transaction.Connection, projectId, change.From.ToHashSet(), change.To!);
        }

        Execute(Documents);
    }

    private void Execute(string sql) => transaction.Connection.Execute(sql, parameters);

    private const string Batches = """
        INSERT INTO correction_batches (document_id, revision, seen_revision, kind, actor, at, request_hash, schema_version)
        SELECT d.id, d.revision + 1, d.revision, 'corrections', @by, @at, '', @version
        FROM touched_documents t JOIN documents d ON d.id = t.id ORDER BY t.id
        """;

    private const string Lines = """
        INSERT INTO corrections (document_id, revision, position, action, mention_id, span_start, span_end, fragments, label, details,
            from_label, relation_id, relation_from, relation_to, relation_type, confidence, model_name, model_version)
        SELECT l.document_id, d.revision + 1, row_number() OVER (PARTITION BY l.document_id ORDER BY l.kind, l.span_start, l.id) - 1,
            l.action, l.mention_id, l.span_start, l.span_end, l.fragments, l.label, l.details, l.from_label,
            l.relation_id, l.relation_from, l.relation_to, l.relation_type, l.confidence, l.model_name, l.model_version
        FROM (
            SELECT m.document_id, 0 AS kind, m.id, CASE WHEN t.fate = 'relabel' THEN 'relabel' ELSE 'remove' END AS action, m.id AS mention_id,
                m.span_start, m.span_end, m.fragments, CASE WHEN t.fate = 'relabel' THEN @to ELSE m.label END AS label, m.details,
                CASE WHEN t.fate = 'relabel' THEN m.label END AS from_label, NULL AS relation_id, NULL AS relation_from,
                NULL AS relation_to, NULL AS relation_type, m.confidence, m.model_name, m.model_version
            FROM touched_mentions t JOIN mentions m ON m.rowid = t.row WHERE t.fate IN ('relabel', 'archive', 'fold') AND NOT t.suggested
            UNION ALL
            SELECT a.document_id, 0, a.id, 'restore', a.id, a.span_start, a.span_end, a.fragments, a.label, a.details,
                NULL, NULL, NULL, NULL, NULL, a.confidence, a.model_name, a.model_version
            FROM touched_mentions t JOIN archived_mentions a ON a.rowid = t.row WHERE t.fate = 'return'
            UNION ALL
            SELECT r.document_id, 1, r.id, 'unrelate', t.cause, NULL, NULL, NULL, NULL, NULL, NULL,
                r.id, r.from_mention, r.to_mention, r.type, NULL, NULL, NULL
            FROM touched_relations t JOIN relations r ON r.rowid = t.row WHERE NOT @returns
            UNION ALL
            SELECT r.document_id, 1, r.id, 'relate', t.cause, NULL, NULL, NULL, NULL, NULL, NULL,
                r.id, r.from_mention, r.to_mention, r.type, NULL, NULL, NULL
            FROM touched_relations t JOIN archived_relations r ON r.rowid = t.row WHERE @returns
        ) l JOIN documents d ON d.id = l.document_id
        """;

    private const string ArchiveRelations = """
        INSERT INTO archived_relations (id, document_id, from_mention, to_mention, type, version)
        SELECT id, document_id, from_mention, to_mention, type, @version FROM relations
        WHERE NOT @returns AND rowid IN (SELECT row FROM touched_relations);
        DELETE FROM relations WHERE NOT @returns AND rowid IN (SELECT row FROM touched_relations);
        """;

    private const string MentionColumns =
        "id, document_id, span_start, span_end, fragments, label, state, confidence, model_name, model_version, details";

    private const string ArchiveMentions = $"""
        INSERT INTO archived_mentions ({MentionColumns}, reason, version)
        SELECT m.id, m.document_id, m.span_start, m.span_end, m.fragments, m.label, m.state, m.confidence, m.model_name, m.model_version,
            m.details, CASE WHEN t.fate = 'fold' THEN 'duplicate' ELSE 'removed' END, @version
        FROM touched_mentions t JOIN mentions m ON m.rowid = t.row WHERE t.fate IN ('archive', 'fold');
        DELETE FROM mentions WHERE rowid IN (SELECT row FROM touched_mentions WHERE fate IN ('archive', 'fold', 'drop'));
        """;

    private const string ReturnMentions = $"""
        INSERT INTO mentions ({MentionColumns})
        SELECT {MentionColumns} FROM archived_mentions WHERE rowid IN (SELECT row FROM touched_mentions WHERE fate = 'return');
        DELETE FROM archived_mentions WHERE rowid IN (SELECT row FROM touched_mentions WHERE fate = 'return');
        """;

    private const string ReturnRelations = """
        INSERT INTO relations (id, document_id, from_mention, to_mention, type)
        SELECT id, document_id, from_mention, to_mention, type FROM archived_relations
        WHERE @returns AND rowid IN (SELECT row FROM touched_relations);
        DELETE FROM archived_relations WHERE @returns AND rowid IN (SELECT row FROM touched_relations);
        """;

    private const string Relabel =
        "UPDATE mentions SET label = @to WHERE rowid IN (SELECT row FROM touched_mentions WHERE fate = 'relabel')";

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
        "UPDATE documents SET revision = revision + 1, updated_at = @at WHERE id IN (SELECT id FROM touched_documents)";
}
