using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Withdrawals;

/// <summary>Takes documents out of use, and back.</summary>
/// <remarks>
/// A withdrawn document keeps its row, log and place in the snapshots that hold it. It leaves lists, queues, gold, silver, new snapshots
/// and exports, takes no further change, and no run may train from a snapshot that holds it.
/// </remarks>
public sealed class WithdrawalStore(AnnotationDatabase database)
{
    private readonly AnswerStore answers = new(database);

    /// <summary>Whether the document, or the one it is a working copy of, is withdrawn.</summary>
    public bool IsWithdrawn(string documentId) =>
        database.Read(connection =>
            connection.ExecuteScalar<long>(
                "SELECT count(*) FROM documents WHERE id = @documentId AND withdrawn_at IS NOT NULL",
                new { documentId }
            )
        ) > 0;

    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: it is withdrawn already, or a working copy.</exception>
    public WithdrawalOutcome Withdraw(string documentId, WithdrawalReason reason, string actor)
    {
        var gaps = answers.Gaps();
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                if (SourceOf(connection, documentId).Withdrawn is not null)
                {
                    throw new UnusableInputException("state_conflict", "the document is withdrawn already");
                }

                connection.Execute(
                    "INSERT INTO withdrawals (document_id, reason, at, withdrawn_by) VALUES (@documentId, @reason, @at, @actor)",
                    new
                    {
                        documentId,
                        reason = StoredNames.Of(reason),
                        at = transaction.NowMilliseconds,
                        actor,
                    }
                );
                int touched = Mark(transaction, documentId, transaction.NowMilliseconds);
                // Whoever has it open sees it gone; nobody's lock keeps a place in the queue.
                connection.Execute("UPDATE assignments SET locked_until = NULL WHERE document_id = @documentId", new { documentId });
                connection.Execute("DELETE FROM gold_questions WHERE document_id = @documentId", new { documentId });
                var reach = ReachStore.Of(connection, documentId, gaps);
                transaction.Audit(
                    "document.withdrawn",
                    documentId,
                    new()
                    {
                        ["reason"] = StoredNames.Of(reason),
                        ["copies"] = touched - 1,
                        ["snapshots"] = reach.Snapshots.Count,
                        ["versions"] = reach.Versions.Count,
                        ["answers"] = reach.Answers,
                    }
                );
                return new WithdrawalOutcome(Find(connection, documentId)!, touched - 1, reach);
            }
        );
    }

    /// <summary>Takes a document back into use, as it was. It is no gold question any more.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: it is not withdrawn, or its text is gone.</exception>
    public Document Restore(string documentId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                switch (SourceOf(connection, documentId).Withdrawn)
                {
                    case null:
                        throw new UnusableInputException("state_conflict", "the document is not withdrawn");
                    case { Erased: not null }:
                        throw new UnusableInputException("state_conflict", "the document's text was erased: nothing is left to restore");
                }

                connection.Execute("DELETE FROM withdrawals WHERE document_id = @documentId", new { documentId });
                int touched = Mark(transaction, documentId, null);
                transaction.Audit("document.restored", documentId, new() { ["copies"] = touched - 1 });
                return StoredDocument.Load(connection, documentId);
            }
        );

    /// <exception cref="UnusableInputException"><c>document_withdrawn</c>.</exception>
    internal static void Refuse(Document document)
    {
        if (document.Withdrawn is not null)
        {
            throw new UnusableInputException("document_withdrawn", "the document was withdrawn and takes no change");
        }
    }

    /// <summary>Refuses to train on what was withdrawn: the examples of a snapshot, and notes that the run replayed.</summary>
    /// <exception cref="UnusableInputException"><c>snapshot_withdrawn</c>.</exception>
    internal static void RefuseTraining(SqliteConnection connection, string snapshotId, string? runId)
    {
        long withdrawn = connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM documents WHERE withdrawn_at IS NOT NULL AND id IN (
                SELECT document_id FROM snapshot_documents WHERE snapshot_id = @snapshotId
                UNION SELECT document_id FROM run_notes WHERE run_id = @runId)
            """,
            new { snapshotId, runId }
        );
        if (withdrawn > 0)
        {
            throw new UnusableInputException(
                "snapshot_withdrawn",
                $"{withdrawn} of the documents to learn from or to be judged by were withdrawn: train from a new snapshot"
            );
        }
    }

    internal static Withdrawal? Find(SqliteConnection connection, string sourceId) =>
        connection
            .QuerySingleOrDefault<Row>(
                "SELECT reason, at, withdrawn_by, erased_at, erased_by FROM withdrawals WHERE document_id = @sourceId",
                new { sourceId }
            )
            ?.ToWithdrawal();

    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: a working copy goes with its document.</exception>
    internal static Document SourceOf(SqliteConnection connection, string documentId)
    {
        var document = StoredDocument.Load(connection, documentId);
        return connection.ExecuteScalar<string?>("SELECT source_id FROM documents WHERE id = @documentId", new { documentId }) is null
            ? document
            : throw new UnusableInputException("state_conflict", "a working copy goes with its document");
    }

    /// <returns>How many rows: the document and its working copies.</returns>
    private static int Mark(WriteTransaction transaction, string documentId, long? at) =>
        transaction.Connection.Execute(
            "UPDATE documents SET withdrawn_at = @at WHERE id = @documentId OR source_id = @documentId",
            new { at, documentId }
        );

    private sealed class Row
    {
        public string Reason { get; init; } = "";
        public long At { get; init; }
        public string WithdrawnBy { get; init; } = "";
        public long? ErasedAt { get; init; }
        public string? ErasedBy { get; init; }

        public Withdrawal ToWithdrawal() =>
            new(
                StoredNames.Parse<WithdrawalReason>(Reason),
                DateTimeOffset.FromUnixTimeMilliseconds(At),
                WithdrawnBy,
                StoredTime.Of(ErasedAt),
                ErasedBy
            );
    }
}
