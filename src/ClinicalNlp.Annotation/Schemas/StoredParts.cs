using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Relation types, attributes and values of a project as they change, and those that were.</summary>
internal static class StoredParts
{
    private sealed record Named(string Name, PartDefinition? Definition);

    public static PartDefinition Of(RelationDefinition relation) => new(relation.From, relation.To, Description: relation.Description);

    public static PartDefinition Of(AttributeDefinition attribute) =>
        new(Labels: attribute.Labels, Values: attribute.Values, Description: attribute.Description);

    /// <summary>Writes the definitions that a change leads to.</summary>
    public static void Carry(WriteTransaction transaction, Project project, SchemaChange change, MergeMemory? memory, int version)
    {
        var connection = transaction.Connection;
        var relations = project.Relations.ToList();
        var attributes = project.Attributes.ToList();
        switch (change.Part)
        {
            case SchemaPart.Relation:
                var types = Changed([.. relations.Select(item => new Named(item.Name, Of(item)))]);
                relations = [.. types.Select(item => ToRelation(item.Name, item.Definition))];
                break;
            case SchemaPart.Attribute:
                var named = Changed([.. attributes.Select(item => new Named(item.Name, Of(item)))]);
                attributes = [.. named.Select(item => ToAttribute(item.Name, item.Definition))];
                break;
            default:
                int at = attributes.FindIndex(item => item.Name == change.Attribute);
                var values = Changed([.. (attributes[at].Values ?? []).Select(value => new Named(value, null))]);
                attributes[at] = attributes[at] with { Values = [.. values.Select(item => item.Name)] };
                break;
        }

        connection.Execute(
            "DELETE FROM project_relations WHERE project_id = @Id; DELETE FROM project_attributes WHERE project_id = @Id",
            new { project.Id }
        );
        StoredSchema.Insert(connection, project.Id, relations, attributes);
        if (change is { Part: SchemaPart.Attribute, To: { } to, Kind: not SchemaChangeKind.TakeBack })
        {
            // Values that were are those of the attribute by its new name.
            connection.Execute(
                "UPDATE OR IGNORE former_parts SET attribute = @to WHERE project_id = @Id AND part = 'value' AND attribute IN @From",
                new
                {
                    to,
                    project.Id,
                    change.From,
                }
            );
        }

        List<Named> Changed(List<Named> rows) => Carried(transaction, project.Id, change, memory, version, rows);
    }

    private static List<Named> Carried(
        WriteTransaction transaction,
        string projectId,
        SchemaChange change,
        MergeMemory? memory,
        int version,
        List<Named> rows
    )
    {
        var connection = transaction.Connection;
        int first = change.From.Count == 0 ? -1 : rows.FindIndex(row => row.Name == change.From[0]);
        switch (change.Kind)
        {
            case SchemaChangeKind.Add:
                rows.Add(new Named(change.To!, change.Definition));
                break;
            case SchemaChangeKind.Edit:
                rows[first] = rows[first] with { Definition = change.Definition };
                break;
            case SchemaChangeKind.Restore:
                rows.Add(new Named(change.From[0], BringBack(connection, projectId, change, change.From[0])));
                break;
            case SchemaChangeKind.TakeBack:
                int present = rows.FindIndex(row => row.Name == change.To);
                if (memory?.Definitions.GetValueOrDefault(change.Was ?? "") is { } before && change.Part != SchemaPart.Value)
                {
                    rows[present] = rows[present] with { Definition = before };
                }

                rows.AddRange(change.From.Select(name => new Named(name, BringBack(connection, projectId, change, name))));
                PutBackChains(connection, projectId, change, memory);
                break;
            default:
                var going = rows.Where(row => change.From.Contains(row.Name) && row.Name != change.To).ToList();
                foreach (var row in going)
                {
                    Retire(transaction, projectId, change, row, version);
                }

                if (change.To is { } to)
                {
                    var united = rows.Where(row => row.Name == to || going.Contains(row)).Select(row => row.Definition).Aggregate(Wider);
                    rows[first] = new Named(to, united);
                    rows = [.. rows.Where((row, i) => i == first || row.Name != to)];
                }

                rows = [.. rows.Where(row => !going.Contains(row))];
                break;
        }

        if (change is { To: { } name, Kind: not SchemaChangeKind.TakeBack })
        {
            connection.Execute($"DELETE FROM former_parts WHERE {Key}", KeyOf(projectId, change, name));
        }

        return rows;
    }

