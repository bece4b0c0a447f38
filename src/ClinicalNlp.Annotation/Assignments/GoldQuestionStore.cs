using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>A finished document that is put before people unseen.</summary>
/// <param name="Answered">By how many people.</param>
public sealed record GoldQuestion(string DocumentId, string? ExternalId, DateTimeOffset Added, string AddedBy, int Answered);

/// <summary>Which documents people are compared with; <see cref="AssignmentStore.AddGoldQuestions"/> makes them.</summary>
public sealed class GoldQuestionStore(AnnotationDatabase database)
{
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<GoldQuestion> List(string projectId) =>
        database.Read(connection =>
        {
            ProjectStore.Get(connection, projectId);
            return connection
                .Query<(string DocumentId, string? ExternalId, long AddedAt, string AddedBy, int Answered)>(
                    """
                    SELECT g.document_id, d.external_id, g.added_at, g.added_by, (
                        SELECT count(*) FROM assignments a JOIN documents c ON c.id = a.copy_id
                        WHERE a.document_id = g.document_id AND a.kind = 'gold_question' AND c.status = 'done')
                    FROM gold_questions g JOIN documents d ON d.id = g.document_id WHERE d.project_id = @projectId ORDER BY g.document_id
                    """,
                    new { projectId }
                )
                .Select(row => new GoldQuestion(
                    row.DocumentId,
                    row.ExternalId,
                    DateTimeOffset.FromUnixTimeMilliseconds(row.AddedAt),
                    row.AddedBy,
                    row.Answered
                ))
                .ToList();
        });

    /// <summary>The document is nobody's question any more, and what was answered to it no longer counts for or against anybody.</summary>
    /// <exception cref="RecordNotFoundException">No such project, or the document is no gold question of it.</exception>
    public void Remove(string projectId, string documentId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                ProjectStore.Get(transaction.Connection, projectId);
                int gone = transaction.Connection.Execute(
                    """
                    DELETE FROM gold_questions WHERE document_id = @documentId
                        AND document_id IN (SELECT id FROM documents WHERE project_id = @projectId)
                    """,
                    new { documentId, projectId }
                );
                if (gone == 0)
                {
                    throw new RecordNotFoundException("gold question", documentId);
                }

                transaction.Audit("gold_questions.removed", projectId, new() { ["document"] = documentId });
            }
        );
}
