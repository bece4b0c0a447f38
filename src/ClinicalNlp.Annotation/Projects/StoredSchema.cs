using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Projects;

/// <summary>A project's relation types and attributes in their tables, in the order of their definition.</summary>
internal static class StoredSchema
{
    public static IReadOnlyList<RelationDefinition> Relations(SqliteConnection connection, string projectId) =>
        [
            .. connection
                .Query<RelationRow>(
                    "SELECT name, from_labels, to_labels, description FROM project_relations WHERE project_id = @projectId ORDER BY position",
                    new { projectId }
                )
                .Select(row => new RelationDefinition(row.Name, Names(row.FromLabels), Names(row.ToLabels), row.Description)),
        ];

    public static IReadOnlyList<AttributeDefinition> Attributes(SqliteConnection connection, string projectId) =>
        [
            .. connection
                .Query<AttributeRow>(
                    "SELECT name, value_names, label_names, description FROM project_attributes WHERE project_id = @projectId ORDER BY position",
                    new { projectId }
                )
                .Select(row => new AttributeDefinition(row.Name, Names(row.ValueNames), Names(row.LabelNames), row.Description)),
        ];

    public static void Insert(
        SqliteConnection connection,
        string projectId,
        IReadOnlyList<RelationDefinition> relations,
        IReadOnlyList<AttributeDefinition> attributes
    )
    {
        connection.Execute(
            """
            INSERT INTO project_relations (project_id, position, name, from_labels, to_labels, description)
            VALUES (@projectId, @position, @Name, @from, @to, @Description)
            """,
            relations.Select(
                (relation, position) =>
                    new
                    {
                        projectId,
                        position,
                        relation.Name,
                        from = StoredJson.Write(relation.From ?? []),
                        to = StoredJson.Write(relation.To ?? []),
                        relation.Description,
                    }
            )
        );
        connection.Execute(
            """
            INSERT INTO project_attributes (project_id, position, name, value_names, label_names, description)
            VALUES (@projectId, @position, @Name, @values, @labels, @Description)
            """,
            attributes.Select(
                (attribute, position) =>
                    new
                    {
                        projectId,
                        position,
                        attribute.Name,
                        values = StoredJson.Write(attribute.Values ?? []),
                        labels = StoredJson.Write(attribute.Labels ?? []),
                        attribute.Description,
                    }
            )
        );
    }

    /// <summary>In relation types and attributes a label keeps its place under its new name.</summary>
    public static void RenameLabels(SqliteConnection connection, string projectId, IReadOnlyCollection<string> from, string to)
    {
        foreach (var relation in Relations(connection, projectId).Where(relation => Names(relation).Intersect(from).Any()))
        {
            connection.Execute(
                "UPDATE project_relations SET from_labels = @starts, to_labels = @ends WHERE project_id = @projectId AND name = @Name",
                new
                {
                    projectId,
                    relation.Name,
                    starts = Renamed(relation.From),
                    ends = Renamed(relation.To),
                }
            );
        }

        foreach (var attribute in Attributes(connection, projectId).Where(attribute => Names(attribute).Intersect(from).Any()))
        {
            connection.Execute(
                "UPDATE project_attributes SET label_names = @labels WHERE project_id = @projectId AND name = @Name",
                new
                {
                    projectId,
                    attribute.Name,
                    labels = Renamed(attribute.Labels),
                }
            );
        }

        string Renamed(IReadOnlyList<string>? names) =>
            StoredJson.Write((names ?? []).Select(name => from.Contains(name) ? to : name).Distinct());
    }

    /// <summary>The labels that a relation type names.</summary>
    public static IEnumerable<string> Names(RelationDefinition relation) => (relation.From ?? []).Concat(relation.To ?? []);

    /// <summary>The labels that an attribute names.</summary>
    public static IEnumerable<string> Names(AttributeDefinition attribute) => attribute.Labels ?? [];

    private static List<string> Names(string json) => StoredJson.Read<List<string>>(json);

    private sealed class RelationRow
    {
        public string Name { get; init; } = "";
        public string FromLabels { get; init; } = "";
        public string ToLabels { get; init; } = "";
        public string? Description { get; init; }
    }

    private sealed class AttributeRow
    {
        public string Name { get; init; } = "";
        public string ValueNames { get; init; } = "";
        public string LabelNames { get; init; } = "";
        public string? Description { get; init; }
    }
}
