namespace ClinicalNlp.Annotation.Schemas;

/// <summary>The statements that choose the rows a change touches, for <see cref="StoredSchemaPlan"/>.</summary>
internal static class StoredSchemaSelections
{
    public static IEnumerable<string> Of(SchemaChange change) =>
        change.Part switch
        {
            SchemaPart.Label => Labels(change.Kind),
            SchemaPart.Relation => Relations(change.Kind),
            _ => Details(change.Kind),
        };

    private static string[] Labels(SchemaChangeKind kind) =>
        kind switch
        {
            SchemaChangeKind.Rename => [RenamedMentions],
            SchemaChangeKind.Merge => [MergedMentions, RelationsThatGo],
            SchemaChangeKind.Remove => [RemovedMentions, RelationsThatGo],
            SchemaChangeKind.Restore => [RestoredMentions, RelationsThatReturn],
            SchemaChangeKind.TakeBack =>
            [
                UnmergedMentions,
                StoredMergedRows.Unmerged,
                UnfoldedMentions,
                StoredMergedRows.Undropped,
                RelationsThatReturn,
            ],
            _ => [],
        };

    private static string[] Relations(SchemaChangeKind kind) =>
        kind switch
        {
            SchemaChangeKind.Rename or SchemaChangeKind.Merge => [RetypedRelations],
            SchemaChangeKind.Remove => [RemovedRelations],
            SchemaChangeKind.Restore => [RestoredRelations],
            SchemaChangeKind.TakeBack => [UnmergedRelations, UnfoldedRelations],
            _ => [],
        };

    private static string[] Details(SchemaChangeKind kind) =>
        kind switch
        {
            SchemaChangeKind.Add or SchemaChangeKind.Edit => [],
            SchemaChangeKind.Restore => [RestoredDetails],
            SchemaChangeKind.TakeBack => [UnmergedDetails],
            _ => [ChangedDetails],
        };

    private const string RenamedMentions = """
        INSERT INTO touched_mentions
        SELECT m.rowid, m.document_id, 'relabel', m.state = 'suggested', @to, NULL
        FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.label IN @going
        """;

