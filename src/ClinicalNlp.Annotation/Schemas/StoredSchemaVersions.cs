using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>What is kept of a version beside its number, actor and time.</summary>
/// <param name="Guideline">Whose text was written; null of a change of labels.</param>
internal sealed record SchemaVersionEntry(
    SchemaChangeKind Kind,
    IReadOnlyList<string> From,
    string? To,
    LabelDefinition? Before,
    LabelDefinition? After,
    int Mentions,
    int Documents,
    string? Guideline = null
);

/// <summary>The versions of schemas in their table.</summary>
internal static class StoredSchemaVersions
{
    /// <returns>The version that the entry makes.</returns>
    public static int Append(WriteTransaction transaction, string projectId, SchemaVersionEntry entry)
    {
        var connection = transaction.Connection;
        connection.Execute("UPDATE projects SET schema_version = schema_version + 1 WHERE id = @projectId", new { projectId });
        int version = connection.ExecuteScalar<int>("SELECT schema_version FROM projects WHERE id = @projectId", new { projectId });
        connection.Execute(
            "INSERT INTO schema_changes (project_id, version, kind, change, actor, at) VALUES (@projectId, @version, @kind, @change, @by, @at)",
            new
            {
                projectId,
                version,
                kind = StoredNames.Of(entry.Kind),
                change = StoredJson.Write(entry),
                by = transaction.Actor,
                at = transaction.NowMilliseconds,
            }
        );
        return version;
    }

    public static Page<SchemaVersion> Of(SqliteConnection connection, string projectId, int limit, string? after)
    {
        limit = Page<SchemaVersion>.Bound(limit);
        var rows = connection
            .Query<Row>(
                """
                SELECT version, change, actor, at FROM schema_changes
                WHERE project_id = @projectId AND version < @before ORDER BY version DESC LIMIT @count
                """,
                new
                {
                    projectId,
                    before = int.TryParse(after, out int parsed) ? parsed : int.MaxValue,
                    count = limit + 1,
                }
            )
            .Select(row => row.ToVersion())
            .ToList();
        return Page<SchemaVersion>.Of(rows, limit, version => $"{version.Version}");
    }

    private sealed class Row
    {
        public int Version { get; init; }
        public string Change { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }

        public SchemaVersion ToVersion()
        {
            var entry = StoredJson.Read<SchemaVersionEntry>(Change);
            return new SchemaVersion(
                Version,
                entry.Kind,
                entry.From,
                entry.To,
                entry.Before,
                entry.After,
                entry.Mentions,
                entry.Documents,
                entry.Guideline,
                Actor,
                DateTimeOffset.FromUnixTimeMilliseconds(At)
            );
        }
    }
}
