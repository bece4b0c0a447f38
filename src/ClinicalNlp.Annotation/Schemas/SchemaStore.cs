using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>A project's labels, relation types and attributes, and how they change with everything that carries them, in one transaction.</summary>
/// <remarks>
/// Refusals, none of which writes anything: <c>stale_schema</c> (<see cref="StaleSchemaException"/>), <c>name_missing</c>,
/// <c>name_taken</c>, <c>label_not_in_schema</c>, <c>relation_not_in_schema</c>, <c>attribute_not_in_schema</c>, <c>invalid_value</c>, <c>no_changes</c>, <c>not_found</c>.
/// </remarks>
/// <param name="live">To say which model in use knows a label; null where none is.</param>
public sealed class SchemaStore(AnnotationDatabase database, LiveModels? live = null)
{
    public SchemaOverview Overview(string projectId) =>
        database.Read(connection =>
        {
            var project = ProjectStore.Get(connection, projectId);
            var counts = connection
                .Query<UsageRow>(
                    """
                    SELECT m.label, count(*) FILTER (WHERE m.state <> 'suggested') AS decided, count(*) FILTER (WHERE m.state = 'suggested') AS suggested,
                        count(DISTINCT m.document_id) AS documents
                    FROM documents d JOIN mentions m ON m.document_id = d.id
                    WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL GROUP BY m.label
                    """,
                    new { projectId }
                )
                .ToDictionary(row => row.Label);
            return new SchemaOverview(
                project.SchemaVersion,
                [
                    .. project.Labels.Select(label =>
                        counts.TryGetValue(label.Name, out var row)
                            ? new LabelUsage(label, row.Decided, row.Suggested, row.Documents)
                            : new LabelUsage(label, 0, 0, 0)
                    ),
                ],
                StoredFormerLabels.Of(connection, projectId),
                StoredSchemaPlan.Conflicts(project.Labels)
            )
            {
                Relations = StoredPartUsage.Relations(connection, project),
                Attributes = StoredPartUsage.Attributes(connection, project),
                FormerParts = StoredPartUsage.Former(connection, projectId),
            };
        });

    /// <summary>What a change would do; writes nothing, and keeps nobody from writing.</summary>
    public SchemaChangeEffect Preview(string projectId, SchemaChange change) =>
        database.Read(connection =>
        {
            var project = ProjectStore.Get(connection, projectId);
            change = Checked(connection, project, change);
            var plan = new StoredSchemaPlan(connection, projectId, change);
            plan.Make();
            return plan.Effect(project, Models(connection, projectId, change));
        });

    /// <param name="seen">The version of the schema that the change was thought out on.</param>
    /// <exception cref="StaleSchemaException">Another change of the labels came first.</exception>
    public SchemaChangeEffect Change(string projectId, SchemaChange change, int seen, string actor) =>
        database.Write(actor, transaction => Change(transaction, projectId, change, seen));

    /// <summary>Refuses what could not be carried out now; writes nothing.</summary>
    internal void Refuse(string projectId, SchemaChange change, int seen) =>
        database.Read(connection =>
        {
            var project = ProjectStore.Get(connection, projectId);
            RefuseStale(connection, project, seen);
            return Checked(connection, project, change);
        });

