using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Which document a person gets when they ask for work.</summary>
public sealed class WorkQueueStore(AnnotationDatabase database)
{
    /// <summary>The document a person should work on now: one they have begun, or else the first of the queue, locked for them.</summary>
    /// <returns>Null when there is none for them.</returns>
    public Assignment? Next(string projectId, string person, QueueOrder order = QueueOrder.Given) =>
        database.Write(
            person,
            transaction =>
            {
                var connection = transaction.Connection;
                ProjectStore.Require(connection, projectId);
                var settings = AssignmentSettingsStore.Of(connection, projectId);
                var waiting = Waiting(connection, projectId, person, transaction.NowMilliseconds, settings);
                string id;
                if (waiting.Find(row => row.Holder == person) is { } begun)
                {
                    id = begun.Id;
                }
                else if (GoldQuestionStore.Ask(transaction, projectId, person, settings) is { } question)
                {
                    id = question;
                }
                else if (waiting.Count > 0)
                {
                    var scores = StoredQueueScores.Of(connection, projectId, order, [.. waiting.Select(row => row.DocumentId)]);
                    // Work given to somebody by name goes before what anybody may take.
                    id = waiting
                        .OrderBy(row => row.Person is null)
                        .ThenByDescending(row => scores.GetValueOrDefault(row.DocumentId))
                        .ThenBy(row => row.Id, StringComparer.Ordinal)
                        .First()
                        .Id;
                }
                else
                {
                    transaction.NothingChanged();
                    return null;
                }

                Take(transaction, id, person, settings);
                return StoredAssignments.Get(connection, projectId, id, transaction.NowMilliseconds, settings);
            }
        );

    /// <summary>What this person may take: theirs or anybody's, not done, not skipped by them, locked by nobody else, and no second copy.</summary>
    private static List<AssignmentRow> Waiting(
        SqliteConnection connection,
        string projectId,
        string person,
        long now,
        AssignmentSettings settings
    ) =>
        connection
            .Query<AssignmentRow>(
                """
                SELECT a.*, c.status AS copy_status, c.updated_at AS copy_updated FROM assignments a
                LEFT JOIN documents c ON c.id = a.copy_id
                WHERE a.project_id = @projectId AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.document_id = a.document_id)
                    AND (a.holder = @person OR (a.kind = 'work' AND (a.person = @person OR a.person IS NULL)))
                    AND NOT EXISTS (SELECT 1 FROM assignment_skips s WHERE s.assignment_id = a.id AND s.person = @person)
                    AND (a.holder = @person
                        OR NOT EXISTS (SELECT 1 FROM documents o WHERE o.source_id = a.document_id AND o.assignee = @person AND o.status = 'done'))
                    AND (a.holder = @person OR NOT EXISTS (
                        SELECT 1 FROM assignments o WHERE o.document_id = a.document_id AND o.holder = @person))
                """,
                new { projectId, person }
            )
            .Where(row => row.CopyStatus != "done" && (row.Holder is null || row.Holder == person || !row.IsLocked(now, settings)))
            .ToList();

    private static void Take(WriteTransaction transaction, string id, string person, AssignmentSettings settings)
    {
        var connection = transaction.Connection;
        var row = connection.QuerySingle<AssignmentRow>("SELECT * FROM assignments WHERE id = @id", new { id });
        string copy =
            WorkingCopyStore.Find(connection, row.DocumentId, person)
            ?? WorkingCopyStore.Create(transaction, row.DocumentId, person, settings.Suggestions);
        connection.Execute(
            "UPDATE assignments SET holder = @person, copy_id = @copy, locked_until = @until WHERE id = @id",
            new
            {
                id,
                person,
                copy,
                until = transaction.NowMilliseconds + settings.LockMilliseconds,
            }
        );
        transaction.Audit("assignment.taken", id, new() { ["document"] = row.DocumentId, ["copy"] = copy });
    }
}