    /// <summary>What either allows; an empty list allows anything.</summary>
    private static PartDefinition? Wider(PartDefinition? one, PartDefinition? other)
    {
        return one is null || other is null
            ? one ?? other
            : new PartDefinition(
                Both(one.From, other.From),
                Both(one.To, other.To),
                Both(one.Labels, other.Labels),
                Both(one.Values, other.Values),
                one.Description ?? other.Description
            );

        static IReadOnlyList<string> Both(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
            one is { Count: > 0 } && other is { Count: > 0 } ? [.. one.Union(other)] : [];
    }

    private static void Retire(WriteTransaction transaction, string projectId, SchemaChange change, Named row, int version)
    {
        transaction.Connection.Execute(
            """
            UPDATE former_parts SET now = @now WHERE project_id = @projectId AND part = @part AND attribute = @attribute AND now = @name AND @now IS NOT NULL;
            INSERT OR REPLACE INTO former_parts (project_id, part, attribute, name, now, definition, version, retired_at, retired_by)
            VALUES (@projectId, @part, @attribute, @name, @now, @definition, @version, @at, @by)
            """,
            new
            {
                projectId,
                part = StoredNames.Of(change.Part),
                attribute = change.Attribute ?? "",
                name = row.Name,
                now = change.To,
                definition = row.Definition is null ? null : StoredJson.Write(row.Definition),
                version,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
    }

    private static PartDefinition? BringBack(SqliteConnection connection, string projectId, SchemaChange change, string name)
    {
        string? definition = connection.ExecuteScalar<string?>(
            $"SELECT definition FROM former_parts WHERE {Key}",
            KeyOf(projectId, change, name)
        );
        connection.Execute($"DELETE FROM former_parts WHERE {Key}", KeyOf(projectId, change, name));
        return StoredJson.ReadOrDefault<PartDefinition>(definition);
    }

    private static void PutBackChains(SqliteConnection connection, string projectId, SchemaChange change, MergeMemory? memory)
    {
        foreach (var (from, names) in memory?.Chains ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            connection.Execute(
                """
                UPDATE former_parts SET now = @from WHERE project_id = @projectId AND part = @part AND attribute = @attribute AND name IN @names
                    AND now = @To
                """,
                new
                {
                    from,
                    projectId,
                    part = StoredNames.Of(change.Part),
                    attribute = change.Attribute ?? "",
                    names,
                    change.To,
                }
            );
        }
    }

    /// <summary>Names that led to each of those that go.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Chains(
        SqliteConnection connection,
        string projectId,
        SchemaChange change
    ) =>
        change
            .From.Where(from => from != change.To)
            .ToDictionary(
                from => from,
                IReadOnlyList<string> (from) =>
                    [
                        .. change.Part == SchemaPart.Label
                            ? connection.Query<string>(
                                "SELECT name FROM former_labels WHERE project_id = @projectId AND now = @from",
                                new { projectId, from }
                            )
                            : connection.Query<string>(
                                "SELECT name FROM former_parts WHERE project_id = @projectId AND part = @part AND attribute = @attribute AND now = @from",
                                new
                                {
                                    projectId,
                                    part = StoredNames.Of(change.Part),
                                    attribute = change.Attribute ?? "",
                                    from,
                                }
                            ),
                    ]
            );

    /// <summary>Those that were removed and may come back.</summary>
    public static IReadOnlySet<string> Removed(SqliteConnection connection, string projectId, SchemaChange change) =>
        connection
            .Query<string>(
                "SELECT name FROM former_parts WHERE project_id = @projectId AND part = @part AND attribute = @attribute AND now IS NULL",
                KeyOf(projectId, change, "")
            )
            .ToHashSet();

    /// <summary>Renamed and merged names, to those they have now, by part and attribute.</summary>
    public static ILookup<(SchemaPart Part, string Attribute), (string Name, string Now)> Names(
        SqliteConnection connection,
        string projectId
    ) =>
        connection
            .Query<(string Part, string Attribute, string Name, string Now)>(
                "SELECT part, attribute, name, now FROM former_parts WHERE project_id = @projectId AND now IS NOT NULL",
                new { projectId }
            )
            .ToLookup(row => (StoredNames.Parse<SchemaPart>(row.Part), row.Attribute), row => (row.Name, row.Now));

    private const string Key = "project_id = @projectId AND part = @part AND attribute = @attribute AND name = @name";

    private static object KeyOf(string projectId, SchemaChange change, string name) =>
        new
        {
            projectId,
            part = StoredNames.Of(change.Part),
            attribute = change.Attribute ?? "",
            name,
        };

    private static RelationDefinition ToRelation(string name, PartDefinition? definition) =>
        new(name, definition?.From, definition?.To, definition?.Description);

    private static AttributeDefinition ToAttribute(string name, PartDefinition? definition) =>
        new(name, definition?.Values, definition?.Labels, definition?.Description);
}
