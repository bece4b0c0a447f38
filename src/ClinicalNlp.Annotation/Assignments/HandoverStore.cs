using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>
/// What becomes of readings that are not getting done: skipped, given to somebody who has left, or one too many. Until then they keep their
/// document from becoming gold.
/// </summary>
public sealed class HandoverStore(AnnotationDatabase database)
{
    /// <summary>Gives a reading to somebody else. Who had begun keeps what they wrote, and it counts if they finish it.</summary>
    /// <param name="person">Null: whoever asks for work and has not skipped it.</param>
    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: it is done; <c>reading_given</c>: they have one of this document.</exception>
    public void Give(string projectId, string assignmentId, string? person, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var reading = Unfinished(transaction, projectId, assignmentId);
                if (person is not null && HasAnother(transaction, reading, person))
                {
                    throw new UnusableInputException("reading_given", "this person has another reading of the document");
                }

                transaction.Connection.Execute(
                    """
                    DELETE FROM assignment_skips WHERE assignment_id = @assignmentId AND person = @person;
                    UPDATE assignments SET person = @person, holder = NULL, copy_id = NULL, locked_until = NULL WHERE id = @assignmentId
                    """,
                    new { assignmentId, person }
                );
                transaction.Audit("assignment.given", assignmentId, new() { ["document"] = reading.DocumentId, ["person"] = person });
            }
        );

    /// <summary>Asks for one reading less of a document. Who had begun keeps what they wrote, and it counts if they finish it.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>; <c>state_conflict</c>: it is done.</exception>
    public void TakeBack(string projectId, string assignmentId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var reading = Unfinished(transaction, projectId, assignmentId);
                // Before the reading goes: who listens to the project is told of it by its record.
                transaction.Audit(
                    "assignment.withdrawn",
                    assignmentId,
                    new() { ["document"] = reading.DocumentId, ["person"] = reading.Holder ?? reading.Person }
                );
                transaction.Connection.Execute(
                    "DELETE FROM assignment_skips WHERE assignment_id = @assignmentId; DELETE FROM assignments WHERE id = @assignmentId",
                    new { assignmentId }
                );
            }
        );

    /// <remarks>Gold questions are not found: that they are none of the usual work is nobody's to see.</remarks>
    private static Reading Unfinished(WriteTransaction transaction, string projectId, string assignmentId)
    {
        ProjectStore.Require(transaction.Connection, projectId);
        var reading =
            transaction.Connection.QuerySingleOrDefault<Reading>(
                """
                SELECT a.document_id, a.person, a.holder, c.status AS copy_status FROM assignments a
                JOIN documents d ON d.id = a.document_id LEFT JOIN documents c ON c.id = a.copy_id
                WHERE a.id = @assignmentId AND a.project_id = @projectId AND a.kind = 'work' AND d.withdrawn_at IS NULL
                """,
                new { assignmentId, projectId }
            ) ?? throw new RecordNotFoundException("assignment", assignmentId);
        reading.Id = assignmentId;
        return reading.CopyStatus == "done" ? throw new UnusableInputException("state_conflict", "the reading is done") : reading;
    }

    private static bool HasAnother(WriteTransaction transaction, Reading reading, string person) =>
        transaction.Connection.ExecuteScalar<bool>(
            """
            SELECT EXISTS (SELECT 1 FROM assignments WHERE document_id = @DocumentId AND id <> @Id
                    AND (holder = @person OR (holder IS NULL AND person = @person)))
                OR EXISTS (SELECT 1 FROM documents WHERE source_id = @DocumentId AND assignee = @person AND status = 'done')
            """,
            new
            {
                reading.DocumentId,
                reading.Id,
                person,
            }
        );

    private sealed class Reading
    {
        public string Id { get; set; } = "";
        public string DocumentId { get; init; } = "";
        public string? Person { get; init; }
        public string? Holder { get; init; }
        public string? CopyStatus { get; init; }
    }
}
