using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Who reads which document. Several people read one without seeing each other's work: each has a working copy.</summary>
public sealed class AssignmentStore(AnnotationDatabase database)
{
    private const int MaximumReasonLength = 1000;
    private const int MostReadings = 20;

    /// <summary>Sees to it that each document has so many readings, given to these people or to whoever comes.</summary>
    /// <param name="documentIds">Null: all documents of the project that are not done.</param>
    /// <param name="people">Empty: whoever asks for work. Otherwise the work is shared out evenly, and pairs of people change.</param>
    /// <returns>How many readings were added; those there were before count.</returns>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>too_few_people</c>, <c>invalid_value</c>.</exception>
    public int Assign(
        string projectId,
        IReadOnlyCollection<string>? documentIds,
        IReadOnlyCollection<string> people,
        int perDocument,
        string actor
    )
    {
        var persons = people.Select(person => person.Trim()).Distinct().ToList();
        if (perDocument is < 1 or > MostReadings || persons.Exists(person => person.Length is 0 or > 200))
        {
            throw new UnusableInputException("invalid_value", $"1 to {MostReadings} readings a document, by people with names");
        }

        if (persons.Count > 0 && persons.Count < perDocument)
        {
            throw new UnusableInputException("too_few_people", $"{perDocument} readings a document need as many people");
        }

        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                ProjectStore.Require(connection, projectId);
                var documents = StoredAssignableDocuments.Of(connection, projectId, documentIds);
                var readings = connection
                    .Query<AssignmentRow>("SELECT * FROM assignments WHERE project_id = @projectId AND kind = 'work'", new { projectId })
                    .ToLookup(row => row.DocumentId);
                var load = persons.ToDictionary(person => person, _ => 0);
                int added = 0;
                foreach (var (place, document) in documents.Index())
                {
                    var present = readings[document].ToList();
                    var who = persons
                        .Where(person => !present.Exists(row => row.Person == person || row.Holder == person))
                        .OrderBy(person => load[person])
                        // Among those with as much, another one each time, so that everybody meets everybody.
                        .ThenBy(person => (persons.IndexOf(person) + place * perDocument) % persons.Count);
                    var missing = Math.Max(0, perDocument - present.Count);
                    IEnumerable<string?> given = persons.Count > 0 ? who : Enumerable.Repeat<string?>(null, missing);
                    foreach (string? person in given.Take(missing).ToList())
                    {
                        StoredAssignments.Insert(transaction, projectId, document, "work", person);
                        added++;
                        if (person is not null)
                        {
                            load[person]++;
                        }
                    }

                    SaveWords(connection, document);
                }

                if (added == 0)
                {
                    transaction.NothingChanged();
                    return 0;
                }

                transaction.Audit("assignments.made", projectId, new() { ["documents"] = documents.Count, ["added"] = added });
                return added;
            }
        );
    }

    /// <summary>Leaves a reading to somebody else, or, when it was given by name, to whoever gives out work.</summary>
    /// <exception cref="UnusableInputException"><c>reason_missing</c>, <c>state_conflict</c>, <c>not_found</c>.</exception>
    public void Skip(string projectId, string assignmentId, string reason, string person)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaximumReasonLength)
        {
            throw new UnusableInputException("reason_missing", $"skipping needs a reason of 1 to {MaximumReasonLength} characters");
        }

        database.Write(
            person,
            transaction =>
            {
                var connection = transaction.Connection;
                var assignment = StoredAssignments.Get(
                    connection,
                    projectId,
                    assignmentId,
                    transaction.NowMilliseconds,
                    AssignmentSettingsStore.Of(connection, projectId)
                );
                if ((assignment.Person ?? assignment.Holder) != person && assignment.Holder != person)
                {
                    throw new RecordNotFoundException("assignment", assignmentId);
                }

                if (assignment.State == AssignmentState.Done)
                {
                    throw new UnusableInputException("state_conflict", "the document is done");
                }

                connection.Execute(
                    """
                    INSERT INTO assignment_skips (assignment_id, person, reason, at) VALUES (@assignmentId, @person, @reason, @at)
                    ON CONFLICT DO UPDATE SET reason = @reason, at = @at
                    """,
                    new
                    {
                        assignmentId,
                        person,
                        reason,
                        at = transaction.NowMilliseconds,
                    }
                );
                connection.Execute(
                    "UPDATE assignments SET holder = NULL, copy_id = NULL, locked_until = NULL WHERE id = @assignmentId",
                    new { assignmentId }
                );
                transaction.Audit("assignment.skipped", assignmentId, new() { ["document"] = assignment.DocumentId });
            }
        );
    }

    /// <summary>All readings of a project's documents; gold questions are not among them.</summary>
    public Page<Assignment> List(string projectId, int limit = 100, string? after = null)
    {
        limit = Page<Assignment>.Bound(limit);
        return database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = StoredAssignments.Read(
                connection,
                projectId,
                "a.kind = 'work' AND a.id > @after",
                new { projectId, after = after ?? "" },
                limit + 1
            );
            return Page<Assignment>.Of(
                StoredAssignments.At(connection, projectId, database.Time.GetUtcNow(), rows),
                limit,
                assignment => assignment.Id
            );
        });
    }

    /// <summary>What a person has, begun or given by name, newest first; gold questions look like the rest.</summary>
    public IReadOnlyList<Assignment> Of(string projectId, string person) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = StoredAssignments.Read(
                connection,
                projectId,
                "(a.holder = @person OR (a.holder IS NULL AND a.person = @person))",
                new { projectId, person },
                1000
            );
            return Enumerable.Reverse(StoredAssignments.At(connection, projectId, database.Time.GetUtcNow(), rows)).ToList();
        });

    public IReadOnlyList<PersonProgress> Progress(string projectId) =>
        database.Read(connection =>
            StoredAssignments
                .At(
                    connection,
                    projectId,
                    database.Time.GetUtcNow(),
                    StoredAssignments.Read(connection, projectId, "a.kind = 'work'", new { projectId }, int.MaxValue)
                )
                .GroupBy(assignment => assignment.Holder ?? assignment.Person ?? "")
                .OrderBy(person => person.Key, StringComparer.Ordinal)
                .Select(person => new PersonProgress(
                    person.Key,
                    person.Count(assignment => assignment.State == AssignmentState.Open),
                    person.Count(assignment => assignment.State == AssignmentState.Taken),
                    person.Count(assignment => assignment.State == AssignmentState.Skipped),
                    person.Count(assignment => assignment.State == AssignmentState.Done)
                ))
                .ToList()
        );

    private static void SaveWords(SqliteConnection connection, string id)
    {
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM document_words WHERE document_id = @id", new { id }) == 0)
        {
            string text = connection.ExecuteScalar<string>("SELECT text FROM documents WHERE id = @id", new { id })!;
            connection.Execute(
                "INSERT INTO document_words (document_id, words) VALUES (@id, @words)",
                new { id, words = HashedWords.Of(text) }
            );
        }
    }
}
