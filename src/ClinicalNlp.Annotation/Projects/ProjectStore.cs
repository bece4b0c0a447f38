using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Intents;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Projects;

/// <param name="Name">Case-sensitive; what spans carry.</param>
/// <param name="Key">The key that chooses the label in the workbench.</param>
/// <param name="Examples">Words that carry the label, as people are shown them.</param>
public sealed record LabelDefinition(
    string Name,
    string? Colour = null,
    string? Key = null,
    string? Description = null,
    IReadOnlyList<string>? Examples = null
);

/// <summary>One thing that a message may want, and what people are told of it.</summary>
public sealed record IntentDefinition(string Name, string? Description = null);

/// <param name="New">Documents nobody has corrected.</param>
public sealed record DocumentCounts(int New, int InProgress, int Done);

/// <summary>A body of documents with one label schema; <c>oos</c> is an intent of every project.</summary>
public sealed record Project(
    string Id,
    string Name,
    IReadOnlyList<LabelDefinition> Labels,
    IReadOnlyList<IntentDefinition> Intents,
    IReadOnlyList<RelationDefinition> Relations,
    IReadOnlyList<AttributeDefinition> Attributes,
    DocumentCounts Documents,
    DateTimeOffset Created,
    string CreatedBy
)
{
    /// <summary>Of the labels and guidelines; 1 as long as nothing was changed.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>Projects with the schema they begin with; <see cref="Schemas.SchemaStore"/> changes it later.</summary>
public sealed class ProjectStore(AnnotationDatabase database)
{
    private const int MaximumNameLength = 200;

    /// <param name="relations">Null for those of <see cref="DefaultSchema"/>.</param>
    /// <param name="attributes">Null for those of <see cref="DefaultSchema"/>.</param>
    /// <exception cref="UnusableInputException">
    /// <c>name_missing</c>, <c>name_taken</c>, <c>schema_duplicate</c>, <c>label_not_in_schema</c>.
    /// </exception>
    public Project Create(
        string name,
        IReadOnlyList<LabelDefinition> labels,
        IReadOnlyList<IntentDefinition> intents,
        string actor,
        IReadOnlyList<RelationDefinition>? relations = null,
        IReadOnlyList<AttributeDefinition>? attributes = null
    )
    {
        CheckName("project", name);
        var names = labels.Select(label => label.Name).ToList();
        relations ??= DefaultSchema.Relations(names);
        attributes ??= DefaultSchema.Attributes(names);
        CheckNames("relation", relations.Select(relation => relation.Name));
        CheckNames("attribute", attributes.Select(attribute => attribute.Name));
        CheckKnown(names, relations.SelectMany(relation => (relation.From ?? []).Concat(relation.To ?? [])));
        CheckKnown(names, attributes.SelectMany(attribute => attribute.Labels ?? []));
        CheckNames("label", labels.Select(label => label.Name));
        CheckNames("intent", intents.Select(intent => intent.Name));
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                string id = transaction.NewId();
                CheckFree(connection, name, id);
                connection.Execute(
                    "INSERT INTO projects (id, name, created_at, created_by) VALUES (@id, @name, @at, @by)",
                    new
                    {
                        id,
                        name,
                        at = transaction.NowMilliseconds,
                        by = transaction.Actor,
                    }
                );
                connection.Execute(
                    """
                    INSERT INTO project_labels (project_id, position, name, colour, shortcut, description, examples)
                    VALUES (@id, @position, @Name, @Colour, @Key, @Description, @examples)
                    """,
                    labels.Select(
                        (label, position) =>
                            new
                            {
                                id,
                                position,
                                label.Name,
                                label.Colour,
                                label.Key,
                                label.Description,
                                examples = label.Examples is null ? null : StoredJson.Write(label.Examples),
                            }
                    )
                );
                connection.Execute(
                    "INSERT INTO project_intents (project_id, position, name, description) VALUES (@id, @position, @Name, @Description)",
                    intents.Select(
                        (intent, position) =>
                            new
                            {
                                id,
                                position,
                                intent.Name,
                                intent.Description,
                            }
                    )
                );
                StoredSchema.Insert(connection, id, relations, attributes);
                transaction.Audit("project.created", id, new() { ["labels"] = labels.Count, ["intents"] = intents.Count });
                return Find(connection, id)!;
            }
        );
    }

    /// <exception cref="UnusableInputException"><c>name_missing</c>, <c>name_taken</c>.</exception>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Project Rename(string id, string name, string actor)
    {
        CheckName("project", name);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                Require(connection, id);
                CheckFree(connection, name, id);
                if (connection.Execute("UPDATE projects SET name = @name WHERE id = @id AND name <> @name", new { id, name }) > 0)
                {
                    transaction.Audit("project.renamed", id);
                }
                else
                {
                    transaction.NothingChanged();
                }

                return Find(connection, id)!;
            }
        );
    }

    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Project Get(string id) => database.Read(connection => Get(connection, id));

    public Project? FindByName(string name) =>
        database.Read(connection =>
            connection.ExecuteScalar<string?>("SELECT id FROM projects WHERE name = @name", new { name }) is { } id
                ? Find(connection, id)
                : null
        );

    /// <param name="only">The projects to choose from; null for all.</param>
    public Page<Project> List(int limit = 100, string? after = null, IReadOnlyCollection<string>? only = null)
    {
        limit = Page<Project>.Bound(limit);
        return database.Read(connection =>
        {
            var found = connection
                .Query<string>(
                    only is null
                        ? "SELECT id FROM projects WHERE id > @after ORDER BY id LIMIT @count"
                        : "SELECT id FROM projects WHERE id > @after AND id IN @only ORDER BY id LIMIT @count",
                    new
                    {
                        after = after ?? "",
                        count = limit + 1,
                        only,
                    }
                )
                .Select(id => Find(connection, id)!)
                .ToList();
            return Page<Project>.Of(found, limit, project => project.Id);
        });
    }

    internal static Project Get(SqliteConnection connection, string id) =>
        Find(connection, id) ?? throw new RecordNotFoundException("project", id);

    /// <summary>Where the project need only be there: its documents are not counted.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    internal static void Require(SqliteConnection connection, string id)
    {
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM projects WHERE id = @id", new { id }) == 0)
        {
            throw new RecordNotFoundException("project", id);
        }
    }

    /// <summary>What spans, turns and relations of the project may carry.</summary>
    internal static ProjectSchema Schema(SqliteConnection connection, string projectId)
    {
        var labels = connection.Query<string>("SELECT name FROM project_labels WHERE project_id = @projectId", new { projectId });
        var intents = connection.Query<string>("SELECT name FROM project_intents WHERE project_id = @projectId", new { projectId });
        var former = StoredParts.Names(connection, projectId);
        return new ProjectSchema(
            labels.ToHashSet(),
            intents.Append(IntentPrediction.OutOfScope).ToHashSet(),
            StoredSchema.Relations(connection, projectId).ToDictionary(relation => relation.Name),
            StoredSchema.Attributes(connection, projectId).ToDictionary(attribute => attribute.Name)
        )
        {
            LabelsNow = StoredLabelNames.Load(connection, projectId),
            RelationsNow = former[(SchemaPart.Relation, "")].ToDictionary(pair => pair.Name, pair => pair.Now),
            AttributesNow = former[(SchemaPart.Attribute, "")].ToDictionary(pair => pair.Name, pair => pair.Now),
            ValuesNow = former
                .Where(group => group.Key.Part == SchemaPart.Value)
                .SelectMany(group => group.Select(pair => (Key: (group.Key.Attribute, pair.Name), pair.Now)))
                .ToDictionary(pair => pair.Key, pair => pair.Now),
        };
    }

    /// <summary>The project's documents for an annotator, without what they read blindly.</summary>
    public DocumentCounts CountsFor(string id, string blind) => database.Read(connection => Counts(connection, id, blind));

    private static DocumentCounts Counts(SqliteConnection connection, string id, string? blind)
    {
        var counts = DocumentListStore.Count(connection, id, filter: null, blind).ToLookup(count => count.Status, count => count.Documents);
        return new(counts[DocumentStatus.New].Sum(), counts[DocumentStatus.InProgress].Sum(), counts[DocumentStatus.Done].Sum());
    }

    private static Project? Find(SqliteConnection connection, string id)
    {
        var row = connection.QuerySingleOrDefault<Row>("SELECT * FROM projects WHERE id = @id", new { id });
        if (row is null)
        {
            return null;
        }

        var labels = connection.Query<LabelRow>(
            "SELECT name, colour, shortcut, description, examples FROM project_labels WHERE project_id = @id ORDER BY position",
            new { id }
        );
        var intents = connection.Query<LabelRow>(
            "SELECT name, description FROM project_intents WHERE project_id = @id ORDER BY position",
            new { id }
        );
        return new Project(
            row.Id,
            row.Name,
            [.. labels.Select(label => label.ToLabel())],
            [.. intents.Select(intent => new IntentDefinition(intent.Name, intent.Description))],
            StoredSchema.Relations(connection, id),
            StoredSchema.Attributes(connection, id),
            Counts(connection, id, null),
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            row.CreatedBy
        )
        {
            SchemaVersion = row.SchemaVersion,
        };
    }

    private static void CheckNames(string kind, IEnumerable<string> names)
    {
        var seen = new HashSet<string>();
        foreach (string name in names)
        {
            CheckName(kind, name);
            if (!seen.Add(name))
            {
                throw new UnusableInputException("schema_duplicate", $"the {kind} '{name}' is defined twice");
            }
        }
    }

    /// <param name="id">The project that is to have the name.</param>
    private static void CheckFree(SqliteConnection connection, string name, string id)
    {
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM projects WHERE name = @name AND id <> @id", new { name, id }) > 0)
        {
            throw new UnusableInputException("name_taken", "a project with this name exists");
        }
    }

    private static void CheckKnown(List<string> labels, IEnumerable<string> named)
    {
        if (named.FirstOrDefault(label => !labels.Contains(label)) is { } unknown)
        {
            throw new UnusableInputException("label_not_in_schema", $"the project has no label '{unknown}'");
        }
    }

    internal static void CheckName(string kind, string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaximumNameLength)
        {
            throw new UnusableInputException("name_missing", $"a {kind} needs a name of 1 to {MaximumNameLength} characters");
        }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public int SchemaVersion { get; init; }
    }

    internal sealed class LabelRow
    {
        public string Name { get; init; } = "";
        public string? Colour { get; init; }
        public string? Shortcut { get; init; }
        public string? Description { get; init; }
        public string? Examples { get; init; }

        public LabelDefinition ToLabel() => new(Name, Colour, Shortcut, Description, StoredJson.ReadOrDefault<List<string>>(Examples));
    }
}
