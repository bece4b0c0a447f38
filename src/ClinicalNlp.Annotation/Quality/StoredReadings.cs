using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Quality;

/// <param name="Doubtful">A suggestion that had been made wrong was accepted here; this is what the model had said, which nobody confirmed.</param>
internal sealed record ReadMention(string Id, MentionPlace Place, string Label, MentionDetails Details, bool Doubtful = false)
{
    public TextSpan Span => Place.Span;
}

/// <param name="Doubtful">As of a mention.</param>
internal sealed record ReadIntent(string? Intent, bool Doubtful = false);

/// <summary>What one person made of a document.</summary>
/// <param name="Intents">Of each turn.</param>
internal sealed record FinishedCopy(
    string Id,
    string SourceId,
    string Assignee,
    Document Document,
    IReadOnlyList<ReadMention> Mentions,
    IReadOnlyList<ReadIntent> Intents
);

/// <summary>Working copies that are done, as they are to be judged: without what was planted on them.</summary>
internal static class StoredReadings
{
    /// <param name="sourceId">Null: of all documents of the project.</param>
    public static IReadOnlyList<FinishedCopy> Of(SqliteConnection connection, string projectId, string? sourceId = null)
    {
        var seeds = connection
            .Query<Seed>(
                """
                SELECT s.* FROM seeded_suggestions s JOIN documents c ON c.id = s.copy_id
                WHERE c.project_id = @projectId AND (@sourceId IS NULL OR c.source_id = @sourceId)
                """,
                new { projectId, sourceId }
            )
            .ToDictionary(seed => seed.MentionId);
        var intents = StoredSeededIntents.Load(connection, projectId, sourceId);
        return
        [
            .. connection
                .Query<Row>(
                    """
                    SELECT id, source_id, assignee FROM documents
                    WHERE project_id = @projectId AND source_id IS NOT NULL AND withdrawn_at IS NULL AND status = 'done'
                        AND (@sourceId IS NULL OR source_id = @sourceId)
                    ORDER BY source_id, assignee
                    """,
                    new { projectId, sourceId }
                )
                .ToList()
                .Select(row =>
                {
                    var document = StoredDocument.Load(connection, row.Id);
                    return new FinishedCopy(
                        row.Id,
                        row.SourceId,
                        row.Assignee,
                        document,
                        [.. document.Mentions.Select(mention => Read(mention, seeds.GetValueOrDefault(mention.Id))).OfType<ReadMention>()],
                        [.. document.Turns.Select(turn => Read(turn, intents.GetValueOrDefault((row.Id, turn.Index))))]
                    );
                }),
        ];
    }

    private static ReadMention? Read(DocumentMention mention, Seed? seed) =>
        seed is null || !seed.IsStill(mention) ? new ReadMention(mention.Id, mention.Place, mention.Label, mention.Details)
        : seed.OriginalLabel is null ? null
        // What was said, was said of the wrong one.
        : new ReadMention(
            mention.Id,
            new TextSpan(seed.OriginalStart!.Value, seed.OriginalEnd!.Value),
            seed.OriginalLabel,
            MentionDetails.None,
            Doubtful: true
        );

    private static ReadIntent Read(DocumentTurn turn, SeededIntent? seed) =>
        seed is null || !seed.IsAccepted(turn) ? new ReadIntent(turn.Intent) : new ReadIntent(seed.OriginalIntent, Doubtful: true);

    internal sealed class Seed
    {
        public string MentionId { get; init; } = "";
        public string CopyId { get; init; } = "";
        public int SpanStart { get; init; }
        public int SpanEnd { get; init; }
        public string Label { get; init; } = "";
        public int? OriginalStart { get; init; }
        public int? OriginalEnd { get; init; }
        public string? OriginalLabel { get; init; }

        public bool IsStill(DocumentMention mention) => mention.Span == new TextSpan(SpanStart, SpanEnd) && mention.Label == Label;
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string SourceId { get; init; } = "";
        public string Assignee { get; init; } = "";
    }
}
