using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Names that were labels of a project, in their table.</summary>
internal static class StoredFormerLabels
{
    public static IReadOnlyList<FormerLabel> Of(SqliteConnection connection, string projectId)
    {
        var archived = connection
            .Query<(string Label, int Mentions)>(
                """
                SELECT a.label, count(*) AS mentions FROM documents d JOIN archived_mentions a ON a.document_id = d.id
                WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL GROUP BY a.label
                """,
                new { projectId }
            )
            .ToDictionary(row => row.Label, row => row.Mentions);
        return
        [
            .. connection
                .Query<Row>("SELECT * FROM former_labels WHERE project_id = @projectId ORDER BY name", new { projectId })
                .Select(row => new FormerLabel(
                    new LabelDefinition(
                        row.Name,
                        row.Colour,
                        row.Shortcut,
                        row.Description,
                        StoredJson.ReadOrDefault<List<string>>(row.Examples)
                    ),
                    row.Now,
                    archived.GetValueOrDefault(row.Name),
                    row.Version,
                    DateTimeOffset.FromUnixTimeMilliseconds(row.RetiredAt),
                    row.RetiredBy
                )),
        ];
    }

    /// <summary>Those that may come back.</summary>
    public static IReadOnlySet<string> Removed(SqliteConnection connection, string projectId) =>
        connection
            .Query<string>("SELECT name FROM former_labels WHERE project_id = @projectId AND now IS NULL", new { projectId })
            .ToHashSet();

    /// <summary>A former label is one again, with its look, after the others.</summary>
    public static void BringBack(SqliteConnection connection, string projectId, string name) =>
        connection.Execute(
            """
            INSERT INTO project_labels (project_id, position, name, colour, shortcut, description, examples)
            SELECT project_id, (SELECT coalesce(max(position), -1) + 1 FROM project_labels WHERE project_id = @projectId),
                name, colour, shortcut, description, examples
            FROM former_labels WHERE project_id = @projectId AND name = @name;
            DELETE FROM former_labels WHERE project_id = @projectId AND name = @name;
            """,
            new { projectId, name }
        );

    /// <summary>Takes a label out of the schema and remembers what it was.</summary>
    /// <param name="now">What is called so now; null when the label is removed.</param>
    public static void Retire(WriteTransaction transaction, string projectId, string name, string? now, int version)
    {
        var parameters = new
        {
            projectId,
            name,
            now,
            version,
            at = transaction.NowMilliseconds,
            by = transaction.Actor,
        };
        transaction.Connection.Execute(
            """
            INSERT OR REPLACE INTO former_labels (project_id, name, now, colour, shortcut, description, examples, version, retired_at, retired_by)
            SELECT project_id, name, @now, colour, shortcut, description, examples, @version, @at, @by
            FROM project_labels WHERE project_id = @projectId AND name = @name
            """,
            parameters
        );
        transaction.Connection.Execute("DELETE FROM project_labels WHERE project_id = @projectId AND name = @name", parameters);
        if (now is not null)
        {
            // What was merged into a label that is removed waits for it to come back.
            transaction.Connection.Execute("UPDATE former_labels SET now = @now WHERE project_id = @projectId AND now = @name", parameters);
        }
    }

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public string? Now { get; init; }
        public string? Colour { get; init; }
        public string? Shortcut { get; init; }
        public string? Description { get; init; }
        public string? Examples { get; init; }
        public int Version { get; init; }
        public long RetiredAt { get; init; }
        public string RetiredBy { get; init; } = "";
    }
}