    // Of several over the same words stays what people decided, then what more hangs on, then what has the name already.
    private const string MergedMentions = """
        INSERT INTO touched_mentions
        SELECT row, document_id, CASE WHEN place = 1 THEN 'relabel' WHEN suggested THEN 'drop' ELSE 'fold' END, suggested,
            CASE WHEN place = 1 THEN @to END, NULL
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

    private const string RemovedMentions = """
        INSERT INTO touched_mentions
        SELECT m.rowid, m.document_id, CASE WHEN m.state = 'suggested' THEN 'drop' ELSE 'archive' END, m.state = 'suggested', NULL, NULL
        FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.label IN @going
        """;

    private const string RestoredMentions = """
        INSERT INTO touched_mentions
        SELECT a.rowid, a.document_id, 'return', 0, NULL, NULL
        FROM documents d JOIN archived_mentions a ON a.document_id = d.id
        WHERE d.project_id = @projectId AND a.label = @name AND a.reason = 'removed'
        """;

    /// <summary>Lines of the log that a version wrote, of documents of the project.</summary>
    private const string LinesOfVersion = """
        documents d JOIN correction_batches b ON b.document_id = d.id AND b.schema_version = @undone
        JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
        """;

    // Not where people decided on the label since, though they may have come back to the same one.
    private const string UnmergedMentions = $"""
        INSERT INTO touched_mentions
        SELECT m.rowid, m.document_id, 'relabel', 0, c.from_label, NULL
        FROM {LinesOfVersion} JOIN mentions m ON m.id = c.mention_id
        WHERE d.project_id = @projectId AND c.action = 'relabel' AND m.label = @to AND c.from_label <> @to AND m.state <> 'suggested' AND NOT EXISTS (
            SELECT 1 FROM corrections l JOIN correction_batches k ON k.document_id = l.document_id AND k.revision = l.revision
            WHERE l.document_id = c.document_id AND l.revision > c.revision AND l.mention_id = c.mention_id AND l.action = 'relabel'
                AND k.schema_version IS NULL)
        """;

    // While the words are still marked by the mention that stood for both, and its label is not the one that comes back.
    private const string UnfoldedMentions = """
        INSERT INTO touched_mentions
        SELECT a.row, a.document_id, 'return', 0, a.label, NULL
        FROM (
            SELECT a.rowid AS row, a.document_id, a.span_start, a.span_end, coalesce(a.fragments, '') AS fragments,
                CASE WHEN a.label = @was THEN @to ELSE a.label END AS label
            FROM documents d JOIN archived_mentions a ON a.document_id = d.id
            WHERE d.project_id = @projectId AND a.version = @undone AND a.reason = 'duplicate'
        ) a
        WHERE EXISTS (
            SELECT 1 FROM mentions m LEFT JOIN touched_mentions t ON t.row = m.rowid AND t.fate = 'relabel'
            WHERE m.document_id = a.document_id AND m.span_start = a.span_start AND m.span_end = a.span_end
                AND coalesce(m.fragments, '') = a.fragments AND m.label = @to AND coalesce(t.label, m.label) <> a.label)
        """;

    private const string RelationsThatGo = """
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, min(m.id), 'go', NULL
        FROM touched_mentions t JOIN mentions m ON m.rowid = t.row JOIN relations r ON r.from_mention = m.id OR r.to_mention = m.id
        WHERE t.fate IN ('archive', 'fold') GROUP BY r.rowid
        """;

    private const string Ends = """
        (EXISTS (SELECT 1 FROM mentions x WHERE x.id = r.{0}_mention AND x.state <> 'suggested')
        OR EXISTS (SELECT 1 FROM archived_mentions y JOIN touched_mentions z ON z.row = y.rowid AND z.fate = 'return' WHERE y.id = r.{0}_mention))
        """;

    private static readonly string BothEnds =
        $"{Ends.Replace("{0}", "from", StringComparison.Ordinal)} AND {Ends.Replace("{0}", "to", StringComparison.Ordinal)}";

    /// <summary>Those of which both mentions are there then, and whose type still exists.</summary>
    private static readonly string RelationsThatReturn = $"""
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, min(m.id), 'return', NULL
        FROM touched_mentions t JOIN archived_mentions m ON m.rowid = t.row AND t.fate = 'return'
        JOIN archived_relations r ON r.from_mention = m.id OR r.to_mention = m.id
        WHERE {BothEnds} AND r.type IN (SELECT name FROM project_relations WHERE project_id = @projectId)
        GROUP BY r.rowid
        """;

    private const string RetypedRelations = """
        INSERT INTO touched_relations
        SELECT row, document_id, NULL, CASE WHEN place = 1 THEN 'retype' ELSE 'go' END, @to
        FROM (
            SELECT r.rowid AS row, r.document_id, r.type, row_number() OVER (
                PARTITION BY r.document_id, r.from_mention, r.to_mention ORDER BY r.type <> @to, r.id) AS place
            FROM documents d JOIN relations r ON r.document_id = d.id WHERE d.project_id = @projectId AND r.type IN @all
        )
        WHERE place > 1 OR type <> @to
        """;

    private const string RemovedRelations = """
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, NULL, 'go', NULL
        FROM documents d JOIN relations r ON r.document_id = d.id WHERE d.project_id = @projectId AND r.type IN @going
        """;

    private static readonly string RestoredRelations = $"""
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, NULL, 'return', NULL
        FROM documents d JOIN archived_relations r ON r.document_id = d.id
        WHERE d.project_id = @projectId AND r.type = @name AND {BothEnds}
        """;

    private const string UnmergedRelations = $"""
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, NULL, 'retype', c.relation_type
        FROM {LinesOfVersion} JOIN relations r ON r.id = c.relation_id
        WHERE d.project_id = @projectId AND c.action = 'unrelate' AND r.type = @to AND c.relation_type <> @to
        """;

    private static readonly string UnfoldedRelations = $"""
        INSERT INTO touched_relations
        SELECT r.rowid, r.document_id, NULL, 'return', NULL
        FROM documents d JOIN archived_relations r ON r.document_id = d.id
        WHERE d.project_id = @projectId AND r.version = @undone AND {BothEnds}
        """;

    private const string ChangedDetails = """
        INSERT INTO touched_mentions
        SELECT row, document_id, 'annotate', suggested, NULL, after
        FROM (
            SELECT m.rowid AS row, m.document_id, m.state = 'suggested' AS suggested, details_after(m.details) AS after
            FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @projectId AND m.details IS NOT NULL
        )
        WHERE after IS NOT NULL
        """;

    private const string RestoredDetails = """
        INSERT INTO touched_mentions
        SELECT row, document_id, 'annotate', 0, NULL, after
        FROM (
            SELECT m.rowid AS row, m.document_id, details_with(m.details, a.name, a.value) AS after
            FROM (
                SELECT a.mention_id, a.name, a.value, max(a.version) FROM documents d JOIN archived_details a ON a.document_id = d.id
                WHERE d.project_id = @projectId AND a.name = @attribute AND (@value IS NULL OR a.value = @value) GROUP BY a.mention_id
            ) a JOIN mentions m ON m.id = a.mention_id
        )
        WHERE after IS NOT NULL
        """;

    private const string UnmergedDetails = $"""
        INSERT INTO touched_mentions
        SELECT row, document_id, 'annotate', 0, NULL, after
        FROM (
            SELECT m.rowid AS row, m.document_id, details_back(m.details, c.details, c.from_details) AS after
            FROM {LinesOfVersion} JOIN mentions m ON m.id = c.mention_id
            WHERE d.project_id = @projectId AND c.action = 'annotate'
        )
        WHERE after IS NOT NULL
        """;
}
