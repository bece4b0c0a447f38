using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <param name="Assignee">Whose working copy it is; null when it is none.</param>
/// <param name="Blind">Not to be read by the annotator who asks.</param>
public sealed record DocumentStanding(string ProjectId, string? Assignee, bool Blind);

/// <summary>
/// Documents that an annotator must not read themselves, because what stands on them is the answer to what they are asked: every gold
/// question, and every document that they were given a reading of, also after they have finished it (they could open their copy again).
/// </summary>
/// <remarks>For annotators alone: reviewers decide what becomes of readings.</remarks>
public sealed class BlindSourceStore(AnnotationDatabase database)
{
    /// <summary>Of a document <c>d</c> and a <c>@reader</c>.</summary>
    internal const string Condition = """
        (EXISTS (SELECT 1 FROM gold_questions g WHERE g.document_id = d.id)
            OR EXISTS (SELECT 1 FROM assignments a WHERE a.document_id = d.id AND (a.person = @reader OR a.holder = @reader))
            OR EXISTS (SELECT 1 FROM documents c WHERE c.source_id = d.id AND c.assignee = @reader))
        """;

    /// <returns>Null when there is no such document.</returns>
    public DocumentStanding? StandingOf(string documentId, string reader) =>
        database.Read(connection =>
            connection
                .Query<(string ProjectId, string? Assignee, long Blind)>(
                    $"SELECT d.project_id, d.assignee, {Condition} FROM documents d WHERE d.id = @documentId",
                    new { documentId, reader }
                )
                .Select(row => new DocumentStanding(row.ProjectId, row.Assignee, row.Blind == 1))
                .FirstOrDefault()
        );

    /// <param name="reader">An annotator; null for those who may read everything.</param>
    public IReadOnlySet<string> Of(string projectId, string? reader) => database.Read(connection => Of(connection, projectId, reader));

    internal static HashSet<string> Of(SqliteConnection connection, string projectId, string? reader) =>
        reader is null
            ? []
            :
            [
                .. connection.Query<string>(
                    $"SELECT d.id FROM documents d WHERE d.project_id = @projectId AND d.source_id IS NULL AND {Condition}",
                    new { projectId, reader }
                ),
            ];
}
