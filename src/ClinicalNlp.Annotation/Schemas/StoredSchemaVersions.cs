using System.Text.Json.Serialization;
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
)
{
    public SchemaPart Part { get; init; }
    public string? Attribute { get; init; }
    public PartDefinition? Definition { get; init; }
    public int? Undoes { get; init; }

    /// <summary>What taking back amounted to.</summary>
    public SchemaChangeKind? As { get; init; }

    public MergeMemory? Memory { get; init; }

    [JsonIgnore]
    public SchemaChangeKind Effective => As ?? Kind;
}

/// <summary>What a merge, or an edit, does away with beside the rows, to be put back when it is taken back.</summary>
/// <param name="Made">Whether the merge made the name that it led to.</param>
/// <param name="Definitions">Of the relation types or attributes that changed, before.</param>
/// <param name="Relations">Those that named a label which went, before.</param>
/// <param name="Attributes">Those that named a label which went, before.</param>
/// <param name="Guidelines">Labels whose guideline went over to the other.</param>
/// <param name="Chains">Of each name that went, the names that had led to it.</param>
internal sealed record MergeMemory(
    bool Made,
    IReadOnlyDictionary<string, PartDefinition> Definitions,
    IReadOnlyList<RelationDefinition> Relations,
    IReadOnlyList<AttributeDefinition> Attributes,
    IReadOnlyList<string> Guidelines,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Chains
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
        var undone = Undone(connection, projectId);
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
            .Select(row => row.ToVersion(undone))
            .ToList();
        return Page<SchemaVersion>.Of(rows, limit, version => $"{version.Version}");
    }

    /// <summary>Every entry, the oldest first.</summary>
    public static IReadOnlyList<(int Version, SchemaVersionEntry Entry)> All(SqliteConnection connection, string projectId) =>
        [
            .. connection
                .Query<Row>("SELECT version, change FROM schema_changes WHERE project_id = @projectId ORDER BY version", new { projectId })
                .Select(row => (row.Version, StoredJson.Read<SchemaVersionEntry>(row.Change))),
        ];

    /// <summary>Versions that were taken back, with the version that did so and stands.</summary>
    public static Dictionary<int, int> Undone(SqliteConnection connection, string projectId)
    {
        var undone = new Dictionary<int, int>();
        var takenBack = connection.Query<(int Version, int Undoes)>(
            """
            SELECT version, json_extract(change, '$.undoes') AS undoes FROM schema_changes
            WHERE project_id = @projectId AND kind = 'take_back' ORDER BY version DESC
            """,
            new { projectId }
        );
        // The newest first: one that was taken back itself undoes nothing.
        foreach (var (version, undoes) in takenBack)
        {
            if (!undone.ContainsKey(version))
            {
                undone.TryAdd(undoes, version);
            }
        }

        return undone;
    }

    private sealed class Row
    {
        public int Version { get; init; }
        public string Change { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }

        public SchemaVersion ToVersion(Dictionary<int, int> undone)
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
            )
            {
                Part = entry.Part,
                Attribute = entry.Attribute,
                Undoes = entry.Undoes,
                UndoneBy = undone.TryGetValue(Version, out int by) ? by : null,
                MayBeTakenBack =
                    entry.Part != SchemaPart.Intent && entry.Kind != SchemaChangeKind.Guideline && !undone.ContainsKey(Version),
            };
        }
    }
}
