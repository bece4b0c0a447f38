using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Which document a person gets when they ask for work.</summary>
/// <remarks>What waits is put in order before the write lock is taken: nobody's save stands behind a look through a whole project.</remarks>
public sealed class WorkQueueStore(AnnotationDatabase database)
{
    /// <summary>The best so many are tried: others who ask at the same moment want the same ones.</summary>
    private const int Tried = 32;

    private readonly QueueScores scores = new(database);

    /// <summary>The document a person should work on now: one they have begun, or else the first of the queue, locked for them.</summary>
    /// <returns>Null when there is none for them.</returns>
    public Assignment? Next(string projectId, string person, QueueOrder order = QueueOrder.Given)
    {
        while (true)
        {
            var best = Best(projectId, person, order);
            var (assignment, ask) = database.Write(person, transaction => Take(transaction, projectId, person, best));
            if (!ask)
            {
                return assignment;
            }
            // Others took all of them meanwhile.
        }
    }

    /// <summary>The first of what this person may take.</summary>
    /// <returns>Null where they have begun something, which goes before.</returns>
    private List<string>? Best(string projectId, string person, QueueOrder order)
    {
        var waiting = database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return Begun(connection, projectId, person) is not null
                ? null
                : Waiting(connection, projectId, person, database.Time.GetUtcNow().ToUnixTimeMilliseconds());
        });
        if (waiting is null || waiting.Count == 0)
        {
            return waiting is null ? null : [];
        }

        var worth = scores.Of(projectId, order);
        // Work given to somebody by name goes before what anybody may take.
        return
        [
            .. waiting
                .OrderBy(row => row.Person is null)
                .ThenByDescending(row => worth.GetValueOrDefault(row.DocumentId))
                .ThenBy(row => row.Id, StringComparer.Ordinal)
                .Take(Tried)
                .Select(row => row.Id),
        ];
    }

    /// <param name="best">As <see cref="Best"/> found it.</param>
    /// <returns>What was taken, or that what waits is to be looked through once more.</returns>
    private static (Assignment? Taken, bool Ask) Take(WriteTransaction transaction, string projectId, string person, List<string>? best)
    {
        var connection = transaction.Connection;
        var settings = AssignmentSettingsStore.Of(connection, projectId);
        string? id = Begun(connection, projectId, person) ?? GoldQuestionStore.Ask(transaction, projectId, person, settings);
        if (id is null && best is { Count: > 0 })
        {
            var free = Waiting(connection, projectId, person, transaction.NowMilliseconds, best).Select(row => row.Id).ToHashSet();
            id = best.Find(free.Contains);
        }

        if (id is null)
        {
            transaction.NothingChanged();
            return (null, best is not { Count: 0 });
        }

        Take(transaction, id, person, settings);
        return (StoredAssignments.Get(connection, projectId, id, transaction.NowMilliseconds, settings), false);
    }

    /// <summary>What this person took first of what they have not finished.</summary>
    private static string? Begun(SqliteConnection connection, string projectId, string person) =>
        connection.ExecuteScalar<string?>(
            """
            SELECT min(a.id) FROM assignments a LEFT JOIN documents c ON c.id = a.copy_id
            WHERE a.project_id = @projectId AND a.holder = @person AND (c.status IS NULL OR c.status <> 'done')
                AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.document_id = a.document_id)
                AND NOT EXISTS (SELECT 1 FROM assignment_skips s WHERE s.assignment_id = a.id AND s.person = @person)
            """,
            new { projectId, person }
        );

    /// <summary>What this person may begin: theirs or anybody's, not done, not skipped by them, locked by nobody else, and no second copy.</summary>
    /// <param name="only">Of these; null: of all.</param>
    private static List<AssignmentRow> Waiting(
        SqliteConnection connection,
        string projectId,
        string person,
        long now,
        IReadOnlyList<string>? only = null
    )
    {
        var settings = AssignmentSettingsStore.Of(connection, projectId);
        return connection
            .Query<AssignmentRow>(
                $"""
                SELECT a.id, a.document_id, a.person, a.holder, a.locked_until, c.status AS copy_status, c.updated_at AS copy_updated
                FROM assignments a LEFT JOIN documents c ON c.id = a.copy_id
                WHERE a.project_id = @projectId AND a.kind = 'work' AND (a.person IS NULL OR a.person = @person)
                    AND (a.holder IS NULL OR a.holder <> @person) {(only is null ? "" : "AND a.id IN @only")}
                    AND a.id NOT IN (SELECT assignment_id FROM assignment_skips WHERE person = @person)
                    AND a.document_id NOT IN (SELECT document_id FROM withdrawals)
                    AND a.document_id NOT IN (
                        SELECT source_id FROM documents WHERE project_id = @projectId AND assignee = @person AND source_id IS NOT NULL AND status = 'done')
                    AND a.document_id NOT IN (SELECT document_id FROM assignments WHERE project_id = @projectId AND holder = @person)
                """,
                new
                {
                    projectId,
                    person,
                    only,
                }
            )
            .Where(row => row.CopyStatus != "done" && (row.Holder is null || !row.IsLocked(now, settings)))
            .ToList();
    }

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
