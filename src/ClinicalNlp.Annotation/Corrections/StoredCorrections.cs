using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The append-only log of one document in its tables.</summary>
internal sealed class StoredCorrections(SqliteConnection connection, string documentId) : IEarlierChanges
{
    /// <summary>Each question reads through the document's lines; who asks more often is given all of them at once.</summary>
    private const int SingleQuestions = 4;

    private int asked;
    private ChangesSoFar? whole;

    public IEnumerable<RecordedChange> OfMention(string mentionId) =>
        Whole?.OfMention(mentionId) ?? Lines("relation_id IS NULL AND mention_id = @id", mentionId);

    public IEnumerable<RecordedChange> OfRelationsAt(string mentionId) =>
        Whole?.OfRelationsAt(mentionId) ?? Lines("(relation_from = @id OR relation_to = @id)", mentionId);

    public IEnumerable<RecordedChange> OfRelation(string relationId) =>
        Whole?.OfRelation(relationId) ?? Lines("relation_id = @id", relationId);

    /// <summary>Null for the first few questions.</summary>
    private ChangesSoFar? Whole =>
        ++asked > SingleQuestions ? whole ??= new ChangesSoFar(new NoEarlierChanges(), [.. Lines("TRUE", "")]) : null;

    /// <returns>The revision that a request with this key made; null when there was none.</returns>
    public static int? FindAnswered(SqliteConnection connection, string documentId, string idempotencyKey, string requestHash)
    {
        var found = connection.QuerySingleOrDefault<BatchRow>(
            """
            SELECT revision, request_hash FROM correction_batches
            WHERE document_id = @documentId AND idempotency_key = @idempotencyKey
            """,
            new { documentId, idempotencyKey }
        );
        return found is null ? null
            : found.RequestHash == requestHash ? found.Revision
            : throw new UnusableInputException("idempotency_key_reused", "the idempotency key belongs to another request");
    }

    public static void InsertBatch(
        WriteTransaction transaction,
        string documentId,
        int revision,
        int seenRevision,
        BatchKind kind,
        string? idempotencyKey,
        string requestHash
    ) =>
        transaction.Connection.Execute(
            """
            INSERT INTO correction_batches (document_id, revision, seen_revision, kind, actor, at, idempotency_key, request_hash)
            VALUES (@documentId, @revision, @seenRevision, @kind, @actor, @at, @idempotencyKey, @requestHash)
            """,
            new
            {
                documentId,
                revision,
                seenRevision,
                kind = StoredNames.Of(kind),
                actor = transaction.Actor,
                at = transaction.NowMilliseconds,
                idempotencyKey,
                requestHash,
            }
        );

    public static void InsertChanges(SqliteConnection connection, string documentId, int revision, IReadOnlyList<RecordedChange> changes) =>
        connection.Execute(
            """
            INSERT INTO corrections (document_id, revision, position, action, mention_id, span_start, span_end, fragments, label, details,
                from_start, from_end, from_fragments, from_label, from_details, turn, intent, from_intent,
                relation_id, relation_from, relation_to, relation_type, confidence, model_name, model_version)
            VALUES (@documentId, @revision, @position, @action, @MentionId, @start, @end, @fragments, @Label, @details,
                @fromStart, @fromEnd, @fromFragments, @FromLabel, @fromDetails, @Turn, @Intent, @FromIntent,
                @relationId, @relationFrom, @relationTo, @relationType, @Confidence, @model, @version)
            """,
            changes.Select(
                (change, position) =>
                    new
                    {
                        documentId,
                        revision,
                        position,
                        action = StoredNames.Of(change.Action),
                        change.MentionId,
                        start = change.Span?.Start,
                        end = change.Span?.End,
                        fragments = StoredFragments.Write(change.Place),
                        change.Label,
                        details = change.Details is null ? null : StoredJson.Write(change.Details),
                        fromStart = change.FromSpan?.Start,
                        fromEnd = change.FromSpan?.End,
                        fromFragments = StoredFragments.Write(change.FromPlace),
                        change.FromLabel,
                        fromDetails = change.FromDetails is null ? null : StoredJson.Write(change.FromDetails),
                        change.Turn,
                        change.Intent,
                        change.FromIntent,
                        relationId = change.Relation?.Id,
                        relationFrom = change.Relation?.From,
                        relationTo = change.Relation?.To,
                        relationType = change.Relation?.Type,
                        change.Confidence,
                        model = change.Model?.Name,
                        version = change.Model?.Version,
                    }
            )
        );

    public static List<RecordedBatch> Batches(SqliteConnection connection, string documentId, int afterRevision, int count)
    {
        var batches = connection
            .Query<BatchRow>(
                """
                SELECT revision, kind, actor, at, schema_version FROM correction_batches
                WHERE document_id = @documentId AND revision > @afterRevision ORDER BY revision LIMIT @count
                """,
                new
                {
                    documentId,
                    afterRevision,
                    count,
                }
            )
            .ToList();
        int last = batches.Count == 0 ? afterRevision : batches[^1].Revision;
        var changes = connection
            .Query<ChangeRow>(
                """
                SELECT * FROM corrections
                WHERE document_id = @documentId AND revision > @afterRevision AND revision <= @last ORDER BY revision, position
                """,
                new
                {
                    documentId,
                    afterRevision,
                    last,
                }
            )
            .ToLookup(change => change.Revision);
        return
        [
            .. batches.Select(batch => new RecordedBatch(
                batch.Revision,
                StoredNames.Parse<BatchKind>(batch.Kind),
                batch.Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(batch.At),
                [.. changes[batch.Revision].Select(change => change.ToChange())]
            )
            {
                SchemaVersion = batch.SchemaVersion,
            }),
        ];
    }

    private IEnumerable<RecordedChange> Lines(string condition, string id) =>
        connection
            .Query<ChangeRow>(
                $"SELECT * FROM corrections WHERE document_id = @documentId AND {condition} ORDER BY revision, position",
                new { documentId, id }
            )
            .Select(line => line.ToChange());

    private sealed class BatchRow
    {
        public int Revision { get; init; }
        public string Kind { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }
        public string RequestHash { get; init; } = "";
        public int? SchemaVersion { get; init; }
    }
}
