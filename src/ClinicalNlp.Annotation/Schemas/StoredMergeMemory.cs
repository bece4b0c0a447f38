using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Reads what a merge is about to do away with, and puts it back for labels when the merge is taken back.</summary>
internal static class StoredMergeMemory
{
    public static MergeMemory? Of(SqliteConnection connection, Project project, SchemaChange change)
    {
        if (change.Kind is not (SchemaChangeKind.Merge or SchemaChangeKind.Edit))
        {
            return null;
        }

        var going = change.From.Where(from => from != change.To).ToHashSet();
        bool isLabel = change.Part == SchemaPart.Label;
        var definitions = change.Part switch
        {
            SchemaPart.Relation => project.Relations.ToDictionary(item => item.Name, StoredParts.Of),
            SchemaPart.Attribute => project.Attributes.ToDictionary(item => item.Name, StoredParts.Of),
            _ => [],
        };
        return new MergeMemory(
            change.To is not null && !Present(project, change).Contains(change.To),
            definitions.Where(pair => pair.Key == change.To || change.From.Contains(pair.Key)).ToDictionary(),
            [.. project.Relations.Where(item => isLabel && StoredSchema.Names(item).Intersect(going).Any())],
            [.. project.Attributes.Where(item => isLabel && StoredSchema.Names(item).Intersect(going).Any())],
            isLabel ? GuidelinesThatMove(connection, project.Id, change.To, going) : [],
            StoredParts.Chains(connection, project.Id, change)
        );
    }

    public static IReadOnlySet<string> Present(Project project, SchemaChange change) =>
        change.Part switch
        {
            SchemaPart.Label => project.Labels.Select(item => item.Name).ToHashSet(),
            SchemaPart.Relation => project.Relations.Select(item => item.Name).ToHashSet(),
            SchemaPart.Attribute => project.Attributes.Select(item => item.Name).ToHashSet(),
            _ => (project.Attributes.FirstOrDefault(item => item.Name == change.Attribute)?.Values ?? []).ToHashSet(),
        };

    public static IReadOnlySet<string> Former(SqliteConnection connection, string projectId, SchemaChange change) =>
        (
            change.Part == SchemaPart.Label
                ? StoredLabelNames.Load(connection, projectId).Keys.AsEnumerable()
                : StoredParts.Names(connection, projectId)[(change.Part, change.Attribute ?? "")].Select(pair => pair.Name)
        ).ToHashSet();

    /// <summary>The labels that come back, with what named them and led to them.</summary>
    public static void PutBack(WriteTransaction transaction, Project project, SchemaChange change, int version)
    {
        var connection = transaction.Connection;
        var memory = StoredTakeBack.Memory(connection, project.Id, change.Undoes!.Value);
        foreach (string name in change.From)
        {
            StoredFormerLabels.BringBack(connection, project.Id, name);
        }

        if (memory is null)
        {
            return;
        }

        foreach (var (from, names) in memory.Chains)
        {
            connection.Execute(
                "UPDATE former_labels SET now = @from WHERE project_id = @Id AND name IN @names AND now = @To",
                new
                {
                    from,
                    project.Id,
                    names,
                    change.To,
                }
            );
        }

        PutBackDefinitions(connection, project, change, memory);
        foreach (string label in memory.Guidelines)
        {
            // Not where somebody has written on since: the text is that of both then.
            connection.Execute(
                """
                UPDATE guidelines SET label = @label WHERE project_id = @Id AND label = @To AND NOT EXISTS (
                    SELECT 1 FROM guidelines g WHERE g.project_id = @Id AND g.label = @To
                        AND g.at > (SELECT at FROM schema_changes WHERE project_id = @Id AND version = @Undoes))
                """,
                new
                {
                    label,
                    project.Id,
                    change.To,
                    change.Undoes,
                }
            );
        }

        bool isEmpty =
            connection.ExecuteScalar<long>(
                "SELECT count(*) FROM (SELECT 1 FROM documents d JOIN mentions m ON m.document_id = d.id WHERE d.project_id = @Id AND m.label = @To LIMIT 1)",
                new { project.Id, change.To }
            ) == 0;
        if (memory.Made && isEmpty)
        {
            StoredFormerLabels.Retire(transaction, project.Id, change.To!, null, version);
        }
    }

    /// <summary>Where nobody changed them since.</summary>
    private static void PutBackDefinitions(SqliteConnection connection, Project project, SchemaChange change, MergeMemory memory)
    {
        foreach (var before in memory.Relations)
        {
            var now = project.Relations.FirstOrDefault(item => item.Name == before.Name);
            if (now is not null && Same(now.From, Merged(before.From)) && Same(now.To, Merged(before.To)))
            {
                connection.Execute(
                    "UPDATE project_relations SET from_labels = @from, to_labels = @to WHERE project_id = @Id AND name = @Name",
                    new
                    {
                        from = StoredJson.Write(Present(before.From)),
                        to = StoredJson.Write(Present(before.To)),
                        project.Id,
                        before.Name,
                    }
                );
            }
        }

        foreach (var before in memory.Attributes)
        {
            var now = project.Attributes.FirstOrDefault(item => item.Name == before.Name);
            if (now is not null && Same(now.Labels, Merged(before.Labels)))
            {
                connection.Execute(
                    "UPDATE project_attributes SET label_names = @labels WHERE project_id = @Id AND name = @Name",
                    new
                    {
                        labels = StoredJson.Write(Present(before.Labels)),
                        project.Id,
                        before.Name,
                    }
                );
            }
        }

        IEnumerable<string> Merged(IReadOnlyList<string>? names) =>
            (names ?? []).Select(name => change.From.Contains(name) || name == change.Was ? change.To! : name).Distinct();

        IEnumerable<string> Present(IReadOnlyList<string>? names) => (names ?? []).Select(name => name == change.Was ? change.To! : name);

        static bool Same(IReadOnlyList<string>? one, IEnumerable<string> other) => (one ?? []).SequenceEqual(other);
    }

    private static List<string> GuidelinesThatMove(SqliteConnection connection, string projectId, string? to, HashSet<string> going)
    {
        var written = connection
            .Query<string>("SELECT DISTINCT label FROM guidelines WHERE project_id = @projectId", new { projectId })
            .ToHashSet();
        // The first that has one gives it to the label that has none.
        return to is null || written.Contains(to) ? [] : [.. going.Where(written.Contains).Take(1)];
    }
}
