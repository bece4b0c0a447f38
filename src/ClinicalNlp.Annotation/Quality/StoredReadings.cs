using System.Security.Cryptography;
using System.Text;
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
    private const string Finished =
        "c.project_id = @projectId AND c.source_id IS NOT NULL AND c.withdrawn_at IS NULL AND c.status = 'done'";

    private const string Several = $"""
        {Finished} AND EXISTS (
            SELECT 1 FROM documents o WHERE o.source_id = c.source_id AND o.id <> c.id AND o.withdrawn_at IS NULL AND +o.status = 'done')
        """;

    /// <summary>Of one document of the project.</summary>
    public static IReadOnlyList<FinishedCopy> Of(SqliteConnection connection, string projectId, string sourceId) =>
        Load(
            connection,
            // The plus keeps SQLite from going through all that is done in the project instead.
            "c.source_id = @sourceId AND +c.project_id = @projectId AND c.withdrawn_at IS NULL AND +c.status = 'done'",
            new { projectId, sourceId }
        );

    /// <summary>Of the documents that two people or more have finished.</summary>
    public static IReadOnlyList<FinishedCopy> OfSeveral(SqliteConnection connection, string projectId) =>
        Load(connection, Several, new { projectId });

    /// <summary>What <see cref="OfSeveral"/> gives is the same as long as this is.</summary>
    public static string StateOfSeveral(SqliteConnection connection, string projectId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var (id, revision) in connection.Query<(string, long)>(
                $"SELECT c.id, c.revision FROM documents c WHERE {Several} ORDER BY c.id",
                new { projectId }
            )
        )
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{id} {revision}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Those of which something is known to be right or wrong: gold questions, and copies on which something was planted.</summary>
    public static IReadOnlyList<FinishedCopy> OfKnown(SqliteConnection connection, string projectId) =>
        Load(
            connection,
            $"""
            {Finished} AND (c.source_id IN (SELECT document_id FROM gold_questions)
                OR c.id IN (SELECT copy_id FROM seeded_suggestions) OR c.id IN (SELECT copy_id FROM seeded_intents))
            """,
            new { projectId }
        );

    /// <summary>Who has finished any.</summary>
    public static IReadOnlyList<string> People(SqliteConnection connection, string projectId) =>
        connection.Query<string>($"SELECT DISTINCT assignee FROM documents c WHERE {Finished}", new { projectId }).ToList();

    /// <param name="which">A condition on working copies c.</param>
    /// <param name="given">What it names.</param>
    private static List<FinishedCopy> Load(SqliteConnection connection, string which, object given)
    {
        var seeds = connection
            .Query<Seed>($"SELECT s.* FROM seeded_suggestions s JOIN documents c ON c.id = s.copy_id WHERE {which}", given)
            .ToDictionary(seed => seed.MentionId);
        var intents = StoredSeededIntents.Load(connection, which, given);
        return
        [
            .. connection
                .Query<Row>($"SELECT c.id, c.source_id, c.assignee FROM documents c WHERE {which} ORDER BY c.source_id, c.assignee", given)
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