    /// <param name="progress">Told how far it has come; may throw to give up.</param>
    internal SchemaChangeEffect Change(
        WriteTransaction transaction,
        string projectId,
        SchemaChange asked,
        int seen,
        Action<SchemaProgress>? progress = null
    )
    {
        var connection = transaction.Connection;
        var project = ProjectStore.Get(connection, projectId);
        RefuseStale(connection, project, seen);
        var change = Checked(connection, project, asked);
        var plan = new StoredSchemaPlan(connection, projectId, change);
        plan.Make();
        var effect = plan.Effect(project, Models(connection, projectId, change));
        var memory = StoredMergeMemory.Of(connection, project, change);
        new StoredSchemaMigration(transaction, projectId, change, effect.Version, progress).CarryOut();
        plan.Drop();
        var before = project.Labels.FirstOrDefault(label => label.Name == change.From.FirstOrDefault());
        if (change.Part == SchemaPart.Label)
        {
            ChangeLabels(transaction, project, change, effect.Version);
        }
        else
        {
            var undone =
                change.Kind == SchemaChangeKind.TakeBack ? StoredTakeBack.Memory(connection, projectId, change.Undoes!.Value) : null;
            StoredParts.Carry(transaction, project, change, undone, effect.Version);
        }

        var after = ProjectStore.Get(connection, projectId).Labels.FirstOrDefault(label => label.Name == (change.To ?? change.From[0]));
        bool isLabel = change.Part == SchemaPart.Label;
        StoredSchemaVersions.Append(
            transaction,
            projectId,
            new SchemaVersionEntry(
                asked.Kind,
                change.From,
                change.To,
                isLabel ? before : null,
                isLabel ? after : null,
                effect.Mentions + effect.Details + (change.Part == SchemaPart.Relation ? effect.Relations : 0),
                effect.Documents
            )
            {
                Part = change.Part,
                Attribute = change.Attribute,
                Definition = change.Definition,
                Undoes = change.Undoes,
                As = asked.Kind == SchemaChangeKind.TakeBack ? change.Kind : null,
                Memory = memory,
            }
        );
        transaction.Audit(
            $"schema.{StoredNames.Of(asked.Kind)}",
            projectId,
            new()
            {
                ["version"] = effect.Version,
                ["part"] = StoredNames.Of(change.Part),
                ["from"] = new JsonArray([.. change.From.Select(name => JsonValue.Create(name))]),
                ["to"] = change.To,
                ["undoes"] = change.Undoes,
                ["mentions"] = effect.Mentions + effect.Details + effect.CopyMentions,
                ["documents"] = effect.Documents + effect.WorkingCopies,
            }
        );
        return effect;
    }

    /// <summary>The change that is meant: of one that takes another back, what that comes to.</summary>
    private static SchemaChange Checked(SqliteConnection connection, Project project, SchemaChange asked)
    {
        bool takesBack = asked.Kind == SchemaChangeKind.TakeBack;
        if (takesBack != asked.Undoes is not null)
        {
            throw new UnusableInputException("invalid_value", "undoes names the version that is taken back, and goes with nothing else");
        }

        var change = takesBack ? StoredTakeBack.Resolve(connection, project, asked.Undoes!.Value) : asked;
        var removed =
            change.Part == SchemaPart.Label
                ? StoredFormerLabels.Removed(connection, project.Id)
                : StoredParts.Removed(connection, project.Id, change);
        if (change.Kind == SchemaChangeKind.TakeBack)
        {
            SchemaChangeRules.CheckTakeBack(
                StoredMergeMemory.Present(project, change),
                StoredMergeMemory.Former(connection, project.Id, change),
                change
            );
        }
        else
        {
            SchemaChangeRules.Check(project, removed, change);
        }

        return change;
    }

