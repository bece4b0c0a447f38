using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>A finished document that is put before people unseen.</summary>
/// <param name="Answered">By how many people.</param>
public sealed record GoldQuestion(string DocumentId, string? ExternalId, DateTimeOffset Added, string AddedBy, int Answered);

/// <summary>Finished documents that are given out as if they were work, to measure who reads them.</summary>
public sealed class GoldQuestionStore(AnnotationDatabase database)
{
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<GoldQuestion> List(string projectId) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
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

    /// <summary>Documents that a refusal names.</summary>
    private const int MostNamed = 10;

    /// <summary>Finished documents become gold questions; what is on them is what people's copies are compared with.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>document_open</c>.</exception>
    public void Add(string projectId, IReadOnlyCollection<string> documentIds, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var asked = StoredAssignableDocuments.Of(transaction.Connection, projectId, documentIds).ToList();
                var open = asked.Where(id => StoredDocument.Load(transaction.Connection, id).Status != DocumentStatus.Done).ToList();
                if (open.Count > 0)
                {
                    throw new UnusableInputException(
                        "document_open",
                        $"a gold question must be a finished document; {open.Count} of these {asked.Count} {(open.Count == 1 ? "is" : "are")} not: {string.Join(", ", open.Take(MostNamed))}{(open.Count > MostNamed ? ", ..." : "")}"
                    );
                }

                foreach (string id in asked)
                {
                    transaction.Connection.Execute(
                        "INSERT OR IGNORE INTO gold_questions (document_id, added_at, added_by) VALUES (@id, @at, @by)",
                        new
                        {
                            id,
                            at = transaction.NowMilliseconds,
                            by = actor,
                        }
                    );
                }

                transaction.Audit("gold_questions.added", projectId, new() { ["documents"] = documentIds.Count });
            }
        );

    /// <summary>The document is nobody's question any more, and what was answered to it no longer counts for or against anybody.</summary>
    /// <exception cref="RecordNotFoundException">No such project, or the document is no gold question of it.</exception>
    public void Remove(string projectId, string documentId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                ProjectStore.Require(transaction.Connection, projectId);
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

    /// <summary>A gold question for this person, when it is time for one and there is one they have not seen.</summary>
    /// <returns>The assignment, which is new; null when there is none.</returns>
    internal static string? Ask(WriteTransaction transaction, string projectId, string person, AssignmentSettings settings)
    {
        var connection = transaction.Connection;
        if (settings.GoldQuestionEvery == 0)
        {
            return null;
        }

        var taken = connection
            .Query<string>("SELECT kind FROM assignments WHERE project_id = @projectId AND holder = @person", new { projectId, person })
            .ToList();
        int asked = taken.Count(kind => kind == "gold_question");
        if ((asked + 1) * settings.GoldQuestionEvery > taken.Count + 1)
        {
            return null;
        }

        // A random one, so that two people who talk do not find out which it is.
        string? document = connection.ExecuteScalar<string?>(
            """
            SELECT g.document_id FROM gold_questions g JOIN documents d ON d.id = g.document_id
            WHERE d.project_id = @projectId AND d.status = 'done' AND d.withdrawn_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM documents c WHERE c.source_id = d.id AND c.assignee = @person)
                AND NOT EXISTS (SELECT 1 FROM correction_batches b
                    WHERE b.document_id = d.id AND b.actor = @person AND b.schema_version IS NULL)
            ORDER BY random() LIMIT 1
            """,
            new { projectId, person }
        );
        return document is null ? null : StoredAssignments.Insert(transaction, projectId, document, "gold_question", person);
    }
}
