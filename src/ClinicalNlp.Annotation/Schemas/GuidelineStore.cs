using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>A text of a project's guidelines.</summary>
/// <param name="Label">Empty for the project as a whole.</param>
/// <param name="Version">Of the schema, that writing it made; 0 of a text that nobody has written yet.</param>
/// <param name="Text">Markdown.</param>
public sealed record Guideline(string Label, int Version, string Text, string? By, DateTimeOffset? At);

/// <summary>What people are told about labels: Markdown for the project and for each label, every version kept.</summary>
public sealed class GuidelineStore(AnnotationDatabase database)
{
    /// <summary>UTF-16 code units of one text.</summary>
    public const int MaximumLength = 100_000;

    /// <summary>The texts in force: the project's first, then those of labels in their order; nothing for what was never written.</summary>
    public IReadOnlyList<Guideline> Of(string projectId) =>
        database.Read(connection =>
        {
            var places = ProjectStore.Get(connection, projectId).Labels.Select(label => label.Name).Prepend("").ToList();
            return connection
                .Query<Row>(
                    """
                    SELECT label, version, text, actor, at FROM guidelines g WHERE project_id = @projectId AND version = (
                        SELECT max(version) FROM guidelines n WHERE n.project_id = g.project_id AND n.label = g.label)
                    """,
                    new { projectId }
                )
                .Where(row => places.Contains(row.Label))
                .OrderBy(row => places.IndexOf(row.Label))
                .Select(row => row.ToGuideline())
                .ToList();
        });

    /// <param name="label">Empty for the project's own.</param>
    /// <param name="seen">The version of the text that was edited; 0 where there was none.</param>
    /// <exception cref="StaleSchemaException">Somebody else wrote it since.</exception>
    /// <exception cref="UnusableInputException"><c>label_not_in_schema</c>, <c>text_too_long</c>, <c>no_changes</c>, <c>not_found</c>.</exception>
    public Guideline Write(string projectId, string label, string text, int seen, string actor)
    {
        if (text.Length > MaximumLength)
        {
            throw new UnusableInputException("text_too_long", $"a guideline has at most {MaximumLength} UTF-16 code units");
        }

        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var project = ProjectStore.Get(connection, projectId);
                if (label.Length > 0 && project.Labels.All(known => known.Name != label))
                {
                    throw new UnusableInputException("label_not_in_schema", "the project has no label of this name");
                }

                var before = Newest(connection, projectId, label);
                if ((before?.Version ?? 0) != seen)
                {
                    throw new StaleSchemaException(project.SchemaVersion);
                }

                if ((before?.Text ?? "") == text)
                {
                    throw new UnusableInputException("no_changes", "the guideline says this already");
                }

                int version = StoredSchemaVersions.Append(
                    transaction,
                    projectId,
                    new SchemaVersionEntry(SchemaChangeKind.Guideline, [], null, null, null, 0, 0, label)
                );
                connection.Execute(
                    "INSERT INTO guidelines (project_id, label, version, text, actor, at) VALUES (@projectId, @label, @version, @text, @by, @at)",
                    new
                    {
                        projectId,
                        label,
                        version,
                        text,
                        by = transaction.Actor,
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit(
                    "schema.guideline",
                    projectId,
                    new()
                    {
                        ["version"] = version,
                        ["label"] = label,
                        ["length"] = text.Length,
                    }
                );
                return Newest(connection, projectId, label)!.ToGuideline();
            }
        );
    }

    /// <summary>The versions of one text, the newest first.</summary>
    public Page<Guideline> History(string projectId, string label, int limit = 100, string? after = null)
    {
        limit = Page<Guideline>.Bound(limit);
        return database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = connection
                .Query<Row>(
                    """
                    SELECT label, version, text, actor, at FROM guidelines
                    WHERE project_id = @projectId AND label = @label AND version < @before ORDER BY version DESC LIMIT @count
                    """,
                    new
                    {
                        projectId,
                        label,
                        before = int.TryParse(after, out int parsed) ? parsed : int.MaxValue,
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToGuideline())
                .ToList();
            return Page<Guideline>.Of(rows, limit, guideline => $"{guideline.Version}");
        });
    }

    private static Row? Newest(SqliteConnection connection, string projectId, string label) =>
        connection.QueryFirstOrDefault<Row>(
            """
            SELECT label, version, text, actor, at FROM guidelines
            WHERE project_id = @projectId AND label = @label ORDER BY version DESC LIMIT 1
            """,
            new { projectId, label }
        );

    private sealed class Row
    {
        public string Label { get; init; } = "";
        public int Version { get; init; }
        public string Text { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }

        public Guideline ToGuideline() => new(Label, Version, Text, Actor, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }
}
