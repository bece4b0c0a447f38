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
                ProjectStore.Get(connection, projectId);
                var documents = Documents(connection, projectId, documentIds);
                var readings = connection
                    .Query<Row>("SELECT * FROM assignments WHERE project_id = @projectId AND kind = 'work'", new { projectId })
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
                        Insert(transaction, projectId, document, "work", person);
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

    /// <summary>The document a person should work on now: one they have begun, or else the first of the queue, locked for them.</summary>
    /// <returns>Null when there is none for them.</returns>
    public Assignment? Next(string projectId, string person, QueueOrder order = QueueOrder.Given) =>
        database.Write(
            person,
            transaction =>
            {
                var connection = transaction.Connection;
                ProjectStore.Get(connection, projectId);
                var settings = Settings(connection, projectId);
                var waiting = Waiting(connection, projectId, person, transaction.NowMilliseconds, settings);
                string id;
                if (waiting.Find(row => row.Holder == person) is { } begun)
                {
                    id = begun.Id;
                }
                else if (GoldQuestion(transaction, projectId, person, settings) is { } question)
                {
                    id = question;
                }
                else if (waiting.Count > 0)
                {
                    var scores = StoredQueueScores.Of(connection, projectId, order, [.. waiting.Select(row => row.DocumentId)]);
                    // Work given to somebody by name goes before what anybody may take.
                    id = waiting
                        .OrderBy(row => row.Person is null)
                        .ThenByDescending(row => scores.GetValueOrDefault(row.DocumentId))
                        .ThenBy(row => row.Id, StringComparer.Ordinal)
                        .First()
                        .Id;
                }
                else
                {
                    transaction.NothingChanged();
                    return null;
                }

                Take(transaction, id, person, settings);
                return Get(connection, projectId, id, transaction.NowMilliseconds, settings);
            }
        );

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
                var assignment = Get(connection, projectId, assignmentId, transaction.NowMilliseconds, Settings(connection, projectId));
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
            ProjectStore.Get(connection, projectId);
            var rows = Rows(connection, projectId, "a.kind = 'work' AND a.id > @after", new { projectId, after = after ?? "" }, limit + 1);
            return Page<Assignment>.Of(Described(connection, projectId, rows), limit, assignment => assignment.Id);
        });
    }

    /// <summary>What a person has, begun or given by name, newest first; gold questions look like the rest.</summary>
    public IReadOnlyList<Assignment> Of(string projectId, string person) =>
        database.Read(connection =>
        {
            ProjectStore.Get(connection, projectId);
            var rows = Rows(
                connection,
                projectId,
                "(a.holder = @person OR (a.holder IS NULL AND a.person = @person))",
                new { projectId, person },
                1000
            );
            return Enumerable.Reverse(Described(connection, projectId, rows)).ToList();
        });

    public IReadOnlyList<PersonProgress> Progress(string projectId) =>
        database.Read(connection =>
            Described(connection, projectId, Rows(connection, projectId, "a.kind = 'work'", new { projectId }, int.MaxValue))
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

    public AssignmentSettings Settings(string projectId) => database.Read(connection => Settings(connection, projectId));

    /// <exception cref="UnusableInputException"><c>invalid_value</c>, <c>not_found</c>.</exception>
    public void Save(string projectId, AssignmentSettings settings, string actor)
    {
        if (settings is not { LockMinutes: > 0 and <= 10_000, GoldQuestionEvery: >= 0, SeededShare: >= 0 and <= 0.5 })
        {
            throw new UnusableInputException("invalid_value", "minutes above 0, gold questions from 0, a seeded share from 0 to 0.5");
        }

        database.Write(
            actor,
            transaction =>
            {
                ProjectStore.Get(transaction.Connection, projectId);
                transaction.Connection.Execute(
                    """
                    INSERT INTO assignment_settings (project_id, lock_minutes, suggestions, gold_question_every, seeded_share)
                    VALUES (@projectId, @LockMinutes, @Suggestions, @GoldQuestionEvery, @SeededShare)
                    ON CONFLICT DO UPDATE SET lock_minutes = @LockMinutes, suggestions = @Suggestions,
                        gold_question_every = @GoldQuestionEvery, seeded_share = @SeededShare
                    """,
                    new
                    {
                        projectId,
                        settings.LockMinutes,
                        settings.Suggestions,
                        settings.GoldQuestionEvery,
                        settings.SeededShare,
                    }
                );
                transaction.Audit("assignments.configured", projectId);
            }
        );
    }

    /// <summary>Finished documents become gold questions; what is on them is what people's copies are compared with.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>document_open</c>.</exception>
    public void AddGoldQuestions(string projectId, IReadOnlyCollection<string> documentIds, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                foreach (string id in Documents(transaction.Connection, projectId, documentIds))
                {
                    if (StoredDocument.Load(transaction.Connection, id).Status != DocumentStatus.Done)
                    {
                        throw new UnusableInputException("document_open", "a gold question must be a finished document");
                    }

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

    internal static AssignmentSettings Settings(SqliteConnection connection, string projectId) =>
        connection.QuerySingleOrDefault<SettingsRow>("SELECT * FROM assignment_settings WHERE project_id = @projectId", new { projectId })
            is { } row
            ? new AssignmentSettings(row.LockMinutes, row.Suggestions != 0, row.GoldQuestionEvery, row.SeededShare)
            : new AssignmentSettings();

    private static List<string> Documents(SqliteConnection connection, string projectId, IReadOnlyCollection<string>? wanted)
    {
        var known = connection
            .Query<string>(
                $"""
                SELECT id FROM documents WHERE project_id = @projectId AND source_id IS NULL AND withdrawn_at IS NULL {(
                    wanted is null ? "AND status <> 'done' AND id NOT IN (SELECT document_id FROM set_aside)" : ""
                )}
                ORDER BY id
                """,
                new { projectId }
            )
            .ToList();
        if (wanted is null)
        {
            return known;
        }

        var all = known.ToHashSet();
        return wanted.FirstOrDefault(id => !all.Contains(id)) is { } unknown
            ? throw new RecordNotFoundException("document", unknown)
            : wanted.Distinct().ToList();
    }

    private static string Insert(WriteTransaction transaction, string projectId, string documentId, string kind, string? person)
    {
        string id = transaction.NewId();
        transaction.Connection.Execute(
            """
            INSERT INTO assignments (id, project_id, document_id, kind, person, created_at, created_by)
            VALUES (@id, @projectId, @documentId, @kind, @person, @at, @by)
            """,
            new
            {
                id,
                projectId,
                documentId,
                kind,
                person,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        return id;
    }

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

    /// <summary>What this person may take: theirs or anybody's, not done, not skipped by them, locked by nobody else, and no second copy.</summary>
    private static List<Row> Waiting(SqliteConnection connection, string projectId, string person, long now, AssignmentSettings settings) =>
        connection
            .Query<Row>(
                """
                SELECT a.*, c.status AS copy_status, c.updated_at AS copy_updated FROM assignments a
                LEFT JOIN documents c ON c.id = a.copy_id
                WHERE a.project_id = @projectId AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.document_id = a.document_id)
                    AND (a.holder = @person OR (a.kind = 'work' AND (a.person = @person OR a.person IS NULL)))
                    AND NOT EXISTS (SELECT 1 FROM assignment_skips s WHERE s.assignment_id = a.id AND s.person = @person)
                    AND (a.holder = @person
                        OR NOT EXISTS (SELECT 1 FROM documents o WHERE o.source_id = a.document_id AND o.assignee = @person AND o.status = 'done'))
                    AND (a.holder = @person OR NOT EXISTS (
                        SELECT 1 FROM assignments o WHERE o.document_id = a.document_id AND o.holder = @person))
                """,
                new { projectId, person }
            )
            .Where(row => row.CopyStatus != "done" && (row.Holder is null || row.Holder == person || !row.IsLocked(now, settings)))
            .ToList();

    private static void Take(WriteTransaction transaction, string id, string person, AssignmentSettings settings)
    {
        var connection = transaction.Connection;
        var row = connection.QuerySingle<Row>("SELECT * FROM assignments WHERE id = @id", new { id });
        string copy =
            WorkingCopyStore.Find(connection, row.DocumentId, person)
            ?? WorkingCopyStore.Create(transaction, row.DocumentId, person, settings.Suggestions);
        connection.Execute(
            "UPDATE assignments SET holder = @person, copy_id = @copy, locked_until = @until WHERE id = @id",
            new
            {
                id,
                person,
                copy,
                until = transaction.NowMilliseconds + settings.LockMilliseconds,
            }
        );
        transaction.Audit("assignment.taken", id, new() { ["document"] = row.DocumentId, ["copy"] = copy });
    }

    /// <summary>A gold question for this person, when it is time for one and there is one they have not seen.</summary>
    private static string? GoldQuestion(WriteTransaction transaction, string projectId, string person, AssignmentSettings settings)
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
        return document is null ? null : Insert(transaction, projectId, document, "gold_question", person);
    }

    private static Assignment Get(SqliteConnection connection, string projectId, string id, long now, AssignmentSettings settings) =>
        Rows(connection, projectId, "a.id = @id", new { projectId, id }, 1).Select(row => row.ToAssignment(now, settings)).FirstOrDefault()
        ?? throw new RecordNotFoundException("assignment", id);

    private List<Assignment> Described(SqliteConnection connection, string projectId, IEnumerable<Row> rows)
    {
        var settings = Settings(connection, projectId);
        long now = database.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. rows.Select(row => row.ToAssignment(now, settings))];
    }

    private static List<Row> Rows(SqliteConnection connection, string projectId, string where, object values, int count)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("projectId", projectId);
        parameters.Add("count", count);
        return connection
            .Query<Row>(
                $"""
                SELECT a.*, d.external_id, c.status AS copy_status, c.updated_at AS copy_updated, s.reason AS skip_reason,
                    (SELECT count(*) FROM comments o WHERE o.document_id = a.copy_id AND o.author <> a.holder AND o.id > coalesce(
                        (SELECT r.comment_id FROM comment_reads r WHERE r.document_id = a.copy_id AND r.reader = a.holder), '')) AS unread_comments
                FROM assignments a JOIN documents d ON d.id = a.document_id LEFT JOIN documents c ON c.id = a.copy_id
                LEFT JOIN assignment_skips s ON s.assignment_id = a.id AND s.person = a.person
                WHERE a.project_id = @projectId AND d.withdrawn_at IS NULL AND {where} ORDER BY a.id LIMIT @count
                """,
                parameters
            )
            .ToList();
    }

    private sealed class SettingsRow
    {
        public double LockMinutes { get; init; }
        public long Suggestions { get; init; }
        public int GoldQuestionEvery { get; init; }
        public double SeededShare { get; init; }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string DocumentId { get; init; } = "";
        public string? ExternalId { get; init; }
        public string? Person { get; init; }
        public string? Holder { get; init; }
        public string? CopyId { get; init; }
        public string? CopyStatus { get; init; }
        public long? CopyUpdated { get; init; }
        public long? LockedUntil { get; init; }
        public string? SkipReason { get; init; }
        public int UnreadComments { get; init; }
        public long CreatedAt { get; init; }

        public bool IsLocked(long now, AssignmentSettings settings) => Until(settings) > now;

        public Assignment ToAssignment(long now, AssignmentSettings settings) =>
            new(
                Id,
                DocumentId,
                ExternalId,
                Person,
                Holder,
                CopyId,
                CopyStatus == "done" ? AssignmentState.Done
                    : Holder is not null && IsLocked(now, settings) ? AssignmentState.Taken
                    : SkipReason is not null ? AssignmentState.Skipped
                    : AssignmentState.Open,
                Until(settings) is { } until && CopyStatus != "done" ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
                SkipReason,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                UnreadComments
            );

        /// <summary>Who saves something keeps the document.</summary>
        private long? Until(AssignmentSettings settings) =>
            LockedUntil is { } until ? Math.Max(until, (CopyUpdated ?? 0) + settings.LockMilliseconds) : null;
    }
}
