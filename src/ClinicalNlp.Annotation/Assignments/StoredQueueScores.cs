using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>How much each document that waits is worth doing next, by the order that was asked for; more is sooner.</summary>
internal static class StoredQueueScores
{
    /// <summary>Of so many of the lowest confidences the mean is taken: one odd mention does not decide.</summary>
    private const int LowestConfidences = 5;

    /// <summary>Seconds a decision takes before enough were seen.</summary>
    private const double UsualDecision = 3;

    /// <summary>With fewer seen, the usual one is taken.</summary>
    private const int EnoughDecisions = 20;

    /// <summary>A longer silence is a break, not a decision; in milliseconds.</summary>
    private const int LongestDecision = 120_000;

    /// <summary>Seconds to read a character: silent reading is about 240 words a minute (Brysbaert 2019).</summary>
    private const double ReadingSeconds = 0.045;

    /// <returns>By document; those without what the order needs are absent.</returns>
    public static Dictionary<string, double> Of(SqliteConnection connection, string projectId, QueueOrder order) =>
        order switch
        {
            QueueOrder.Uncertainty => Uncertainty(connection, projectId),
            QueueOrder.Disagreement => Disagreement(connection, projectId),
            QueueOrder.Diversity => Diversity(connection, projectId),
            QueueOrder.GainPerSecond => GainPerSecond(connection, projectId),
            _ => [],
        };

    /// <summary>The median seconds between two things a person saved on a document, by decision, breaks left out.</summary>
    public static double SecondsPerDecision(SqliteConnection connection, string projectId)
    {
        var gaps = connection
            .Query<double>(
                """
                SELECT gap / 1000.0 / changes FROM (
                    SELECT b.at - lag(b.at) OVER (PARTITION BY b.document_id ORDER BY b.revision) AS gap,
                        (SELECT count(*) FROM corrections c WHERE c.document_id = b.document_id AND c.revision = b.revision) AS changes
                    FROM correction_batches b JOIN documents d ON d.id = b.document_id
                    WHERE d.project_id = @projectId AND b.kind = 'corrections' AND b.schema_version IS NULL)
                WHERE gap BETWEEN 1 AND @LongestDecision AND changes > 0 ORDER BY 1
                """,
                new { projectId, LongestDecision }
            )
            .ToList();
        return gaps.Count < EnoughDecisions ? UsualDecision : gaps[gaps.Count / 2];
    }

    private static Dictionary<string, double> Uncertainty(SqliteConnection connection, string projectId) =>
        connection
            .Query<Score>(
                """
                SELECT document_id, 1 - avg(confidence) AS value FROM (
                    SELECT s.document_id, s.confidence, row_number() OVER (PARTITION BY s.document_id ORDER BY s.confidence) AS place
                    FROM (
                        SELECT document_id, confidence FROM mentions WHERE state = 'suggested' AND confidence IS NOT NULL
                        UNION ALL
                        SELECT document_id, suggested_confidence FROM turns WHERE state IS NULL AND suggested_confidence IS NOT NULL
                    ) s JOIN documents d ON d.id = s.document_id
                    WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL)
                WHERE place <= @LowestConfidences GROUP BY document_id
                """,
                new { projectId, LowestConfidences }
            )
            .ToDictionary(score => score.DocumentId, score => score.Value);

    /// <summary>One less F1 of mentions: of the finished copies among each other, of a single one with the model's suggestions.</summary>
    private static Dictionary<string, double> Disagreement(SqliteConnection connection, string projectId) =>
        connection
            .Query<MentionKey>(
                """
                SELECT coalesce(d.source_id, d.id) AS document_id, d.id AS reader, d.source_id IS NULL AS suggested,
                    m.span_start, m.span_end, m.label
                FROM documents d LEFT JOIN mentions m ON m.document_id = d.id AND (d.source_id IS NOT NULL OR m.state = 'suggested')
                WHERE d.project_id = @projectId AND (
                    (d.source_id IS NOT NULL AND d.status = 'done')
                    OR EXISTS (SELECT 1 FROM documents c WHERE c.source_id = d.id AND c.status = 'done'))
                """,
                new { projectId }
            )
            .GroupBy(key => key.DocumentId)
            .ToDictionary(
                document => document.Key,
                document =>
                {
                    var readers = document
                        .GroupBy(key => (key.Reader, key.Suggested))
                        .OrderBy(reader => reader.Key.Suggested)
                        .Select(reader =>
                            reader.Where(key => key.Label is not null).Select(key => (key.SpanStart, key.SpanEnd, key.Label)).ToHashSet()
                        )
                        .ToList();
                    // The model comes last and is heard only where a single person is done.
                    return readers.Count < 2 ? 0 : Differ(readers.Count == 2 ? readers : readers[..^1]);
                }
            );

    private static double Differ<T>(List<HashSet<T>> readers)
    {
        int same = 0,
            all = 0;
        for (int one = 0; one < readers.Count; one++)
        {
            for (int other = one + 1; other < readers.Count; other++)
            {
                same += 2 * readers[one].Count(readers[other].Contains);
                all += readers[one].Count + readers[other].Count;
            }
        }

        return all == 0 ? 0 : 1 - (double)same / all;
    }

    private static Dictionary<string, double> Diversity(SqliteConnection connection, string projectId)
    {
        var words = connection
            .Query<Words>(
                """
                SELECT w.document_id, w.words AS bytes,
                    d.status = 'done' OR EXISTS (SELECT 1 FROM documents c WHERE c.source_id = d.id) AS seen
                FROM document_words w JOIN documents d ON d.id = w.document_id
                WHERE d.project_id = @projectId AND d.withdrawn_at IS NULL
                """,
                new { projectId }
            )
            .ToList();
        var seen = HashedWords.Sum(words.Where(row => row.Seen != 0).Select(row => row.Bytes));
        return words.ToDictionary(row => row.DocumentId, row => 1 - HashedWords.Similarity(row.Bytes, seen));
    }

    private static Dictionary<string, double> GainPerSecond(SqliteConnection connection, string projectId)
    {
        double seconds = SecondsPerDecision(connection, projectId);
        return connection
            .Query<Gain>(
                """
                SELECT d.id AS document_id, length(d.text) AS length, count(s.confidence) AS decisions,
                    coalesce(sum(1 - s.confidence), 0.0) AS corrections
                FROM documents d LEFT JOIN (
                    SELECT document_id, confidence FROM mentions WHERE state = 'suggested' AND confidence IS NOT NULL
                    UNION ALL
                    SELECT document_id, suggested_confidence FROM turns WHERE state IS NULL AND suggested_confidence IS NOT NULL
                ) s ON s.document_id = d.id
                WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL GROUP BY d.id
                """,
                new { projectId }
            )
            .ToDictionary(
                gain => gain.DocumentId,
                gain => gain.Corrections / (gain.Decisions * seconds + gain.Length * ReadingSeconds + 1)
            );
    }

    private sealed class Score
    {
        public string DocumentId { get; init; } = "";
        public double Value { get; init; }
    }

    private sealed class MentionKey
    {
        public string DocumentId { get; init; } = "";
        public string Reader { get; init; } = "";
        public long Suggested { get; init; }
        public int? SpanStart { get; init; }
        public int? SpanEnd { get; init; }
        public string? Label { get; init; }
    }

    private sealed class Words
    {
        public string DocumentId { get; init; } = "";
        public long Seen { get; init; }
        public byte[] Bytes { get; init; } = [];
    }

    private sealed class Gain
    {
        public string DocumentId { get; init; } = "";
        public int Length { get; init; }
        public int Decisions { get; init; }
        public double Corrections { get; init; }
    }
}
