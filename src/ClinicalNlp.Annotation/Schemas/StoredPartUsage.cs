using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>How often relation types, attributes and values occur on the documents that are in use.</summary>
internal static class StoredPartUsage
{
    private const string InUse = "d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL";

    public static IReadOnlyList<RelationUsage> Relations(SqliteConnection connection, Project project)
    {
        var counts = connection
            .Query<(string Type, int Count)>(
                $"SELECT r.type, count(*) FROM documents d JOIN relations r ON r.document_id = d.id WHERE {InUse} GROUP BY r.type",
                new { projectId = project.Id }
            )
            .ToDictionary(row => row.Type, row => row.Count);
        return [.. project.Relations.Select(relation => new RelationUsage(relation, counts.GetValueOrDefault(relation.Name)))];
    }

    public static IReadOnlyList<AttributeUsage> Attributes(SqliteConnection connection, Project project)
    {
        var said = connection
            .Query<(string Name, string Value, int Count)>(
                $"""
                SELECT e.key, CASE WHEN p.key = 'assertion' THEN 'true' ELSE e.value END, count(*)
                FROM documents d JOIN mentions m ON m.document_id = d.id, json_each(m.details) p, json_each(p.value) e
                WHERE {InUse} AND m.details IS NOT NULL AND m.state <> 'suggested'
                    AND (p.key = 'attributes' OR (p.key = 'assertion' AND p.type = 'object' AND e.value = 1))
                GROUP BY 1, 2
                """,
                new { projectId = project.Id }
            )
            .ToLookup(row => row.Name, row => new ValueUsage(row.Value, row.Count));
        return
        [
            .. project.Attributes.Select(attribute =>
            {
                var counts = said[attribute.Name].ToDictionary(usage => usage.Value, usage => usage.Count);
                var values = (attribute.Values ?? []).Union(counts.Keys.Order(StringComparer.Ordinal));
                return new AttributeUsage(
                    attribute,
                    DefaultSchema.Assertions.Contains(attribute.Name),
                    counts.Values.Sum(),
                    [.. values.Select(value => new ValueUsage(value, counts.GetValueOrDefault(value))).Take(100)]
                );
            }),
        ];
    }

    public static IReadOnlyList<FormerPart> Former(SqliteConnection connection, string projectId)
    {
        var relations = connection
            .Query<(string Type, int Count)>(
                $"SELECT r.type, count(*) FROM documents d JOIN archived_relations r ON r.document_id = d.id WHERE {InUse} GROUP BY r.type",
                new { projectId }
            )
            .ToDictionary(row => row.Type, row => row.Count);
        var details = connection
            .Query<(string Name, string Value, int Count)>(
                $"""
                SELECT a.name, a.value, count(DISTINCT a.mention_id) FROM documents d JOIN archived_details a ON a.document_id = d.id
                WHERE {InUse} GROUP BY 1, 2
                """,
                new { projectId }
            )
            .ToList();
        return
        [
            .. connection
                .Query<Row>("SELECT * FROM former_parts WHERE project_id = @projectId ORDER BY part, attribute, name", new { projectId })
                .Select(row =>
                {
                    var part = StoredNames.Parse<SchemaPart>(row.Part);
                    return new FormerPart(
                        part,
                        part == SchemaPart.Value ? row.Attribute : null,
                        row.Name,
                        row.Now,
                        part switch
                        {
                            SchemaPart.Relation => relations.GetValueOrDefault(row.Name),
                            SchemaPart.Attribute => details.Where(item => item.Name == row.Name).Sum(item => item.Count),
                            _ => details.Where(item => item.Name == row.Attribute && item.Value == row.Name).Sum(item => item.Count),
                        },
                        row.Version,
                        DateTimeOffset.FromUnixTimeMilliseconds(row.RetiredAt),
                        row.RetiredBy
                    );
                }),
        ];
    }

    private sealed class Row
    {
        public string Part { get; init; } = "";
        public string Attribute { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Now { get; init; }
        public int Version { get; init; }
        public long RetiredAt { get; init; }
        public string RetiredBy { get; init; } = "";
    }
}
