using System.Globalization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <summary>What a person says of a probable error.</summary>
public enum ErrorDecision
{
    /// <summary>It is an error; who says so mends it in the document.</summary>
    Error,

    /// <summary>The document is right; this is not reported again.</summary>
    Right,
}

/// <summary>Which probable errors a list holds.</summary>
public enum ErrorState
{
    /// <summary>Nobody has decided it, and what was reported still stands.</summary>
    Open,

    /// <summary>Decided, or mended without a decision.</summary>
    Decided,

    /// <summary>Confirmed, and still standing as it was reported.</summary>
    ToMend,
    All,
}

/// <param name="Text">Of the document, which never changes: the spans are of it.</param>
/// <param name="Rank">The score weighed by how often errors of this kind were confirmed; lists go by it.</param>
/// <param name="Outdated">The document has changed since it was read.</param>
/// <param name="Mended">What was reported does not stand any more: the mention was changed or removed, the missing one added, the intent another one.</param>
public sealed record LabelError(
    string Id,
    string RunId,
    string? ExternalId,
    string Text,
    ProbableError Found,
    double Rank,
    bool Outdated,
    bool Mended,
    ErrorDecision? Decision,
    string? DecidedBy,
    DateTimeOffset? DecidedAt
);

/// <summary>What people have said of one kind, in documents that are not withdrawn.</summary>
/// <param name="Errors">Confirmed, or mended without a word.</param>
/// <param name="Mended">Those of the errors that do not stand any more.</param>
public sealed record ErrorKindCount(ErrorKind Kind, int Open, int Errors, int Right, int Mended = 0);

/// <summary>Probable label errors in their queue.</summary>
public sealed class LabelErrorStore(AnnotationDatabase database)
{
    /// <summary>The most that one run puts into the queue: nobody works through more, and the rest is the least probable.</summary>
    public const int Most = 2000;

