using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>The readings of a project, read and begun: what giving out, taking and listing work share.</summary>
internal static class StoredAssignments
{
    /// <param name="kind"><c>work</c> or <c>gold_question</c>, which looks like work to who reads it.</param>
    /// <param name="person">Null: whoever asks for work.</param>
    public static string Insert(WriteTransaction transaction, string projectId, string documentId, string kind, string? person)
    {
        string id = transaction.NewId();
        transaction.Connection.Execute(
            """
            INSERT INTO assignments (id, project_id, document_id, kind, person, created_at, created_by)
            VALUES (@id, @projectId, @documentId, @kind, @person, @at, @by)
            """,
            new
            {
                id,
                projectId,
                documentId,
                kind,
                person,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        return id;
    }

    /// <exception cref="RecordNotFoundException">No such assignment of the project.</exception>
    public static Assignment Get(SqliteConnection connection, string projectId, string id, long now, AssignmentSettings settings) =>
        Read(connection, projectId, "a.id = @id", new { projectId, id }, 1).Select(row => row.ToAssignment(now, settings)).FirstOrDefault()
        ?? throw new RecordNotFoundException("assignment", id);

    /// <summary>As they are at this moment, by which a lock may have run out.</summary>
    public static List<Assignment> At(SqliteConnection connection, string projectId, DateTimeOffset moment, IEnumerable<AssignmentRow> rows)
    {
        var settings = AssignmentSettingsStore.Of(connection, projectId);
        long now = moment.ToUnixTimeMilliseconds();
        return [.. rows.Select(row => row.ToAssignment(now, settings))];
    }

    /// <param name="where">Of assignments (<c>a</c>), their documents (<c>d</c>), working copies (<c>c</c>) and skips (<c>s</c>), in the order of their ids.</param>
    public static List<AssignmentRow> Read(SqliteConnection connection, string projectId, string where, object values, int count)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("projectId", projectId);
        parameters.Add("count", count);
        return connection
            .Query<AssignmentRow>(
                $"""
                SELECT a.*, d.external_id, c.status AS copy_status, c.updated_at AS copy_updated, s.reason AS skip_reason,
                    (SELECT count(*) FROM comments o WHERE o.document_id = a.copy_id AND o.author <> a.holder AND o.id > coalesce(
                        (SELECT r.comment_id FROM comment_reads r WHERE r.document_id = a.copy_id AND r.reader = a.holder), '')) AS unread_comments
                FROM assignments a JOIN documents d ON d.id = a.document_id LEFT JOIN documents c ON c.id = a.copy_id
                LEFT JOIN assignment_skips s ON s.assignment_id = a.id AND s.person = a.person
                WHERE a.project_id = @projectId AND d.withdrawn_at IS NULL AND {where} ORDER BY a.id LIMIT @count
                """,
                parameters
            )
            .ToList();
    }
}
