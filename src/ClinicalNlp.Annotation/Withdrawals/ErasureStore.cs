using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Withdrawals;

/// <summary>Takes the words of a withdrawn document out of the database file. It cannot be undone.</summary>
/// <remarks>
/// What goes: text, speakers, external id, group, metadata, what was said of mentions, comments, reasons for skipping, lines in snapshots.
/// What stays: ids, a keyed hash of the external id, under which no document is taken in again, places and labels, who did what when, the audit chain, the hash a snapshot was made with, the hash of each erased line.
/// Models that learnt from it keep what they learnt, and copies of the file elsewhere keep everything.
/// </remarks>
public sealed class ErasureStore(AnnotationDatabase database)
{
    private const string Gone = "erased";

    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: withdraw it first.</exception>
    /// <exception cref="StorageException">
    /// <c>storage_busy</c>: the words are out of the tables but may still lie in free parts of the file; asked again, they go.
    /// </exception>
    public ErasureOutcome Erase(string documentId, string actor)
    {
        var outcome = database.Write(actor, transaction => Overwrite(transaction, documentId));
        // Rewritten as a whole: what SQLite moved or deleted before still lies in free parts of pages.
        database.Compact();
        return outcome;
    }

    /// <summary>Lets a document come in again under the external id of one that was erased: a new document, for the erased one does not come back.</summary>
    /// <exception cref="RecordNotFoundException">Nothing was erased under this id in the project.</exception>
    public void AllowAgain(string projectId, string externalId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                string erased =
                    new StoredErasedIds(transaction.Connection, database.Key).Forget(projectId, externalId)
                    ?? throw new RecordNotFoundException("erased external id", "");
                // Not the id itself: it was erased.
                transaction.Audit("erased_id.allowed", projectId, new() { ["document"] = erased });
            }
        );

    private ErasureOutcome Overwrite(WriteTransaction transaction, string documentId)
    {
        var connection = transaction.Connection;
        var document = WithdrawalStore.SourceOf(connection, documentId);
        if (document.Withdrawn is null)
        {
            throw new UnusableInputException("state_conflict", "withdraw the document first");
        }

        int versions = new StoredDescent(connection).Of([documentId]).Count(learnt => learnt.How != LearntHow.Judged);
        var ids = connection
            .Query<string>("SELECT id FROM documents WHERE id = @documentId OR source_id = @documentId", new { documentId })
            .ToList();
        var snapshots = connection
            .Query<string>("SELECT DISTINCT snapshot_id FROM snapshot_documents WHERE document_id = @documentId", new { documentId })
            .ToList();
        if (document.Withdrawn.Erased is not null)
        {
            // Asked again because the file could not be rewritten.
            transaction.NothingChanged();
            return new ErasureOutcome(document.Withdrawn, snapshots.Count, ids.Count, versions);
        }

        // First: the triggers that keep texts and logs let erased documents pass.
        connection.Execute(
            "UPDATE withdrawals SET erased_at = @at, erased_by = @by WHERE document_id = @documentId",
            new
            {
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
                documentId,
            }
        );
        new StoredErasedIds(connection, database.Key).Remember(documentId);
        foreach (string id in ids)
        {
            Overwrite(connection, id);
        }

        foreach (string snapshotId in snapshots)
        {
            string hash = SnapshotStore.Erase(connection, snapshotId, documentId, transaction.NowMilliseconds, database.Path);
            transaction.Audit("snapshot.example_erased", snapshotId, new() { ["document"] = documentId, ["hash"] = hash });
        }

        transaction.Audit("document.erased", documentId, new() { ["documents"] = ids.Count, ["snapshots"] = snapshots.Count });
        return new ErasureOutcome(WithdrawalStore.Find(connection, documentId)!, snapshots.Count, ids.Count, versions);
    }

    private static void Overwrite(SqliteConnection connection, string id)
    {
        string text = connection.ExecuteScalar<string>("SELECT text FROM documents WHERE id = @id", new { id })!;
        var values = new
        {
            id,
            Gone,
            // As long as it was, so that every place in the log still lies inside.
            blank = new string(' ', text.Length),
        };
        foreach (
            string sql in new[]
            {
                "UPDATE documents SET text = @blank, external_id = NULL, group_key = NULL, meta = NULL WHERE id = @id",
                "UPDATE turns SET speaker = @Gone WHERE document_id = @id",
                "UPDATE mentions SET details = NULL WHERE document_id = @id",
                "UPDATE archived_mentions SET details = NULL WHERE document_id = @id",
                "DELETE FROM archived_details WHERE document_id = @id",
                "UPDATE merged_suggestions SET details = NULL WHERE document_id = @id",
                "UPDATE corrections SET details = NULL, from_details = NULL WHERE document_id = @id",
                "UPDATE comments SET text = @Gone WHERE document_id = @id",
                "UPDATE assignment_skips SET reason = @Gone WHERE assignment_id IN (SELECT id FROM assignments WHERE document_id = @id)",
                "UPDATE set_aside SET reason = @Gone WHERE document_id = @id",
                "DELETE FROM document_words WHERE document_id = @id",
            }
        )
        {
            connection.Execute(sql, values);
        }
    }
}