    /// <summary>The newest first; the version that a project was made with has no entry.</summary>
    public Page<SchemaVersion> History(string projectId, int limit = 100, string? after = null) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return StoredSchemaVersions.Of(connection, projectId, limit, after);
        });

    /// <summary>A text of the guidelines that was written meanwhile stands in no label's way.</summary>
    private static void RefuseStale(SqliteConnection connection, Project project, int seen)
    {
        int current = connection.ExecuteScalar<int>(
            "SELECT coalesce(max(version), 1) FROM schema_changes WHERE project_id = @Id AND kind <> 'guideline' AND coalesce(json_extract(change, '$.part'), 0) <> @intents",
            new { project.Id, intents = (int)SchemaPart.Intent }
        );
        if (seen < current || seen > project.SchemaVersion)
        {
            throw new StaleSchemaException(project.SchemaVersion);
        }
    }

    private static void ChangeLabels(WriteTransaction transaction, Project project, SchemaChange change, int version)
    {
        string projectId = project.Id;
        var connection = transaction.Connection;
        switch (change.Kind)
        {
            case SchemaChangeKind.Add:
                Insert(connection, projectId, change.To!, change.Look ?? new LabelLook());
                break;
            case SchemaChangeKind.Edit:
                Update(connection, projectId, change.From[0], change.Look!);
                break;
            case SchemaChangeKind.Restore:
                StoredFormerLabels.BringBack(connection, projectId, change.From[0]);
                break;
            case SchemaChangeKind.Remove:
                StoredFormerLabels.Retire(transaction, projectId, change.From[0], null, version);
                break;
            case SchemaChangeKind.TakeBack:
                StoredMergeMemory.PutBack(transaction, project, change, version);
                return;
            default:
                Unite(transaction, projectId, change, version);
                break;
        }

        if (change.To is not null)
        {
            connection.Execute("DELETE FROM former_labels WHERE project_id = @projectId AND name = @To", new { projectId, change.To });
        }
    }

    /// <summary>A rename or merge. A new name takes the place, the look and the guideline of the first label; a known one keeps its own.</summary>
    private static void Unite(WriteTransaction transaction, string projectId, SchemaChange change, int version)
    {
        var connection = transaction.Connection;
        connection.Execute(
            """
            INSERT OR IGNORE INTO project_labels (project_id, position, name, colour, shortcut, description, examples)
            SELECT project_id, position, @To, colour, shortcut, description, examples
            FROM project_labels WHERE project_id = @projectId AND name = @first
            """,
            new
            {
                projectId,
                change.To,
                first = change.From[0],
            }
        );
        foreach (string from in change.From.Where(from => from != change.To))
        {
            StoredFormerLabels.Retire(transaction, projectId, from, change.To, version);
            connection.Execute(
                """
                UPDATE guidelines SET label = @To WHERE project_id = @projectId AND label = @from
                    AND NOT EXISTS (SELECT 1 FROM guidelines WHERE project_id = @projectId AND label = @To)
                """,
                new
                {
                    projectId,
                    change.To,
                    from,
                }
            );
        }
    }

    private static void Insert(SqliteConnection connection, string projectId, string name, LabelLook look)
    {
        connection.Execute(
            """
            INSERT INTO project_labels (project_id, position, name)
            SELECT @projectId, coalesce(max(position), -1) + 1, @name FROM project_labels WHERE project_id = @projectId
            """,
            new { projectId, name }
        );
        Update(connection, projectId, name, look);
    }

    private static void Update(SqliteConnection connection, string projectId, string name, LabelLook look) =>
        connection.Execute(
            """
            UPDATE project_labels SET colour = @Colour, shortcut = @Key, description = @Description, examples = @examples
            WHERE project_id = @projectId AND name = @name
            """,
            new
            {
                projectId,
                name,
                look.Colour,
                look.Key,
                look.Description,
                examples = look.Examples is { Count: > 0 } ? StoredJson.Write(look.Examples) : null,
            }
        );

    /// <summary>The entity model in use, when it says a label that changes, by this name or by one that it had.</summary>
    private IReadOnlyList<PredictingModel> Models(SqliteConnection connection, string projectId, SchemaChange change)
    {
        if (
            live is null
            || live.Entities.IsEmpty
            || change.Part != SchemaPart.Label
            || change.Kind is SchemaChangeKind.Add or SchemaChangeKind.Edit
        )
        {
            return [];
        }

        using var lease = live.Entities.Acquire();
        var names = StoredLabelNames.Load(connection, projectId);
        var changed = change.From.Where(from => from != change.To).ToHashSet();
        // What comes back is known by its own name.
        var said = lease
            .Model.Labels.Where(label =>
                changed.Contains(change.Kind == SchemaChangeKind.TakeBack ? label : names.GetValueOrDefault(label, label))
            )
            .ToList();
        var bundle = lease.Model.Bundle;
        return said.Count == 0 ? [] : [new PredictingModel(new ModelStamp(bundle.Card.Name, bundle.Card.Version), said)];
    }

    private sealed class UsageRow
    {
        public string Label { get; init; } = "";
        public int Decided { get; init; }
        public int Suggested { get; init; }
        public int Documents { get; init; }
    }
}
