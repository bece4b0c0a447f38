using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The append-only log of what people did, and the present state that it makes, stored in one transaction.</summary>
/// <remarks>
/// Refusals, none of which writes anything: <c>stale_revision</c> (<see cref="StaleRevisionException"/>), <c>span_out_of_range</c>,
/// <c>span_off_surface</c>, <c>label_not_in_schema</c>, <c>duplicate_mention</c>, <c>duplicate_turn</c>, <c>mention_not_found</c>,
/// <c>turn_not_found</c>, <c>already_decided</c>, <c>never_so</c>, <c>no_changes</c>, <c>document_done</c>, <c>undecided_suggestions</c>,
/// <c>idempotency_key_reused</c>, <c>not_found</c>.
/// </remarks>
public sealed class CorrectionStore(AnnotationDatabase database)
{
    public CorrectionOutcome Apply(string documentId, CorrectionBatch batch, string actor)
    {
        if (batch.Changes.Count == 0)
        {
            throw new UnusableInputException("no_changes", "the batch has no changes");
        }

        return Commit(
            documentId,
            batch.Revision,
            BatchKind.Corrections,
            batch.IdempotencyKey,
            batch.Changes,
            actor,
            (document, state) =>
            {
                if (document.Status == DocumentStatus.Done)
                {
                    throw new UnusableInputException("document_done", "the document is done: reopen it before correcting it");
                }

                foreach (var (index, change) in batch.Changes.Index())
                {
                    state.Apply(change, $"change {index + 1}");
                }

                return DocumentStatus.InProgress;
            }
        );
    }

    /// <summary>Puts a whole annotation in place of the present one; the log gets the difference.</summary>
    public CorrectionOutcome Replace(string documentId, Replacement replacement, string actor) =>
        Replace(documentId, replacement, actor, null);

    /// <param name="alongside">What else is written in the same transaction; gets the new revision.</param>
    internal CorrectionOutcome Replace(
        string documentId,
        Replacement replacement,
        string actor,
        Action<WriteTransaction, int>? alongside
    ) =>
        Commit(
            documentId,
            replacement.Revision,
            BatchKind.Replace,
            replacement.IdempotencyKey,
            replacement,
            actor,
            (_, state) =>
            {
                if (replacement.Spans is { } spans)
                {
                    state.ReplaceMentions(spans);
                }

                if (replacement.Intents is { } intents)
                {
                    state.ReplaceIntents(intents);
                }

                if (!replacement.Done)
                {
                    return DocumentStatus.InProgress;
                }

                RefuseOpenSuggestions(state);
                return DocumentStatus.Done;
            },
            alongside
        );

    /// <summary>Declares the document gold.</summary>
    public CorrectionOutcome Complete(
        string documentId,
        int revision,
        UndecidedSuggestions undecided,
        string actor,
        string? idempotencyKey = null
    ) =>
        Commit(
            documentId,
            revision,
            BatchKind.Complete,
            idempotencyKey,
            undecided,
            actor,
            (document, state) =>
            {
                if (document.Status == DocumentStatus.Done)
                {
                    throw new UnusableInputException("document_done", "the document is done already");
                }

                if (undecided != UndecidedSuggestions.Refuse)
                {
                    state.DecideAll(undecided == UndecidedSuggestions.Accept);
                }

                RefuseOpenSuggestions(state);
                return DocumentStatus.Done;
            }
        );

    public CorrectionOutcome Reopen(string documentId, int revision, string actor, string? idempotencyKey = null) =>
        Commit(
            documentId,
            revision,
            BatchKind.Reopen,
            idempotencyKey,
            BatchKind.Reopen,
            actor,
            (document, _) =>
                document.Status == DocumentStatus.Done
                    ? DocumentStatus.InProgress
                    : throw new UnusableInputException("no_changes", "the document is open already")
        );

    /// <summary>The log of one document from its first batch on.</summary>
    public Page<RecordedBatch> History(string documentId, int limit = 100, string? after = null)
    {
        limit = Page<RecordedBatch>.Bound(limit);
        return database.Read(connection =>
        {
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM documents WHERE id = @documentId", new { documentId }) == 0)
            {
                throw new RecordNotFoundException("document", documentId);
            }

            int afterRevision = int.TryParse(after, out int parsed) ? parsed : -1;
            return Page<RecordedBatch>.Of(Batches(connection, documentId, afterRevision, limit + 1), limit, batch => $"{batch.Revision}");
        });
    }

    /// <summary>Stores what a state became and the log of how.</summary>
    internal static void Append(
        WriteTransaction transaction,
        Document before,
        DocumentState state,
        BatchKind kind,
        DocumentStatus status,
        int seenRevision,
        string? idempotencyKey,
        string requestHash
    )
    {
        var connection = transaction.Connection;
        int revision = before.Revision + 1;
        InsertBatch(transaction, before.Id, revision, seenRevision, kind, idempotencyKey, requestHash);
        InsertChanges(connection, before.Id, revision, state.Changes);

        // Deleted before any is inserted: a mention may take the place that another one leaves.
        StoredDocument.Delete(connection, state.TouchedMentions);
        StoredDocument.Save(connection, before.Id, state.ChangedMentions);
        foreach (var ((span, label), rejected) in state.Rejections)
        {
            connection.Execute(
                rejected
                    ? "INSERT OR IGNORE INTO rejections (document_id, span_start, span_end, label) VALUES (@Id, @Start, @End, @label)"
                    : "DELETE FROM rejections WHERE document_id = @Id AND span_start = @Start AND span_end = @End AND label = @label",
                new
                {
                    before.Id,
                    span.Start,
                    span.End,
                    label,
                }
            );
        }

        connection.Execute(
            "UPDATE turns SET intent = @Intent, state = @state WHERE document_id = @Id AND position = @Index",
            state.ChangedTurns.Select(turn => new
            {
                before.Id,
                turn.Index,
                turn.Intent,
                state = turn.State is { } value ? StoredNames.Of(value) : null,
            })
        );
        connection.Execute(
            "UPDATE documents SET status = @status, revision = @revision, updated_at = @at WHERE id = @Id",
            new
            {
                before.Id,
                status = StoredNames.Of(status),
                revision,
                at = transaction.NowMilliseconds,
            }
        );
    }

