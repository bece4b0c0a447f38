namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Statements about what a merge of labels changes without a line in the log: open suggestions, rejections and seeds.</summary>
/// <remarks>The parameters are those of <see cref="StoredSchemaMigration"/>; <c>was</c> is the name that the merge led to, <c>to</c> the one it has now.</remarks>
internal static class StoredMergedRows
{
    /// <summary>Of a slice, before anything of it changes.</summary>
    public const string RememberSuggestions = """
        INSERT INTO merged_suggestions (id, version, document_id, span_start, span_end, fragments, label, confidence, model_name, model_version,
            details, dropped)
        SELECT m.id, @version, m.document_id, m.span_start, m.span_end, m.fragments, m.label, m.confidence, m.model_name, m.model_version,
            m.details, t.fate = 'drop'
        FROM worked_mentions t JOIN mentions m ON m.rowid = t.row WHERE t.suggested
        """;

    /// <summary>Those of a slice that went come back as they were.</summary>
    public const string ReturnSuggestions = """
        INSERT INTO mentions (id, document_id, span_start, span_end, fragments, label, state, confidence, model_name, model_version, details)
        SELECT s.id, s.document_id, s.span_start, s.span_end, s.fragments, t.label, 'suggested', s.confidence, s.model_name, s.model_version,
            s.details
        FROM worked_mentions t JOIN merged_suggestions s ON s.rowid = t.row WHERE t.fate = 'resuggest'
        """;

    /// <summary>When mentions have their new label, before rejections have it.</summary>
    public const string RememberRejections = """
        INSERT INTO merged_rejections (document_id, version, span_start, span_end, label, forgotten)
        SELECT document_id, @version, span_start, span_end, label, stands
        FROM (
            SELECT r.*, EXISTS (SELECT 1 FROM mentions m WHERE m.document_id = r.document_id AND m.span_start = r.span_start
                    AND m.span_end = r.span_end AND m.label = @to) AS stands
            FROM documents d JOIN rejections r ON r.document_id = d.id WHERE d.project_id = @projectId AND (r.label IN @from OR r.label = @to)
        ) r
        WHERE label <> @to OR stands OR EXISTS (
            SELECT 1 FROM rejections o WHERE o.document_id = r.document_id AND o.span_start = r.span_start AND o.span_end = r.span_end
                AND o.label IN @from)
        """;

    public const string RememberSeeds = """
        INSERT INTO merged_seeds (copy_id, version, mention_id, label, original_label)
        SELECT s.copy_id, @version, s.mention_id, s.label, s.original_label
        FROM documents d JOIN seeded_suggestions s ON s.copy_id = d.id
        WHERE d.project_id = @projectId AND (s.label IN @from OR s.original_label IN @from)
        """;

    /// <summary>When mentions have their old labels. A rejection that somebody took back since stays so; what stands at its place keeps it away.</summary>
    public const string PutBackRejections = """
        INSERT OR IGNORE INTO rejections (document_id, span_start, span_end, label)
        SELECT s.document_id, s.span_start, s.span_end, s.back
        FROM (
            SELECT r.*, CASE WHEN r.label = @was THEN @to ELSE r.label END AS back
            FROM documents d JOIN merged_rejections r ON r.document_id = d.id WHERE d.project_id = @projectId AND r.version = @undone
        ) s
        WHERE (s.forgotten OR EXISTS (SELECT 1 FROM rejections r WHERE r.document_id = s.document_id AND r.span_start = s.span_start
                AND r.span_end = s.span_end AND r.label = @to))
            AND NOT EXISTS (SELECT 1 FROM mentions m WHERE m.document_id = s.document_id AND m.span_start = s.span_start
                AND m.span_end = s.span_end AND m.label = s.back);
        DELETE FROM rejections AS r
        WHERE label = @to AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId)
            AND EXISTS (SELECT 1 FROM merged_rejections s WHERE s.document_id = r.document_id AND s.version = @undone
                AND s.span_start = r.span_start AND s.span_end = r.span_end AND s.label <> @was AND NOT s.forgotten)
            AND NOT EXISTS (SELECT 1 FROM merged_rejections s WHERE s.document_id = r.document_id AND s.version = @undone
                AND s.span_start = r.span_start AND s.span_end = r.span_end AND s.label = @was);
        """;

