using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>The append-only log of what people did, and the present state that it makes, stored in one transaction.</summary>
/// <remarks>
/// Refusals, none of which writes anything: <c>stale_revision</c> (<see cref="StaleRevisionException"/>), <c>span_out_of_range</c>,
/// <c>span_off_surface</c>, <c>label_not_in_schema</c>, <c>duplicate_mention</c>, <c>duplicate_turn</c>, <c>mention_not_found</c>,
/// <c>turn_not_found</c>, <c>already_decided</c>, <c>never_so</c>, <c>attribute_not_in_schema</c>,
/// <c>concept_invalid</c>, <c>relation_not_in_schema</c>, <c>relation_not_found</c>, <c>relation_to_itself</c>, <c>duplicate_relation</c>, <c>no_changes</c>, <c>document_done</c>, <c>undecided_suggestions</c>,
/// <c>idempotency_key_reused</c>, <c>not_found</c>.
/// </remarks>
public sealed class CorrectionStore(AnnotationDatabase database)
{
    /// <param name="whole">False where the difference is enough: the outcome's document is then as it was, but for its revision and status.</param>
    public CorrectionOutcome Apply(string documentId, CorrectionBatch batch, string actor, bool whole = true)
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
            },
            whole: whole
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
                state.Replace(replacement.Spans, replacement.Relations);
                if (replacement.Intents is { } intents)
                {
                    state.Turns.Replace(intents);
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
            return Page<RecordedBatch>.Of(
                StoredCorrections.Batches(connection, documentId, afterRevision, limit + 1),
                limit,
                batch => $"{batch.Revision}"
            );
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
        StoredCorrections.InsertBatch(transaction, before.Id, revision, seenRevision, kind, idempotencyKey, requestHash);
        StoredCorrections.InsertChanges(connection, before.Id, revision, state.Changes);

        // Deleted before any is inserted: a mention may take the place that another one leaves.
        StoredDocument.DeleteRelations(connection, state.Relations.Touched);
        StoredDocument.Delete(connection, state.Mentions.Touched);
        StoredDocument.Save(connection, before.Id, state.Mentions.Changed);
        StoredDocument.SaveRelations(connection, before.Id, state.Relations.Changed);
        foreach (var ((span, label), rejected) in state.Mentions.Rejections)
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
            state.Turns.Changed.Select(turn => new
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
        Action<WriteTransaction, int>? alongside = null,
        bool whole = true
    )
    {
        string requestHash = HashOf(kind, seenRevision, request);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var before = StoredDocument.Load(connection, documentId);
                if (
                    idempotencyKey is not null
                    && StoredCorrections.FindAnswered(connection, documentId, idempotencyKey, requestHash) is { } answered
                )
                {
                    transaction.NothingChanged();
                    return new CorrectionOutcome(answered, before, Repeated: true);
                }

                WithdrawalStore.Refuse(before);
                if (seenRevision != before.Revision)
                {
                    throw new StaleRevisionException(
                        seenRevision,
                        before,
                        StoredCorrections.Batches(connection, documentId, seenRevision, int.MaxValue)
                    );
                }

                var schema = ProjectStore.Schema(connection, before.ProjectId);
                var state = new DocumentState(before, schema, transaction.NewId, new StoredCorrections(connection, documentId));
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
                int revision = before.Revision + 1;
                var after = whole ? StoredDocument.Load(connection, documentId) : before with { Revision = revision, Status = status };
                return new CorrectionOutcome(revision, after, Repeated: false) { Difference = DocumentDifference.Of(state) };
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

    /// <summary>Of the request as it came, so that a key used for something else is noticed; the text itself is not kept.</summary>
    private static string HashOf(BatchKind kind, int seenRevision, object request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {seenRevision} {StoredJson.Write(request)}")));
}