    private CorrectionOutcome Commit(
        string documentId,
        int seenRevision,
        BatchKind kind,
        string? idempotencyKey,
        object request,
        string actor,
        Func<Document, DocumentState, DocumentStatus> apply,
        Action<WriteTransaction, int>? alongside = null
    )
    {
        string requestHash = HashOf(kind, seenRevision, request);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var before = StoredDocument.Load(connection, documentId);
                if (idempotencyKey is not null && FindAnswered(connection, documentId, idempotencyKey, requestHash) is { } answered)
                {
                    transaction.NothingChanged();
                    return new CorrectionOutcome(answered, before, Repeated: true);
                }

                if (seenRevision != before.Revision)
                {
                    throw new StaleRevisionException(seenRevision, before, Batches(connection, documentId, seenRevision, int.MaxValue));
                }

                var (labels, intents) = ProjectStore.Schema(connection, before.ProjectId);
                var state = new DocumentState(before, labels, intents, transaction.NewId, id => FirstRecord(connection, documentId, id));
                var status = apply(before, state);
                Append(transaction, before, state, kind, status, seenRevision, idempotencyKey, requestHash);
                transaction.Audit(
                    kind switch
                    {
                        BatchKind.Complete => "document.completed",
                        BatchKind.Reopen => "document.reopened",
                        BatchKind.Replace => "document.replaced",
                        _ => "document.corrected",
                    },
                    documentId,
                    new() { ["revision"] = before.Revision + 1, ["changes"] = state.Changes.Count }
                );
                alongside?.Invoke(transaction, before.Revision + 1);
                return new CorrectionOutcome(before.Revision + 1, StoredDocument.Load(connection, documentId), Repeated: false);
            }
        );
    }

    private static void RefuseOpenSuggestions(DocumentState state)
    {
        if (state.HasOpenSuggestions)
        {
            throw new UnusableInputException("undecided_suggestions", "some suggestions are neither accepted nor rejected");
        }
    }

    private static int? FindAnswered(SqliteConnection connection, string documentId, string idempotencyKey, string requestHash)
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

    /// <summary>Of the request as it came, so that a key used for something else is noticed; the text itself is not kept.</summary>
    private static string HashOf(BatchKind kind, int seenRevision, object request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {seenRevision} {StoredJson.Write(request)}")));

    private static void InsertBatch(
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

    private static void InsertChanges(
        SqliteConnection connection,
        string documentId,
        int revision,
        IReadOnlyList<RecordedChange> changes
    ) =>
        connection.Execute(
            """
            INSERT INTO corrections (document_id, revision, position, action, mention_id, span_start, span_end, label,
                from_start, from_end, from_label, turn, intent, from_intent, confidence, model_name, model_version)
            VALUES (@documentId, @revision, @position, @action, @MentionId, @start, @end, @Label,
                @fromStart, @fromEnd, @FromLabel, @Turn, @Intent, @FromIntent, @Confidence, @model, @version)
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
                        change.Label,
                        fromStart = change.FromSpan?.Start,
                        fromEnd = change.FromSpan?.End,
                        change.FromLabel,
                        change.Turn,
                        change.Intent,
                        change.FromIntent,
                        change.Confidence,
                        model = change.Model?.Name,
                        version = change.Model?.Version,
                    }
            )
        );

    private static List<RecordedBatch> Batches(SqliteConnection connection, string documentId, int afterRevision, int count)
    {
        var batches = connection
            .Query<BatchRow>(
                """
                SELECT revision, kind, actor, at FROM correction_batches
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
            )),
        ];
    }

    private static RecordedChange? FirstRecord(SqliteConnection connection, string documentId, string mentionId) =>
        connection
            .QueryFirstOrDefault<ChangeRow>(
                """
                SELECT * FROM corrections
                WHERE document_id = @documentId AND mention_id = @mentionId ORDER BY revision, position LIMIT 1
                """,
                new { documentId, mentionId }
            )
            ?.ToChange();

    private sealed class BatchRow
    {
        public int Revision { get; init; }
        public string Kind { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }
        public string RequestHash { get; init; } = "";
    }

    private sealed class ChangeRow
    {
        public int Revision { get; init; }
        public string Action { get; init; } = "";
        public string? MentionId { get; init; }
        public int? SpanStart { get; init; }
        public int? SpanEnd { get; init; }
        public string? Label { get; init; }
        public int? FromStart { get; init; }
        public int? FromEnd { get; init; }
        public string? FromLabel { get; init; }
        public int? Turn { get; init; }
        public string? Intent { get; init; }
        public string? FromIntent { get; init; }
        public double? Confidence { get; init; }
        public string? ModelName { get; init; }
        public string? ModelVersion { get; init; }

        public RecordedChange ToChange() =>
            new(
                StoredNames.Parse<CorrectionAction>(Action),
                MentionId,
                Between(SpanStart, SpanEnd),
                Label,
                Between(FromStart, FromEnd),
                FromLabel,
                Turn,
                Intent,
                FromIntent,
                Confidence,
                ModelName is null ? null : new ModelStamp(ModelName, ModelVersion!)
            );

        private static TextSpan? Between(int? start, int? end) => start is { } from && end is { } to ? new TextSpan(from, to) : null;
    }
}
