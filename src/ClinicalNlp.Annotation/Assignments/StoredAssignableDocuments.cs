using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Documents of a project that can be read by somebody: no working copies, none that are withdrawn.</summary>
internal static class StoredAssignableDocuments
{
    /// <param name="wanted">Null: all that are neither done nor set aside.</param>
    /// <exception cref="RecordNotFoundException">One of those wanted is not among them.</exception>
    public static List<string> Of(SqliteConnection connection, string projectId, IReadOnlyCollection<string>? wanted)
    {
        var known = connection
            .Query<string>(
                $"""
                SELECT id FROM documents WHERE project_id = @projectId AND source_id IS NULL AND withdrawn_at IS NULL {(
                    wanted is null ? "AND status <> 'done' AND id NOT IN (SELECT document_id FROM set_aside)" : ""
                )}
                ORDER BY id
                """,
                new { projectId }
            )
            .ToList();
        if (wanted is null)
        {
            return known;
        }

        var all = known.ToHashSet();
        return wanted.FirstOrDefault(id => !all.Contains(id)) is { } unknown
            ? throw new RecordNotFoundException("document", unknown)
            : wanted.Distinct().ToList();
    }
}