    /// <summary>But for seeds that were accepted by the merged name since: their label has to be that of the mention, or they would count as caught.</summary>
    public const string PutBackSeeds = """
        UPDATE seeded_suggestions
        SET label = CASE WHEN s.label = @was THEN @to ELSE s.label END,
            original_label = CASE WHEN s.original_label = @was THEN @to ELSE s.original_label END
        FROM merged_seeds s
        WHERE s.mention_id = seeded_suggestions.mention_id AND s.copy_id = seeded_suggestions.copy_id AND s.version = @undone
            AND s.copy_id IN (SELECT id FROM documents WHERE project_id = @projectId) AND (seeded_suggestions.label = @to
                OR seeded_suggestions.original_label = @to)
            AND NOT EXISTS (SELECT 1 FROM mentions m WHERE m.id = s.mention_id AND m.state <> 'suggested' AND m.label = @to AND s.label <> @was)
        """;

    public const string Forget = """
        DELETE FROM merged_suggestions WHERE version = @undone AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId);
        DELETE FROM merged_rejections WHERE version = @undone AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId);
        DELETE FROM merged_seeds WHERE version = @undone AND copy_id IN (SELECT id FROM documents WHERE project_id = @projectId);
        """;

    private const string OfMerge = """
        documents d JOIN merged_suggestions s ON s.document_id = d.id AND s.version = @undone
        """;

    /// <summary>Chooses suggestions that are as the merge left them. One that another version of a model made since may mean anything.</summary>
    public const string Unmerged = $"""
        INSERT INTO touched_mentions
        SELECT m.rowid, m.document_id, 'relabel', 1, s.label, NULL
        FROM {OfMerge} JOIN mentions m ON m.id = s.id
        WHERE d.project_id = @projectId AND NOT s.dropped AND m.state = 'suggested' AND m.label = @to
            AND m.model_name IS s.model_name AND m.model_version IS s.model_version
        """;

    /// <summary>Chooses suggestions that went, where what stood in their place still stands and the document is not finished.</summary>
    public const string Undropped = $"""
        INSERT INTO touched_mentions
        SELECT s.row, s.document_id, 'resuggest', 1, s.label, NULL
        FROM (
            SELECT s.rowid AS row, s.document_id, s.span_start, s.span_end, coalesce(s.fragments, '') AS fragments,
                CASE WHEN s.label = @was THEN @to ELSE s.label END AS label
            FROM {OfMerge} WHERE d.project_id = @projectId AND s.dropped AND d.status <> 'done'
        ) s
        WHERE EXISTS (
            SELECT 1 FROM mentions m LEFT JOIN touched_mentions t ON t.row = m.rowid AND t.fate = 'relabel'
            WHERE m.document_id = s.document_id AND m.span_start = s.span_start AND m.span_end = s.span_end
                AND coalesce(m.fragments, '') = s.fragments AND m.label = @to AND coalesce(t.label, m.label) <> s.label)
            AND NOT EXISTS (
                SELECT 1 FROM touched_mentions t JOIN archived_mentions a ON a.rowid = t.row
                WHERE t.fate = 'return' AND a.document_id = s.document_id AND a.span_start = s.span_start AND a.span_end = s.span_end
                    AND coalesce(a.fragments, '') = s.fragments AND t.label = s.label)
        """;

    private const string InUse = "d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL";

    private const string RejectedSince = """
        EXISTS (SELECT 1 FROM rejections r WHERE r.document_id = s.document_id AND r.span_start = s.span_start AND r.span_end = s.span_end
            AND r.label = @to)
        """;

    /// <summary>Of the suggestions that the merge changed, on documents in use: decided since, taken away, or gone otherwise; and those that came since.</summary>
    /// <remarks>Ids of mentions begin with the time at which they were made; <c>since</c> is what those made after the merge begin with at the least.</remarks>
    public const string CountLeft = $"""
        SELECT count(*) FILTER (WHERE state <> 'suggested') AS decided, count(*) FILTER (WHERE state IS NULL AND rejected) AS removed,
            count(*) FILTER (WHERE state IS NULL AND NOT rejected OR state = 'suggested') AS replaced,
            (SELECT count(*) FROM documents d JOIN mentions m ON m.document_id = d.id
                WHERE {InUse} AND m.state = 'suggested' AND m.label = @to AND m.id >= @since
                    AND NOT EXISTS (SELECT 1 FROM touched_mentions t WHERE t.row = m.rowid AND t.fate = 'relabel')) AS came
        FROM (
            SELECT m.state, {RejectedSince} AS rejected FROM {OfMerge} LEFT JOIN mentions m ON m.id = s.id
            WHERE {InUse} AND NOT EXISTS (SELECT 1 FROM touched_mentions t WHERE t.row = CASE WHEN s.dropped THEN s.rowid ELSE m.rowid END
                AND t.fate = CASE WHEN s.dropped THEN 'resuggest' ELSE 'relabel' END)
        )
        """;
}