    /// <summary>By rank, the most probable first.</summary>
    /// <param name="label">Marked or suggested.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    /// <exception cref="UnusableInputException"><c>invalid_value</c>: no cursor of this list.</exception>
    public Page<LabelError> List(
        string projectId,
        ErrorState state = ErrorState.Open,
        ErrorKind? kind = null,
        string? label = null,
        int limit = 100,
        string? after = null
    )
    {
        limit = Page<LabelError>.Bound(limit);
        var (rank, id) = Cursor(after);
        return database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = connection
                .Query<Row>(
                    """
                    SELECT e.*, d.external_id, d.text, d.revision AS present FROM label_error_states e JOIN documents d ON d.id = e.document_id
                    WHERE e.project_id = @projectId AND d.withdrawn_at IS NULL
                        AND CASE @state WHEN 'open' THEN e.decision IS NULL AND NOT e.mended
                            WHEN 'decided' THEN e.decision IS NOT NULL OR e.mended
                            WHEN 'to_mend' THEN e.decision IS 'error' AND NOT e.mended
                            ELSE TRUE END
                        AND (@kind IS NULL OR e.kind = @kind)
                        AND (@label IS NULL OR e.label = @label OR e.suggested_label = @label)
                        AND (@rank IS NULL OR e.rank < @rank OR (e.rank = @rank AND e.id > @id))
                    ORDER BY e.rank DESC, e.id LIMIT @count
                    """,
                    new
                    {
                        projectId,
                        state = StoredNames.Of(state),
                        kind = kind is { } wanted ? StoredNames.Of(wanted) : null,
                        label,
                        rank,
                        id,
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToError())
                .ToList();
            return Page<LabelError>.Of(
                rows,
                limit,
                error => string.Create(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToInt64Bits(error.Rank):x}:{error.Id}")
            );
        });
    }

    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<ErrorKindCount> Counts(string projectId) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return Counts(connection, projectId);
        });

    /// <summary>Says whether it is one, or takes that back.</summary>
    /// <param name="decision">Null takes a decision back.</param>
    /// <exception cref="RecordNotFoundException">The project has no such entry.</exception>
    public LabelError Decide(string projectId, string id, ErrorDecision? decision, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                int changed = transaction.Connection.Execute(
                    """
                    UPDATE label_errors SET decision = @decision, decided_by = @by, decided_at = @at WHERE id = @id AND project_id = @projectId
                    """,
                    new
                    {
                        id,
                        projectId,
                        decision = decision is { } said ? StoredNames.Of(said) : null,
                        by = decision is null ? null : actor,
                        at = decision is null ? (long?)null : transaction.NowMilliseconds,
                    }
                );
                if (changed == 0)
                {
                    throw new RecordNotFoundException("label error", id);
                }

                var row = transaction.Connection.QuerySingle<Row>(
                    """
                    SELECT e.*, d.external_id, d.text, d.revision AS present FROM label_error_states e JOIN documents d ON d.id = e.document_id
                    WHERE e.id = @id
                    """,
                    new { id }
                );
                transaction.Audit(
                    "label_error.decided",
                    row.DocumentId,
                    new() { ["entry"] = id, ["decision"] = decision is { } known ? StoredNames.Of(known) : "none" }
                );
                return row.ToError();
            }
        );

    /// <summary>Puts what a run found in place of what earlier runs of the task found and nobody has decided.</summary>
    internal static void Save(
        WriteTransaction transaction,
        string projectId,
        string runId,
        bool intents,
        IReadOnlyList<ProbableError> found,
        IReadOnlyDictionary<string, SnapshotDocument> documents
    )
    {
        var connection = transaction.Connection;
        connection.Execute(
            """
            DELETE FROM label_errors WHERE id IN (
                SELECT id FROM label_error_states
                WHERE project_id = @projectId AND decision IS NULL AND NOT mended AND (kind = 'wrong_intent') = @intents)
            """,
            new { projectId, intents }
        );
        var decided = connection
            .Query<Row>("SELECT * FROM label_errors WHERE project_id = @projectId", new { projectId })
            .Select(row => Place(row.ToFound()))
            .ToHashSet();
        // Laplace: where nobody has decided yet, every kind counts a half.
        var trust = Counts(connection, projectId)
            .ToDictionary(kind => kind.Kind, kind => (kind.Errors + 1.0) / (kind.Errors + kind.Right + 2.0));
        connection.Execute(
            """
            INSERT INTO label_errors (id, project_id, run_id, document_id, revision, kind, span_start, span_end, label,
                suggested_start, suggested_end, suggested_label, turn, score, rank)
            VALUES (@id, @projectId, @runId, @DocumentId, @Revision, @kind, @start, @end, @Label,
                @suggestedStart, @suggestedEnd, @SuggestedLabel, @Turn, @Score, @rank)
            """,
            found
                .Where(error => !decided.Contains(Place(error)))
                .Take(Most)
                .Select(error => new
                {
                    id = transaction.NewId(),
                    projectId,
                    runId,
                    error.DocumentId,
                    documents[error.DocumentId].Revision,
                    kind = StoredNames.Of(error.Kind),
                    start = error.Span?.Start,
                    end = error.Span?.End,
                    error.Label,
                    suggestedStart = error.SuggestedSpan?.Start,
                    suggestedEnd = error.SuggestedSpan?.End,
                    error.SuggestedLabel,
                    error.Turn,
                    error.Score,
                    rank = error.Score * trust.GetValueOrDefault(error.Kind, 0.5),
                })
        );
    }

    /// <summary>What somebody decided on is not asked again, whatever a model would have there instead.</summary>
    private static (string, TextSpan?, string?, int?) Place(ProbableError error) => (error.DocumentId, error.Span, error.Label, error.Turn);

    private static List<ErrorKindCount> Counts(SqliteConnection connection, string projectId) =>
        [
            .. connection
                .Query<(string Kind, long Open, long Errors, long Right, long Mended)>(
                    """
                    SELECT e.kind, sum(e.decision IS NULL AND NOT e.mended), sum(e.decision IS 'error' OR (e.decision IS NULL AND e.mended)),
                        sum(e.decision IS 'right'), sum(e.decision IS NOT 'right' AND e.mended)
                    FROM label_error_states e JOIN documents d ON d.id = e.document_id
                    WHERE e.project_id = @projectId AND d.withdrawn_at IS NULL GROUP BY e.kind ORDER BY e.kind
                    """,
                    new { projectId }
                )
                .Select(row => new ErrorKindCount(
                    StoredNames.Parse<ErrorKind>(row.Kind),
                    (int)row.Open,
                    (int)row.Errors,
                    (int)row.Right,
                    (int)row.Mended
                )),
        ];

    private static (double? Rank, string? Id) Cursor(string? after)
    {
        if (after is null)
        {
            return default;
        }

        int colon = after.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(after.AsSpan(0, colon), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long bits)
            ? (BitConverter.Int64BitsToDouble(bits), after[(colon + 1)..])
            : throw new UnusableInputException("invalid_value", "after is a cursor of this list");
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string RunId { get; init; } = "";
        public string DocumentId { get; init; } = "";
        public int Revision { get; init; }
        public int Present { get; init; }
        public string? ExternalId { get; init; }
        public string Text { get; init; } = "";
        public string Kind { get; init; } = "";
        public int? SpanStart { get; init; }
        public int? SpanEnd { get; init; }
        public string? Label { get; init; }
        public int? SuggestedStart { get; init; }
        public int? SuggestedEnd { get; init; }
        public string? SuggestedLabel { get; init; }
        public int? Turn { get; init; }
        public bool Mended { get; init; }
        public double Score { get; init; }
        public double Rank { get; init; }
        public string? Decision { get; init; }
        public string? DecidedBy { get; init; }
        public long? DecidedAt { get; init; }

        public ProbableError ToFound() =>
            new(
                DocumentId,
                StoredNames.Parse<ErrorKind>(Kind),
                Between(SpanStart, SpanEnd),
                Label,
                Between(SuggestedStart, SuggestedEnd),
                SuggestedLabel,
                Turn,
                Score
            );

        public LabelError ToError() =>
            new(
                Id,
                RunId,
                ExternalId,
                Text,
                ToFound(),
                Rank,
                Present != Revision,
                Mended,
                Decision is null ? null : StoredNames.Parse<ErrorDecision>(Decision),
                DecidedBy,
                DecidedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null
            );

        private static TextSpan? Between(int? start, int? end) => start is { } from && end is { } to ? new TextSpan(from, to) : null;
    }
}
