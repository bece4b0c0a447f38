using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>Which version answered whom and when. Counts are kept for ever, the answers themselves for a time.</summary>
public sealed class AnswerStore(AnnotationDatabase database)
{
    private const string Columns = "id, at, actor, kind, model_name, model_version, document_id, texts, findings";

    // Each write holds the store's one write lock: old rows go in parts, between which corrections are saved.
    private const int ForgottenAtOnce = 5000;

    private readonly Lazy<byte[]> secret = new(() => database.Read(Secret));

    /// <summary>An id for an answer.</summary>
    /// <param name="fingerprint">Of the version's bundle.</param>
    public string NewId(DateTimeOffset at, int counter, AnswerKind kind, ModelStamp model, string fingerprint, string actor) =>
        AnswerId.Create(secret.Value, at, counter, kind, AnswerId.VersionHash(model, fingerprint), actor);

    /// <summary>What is known of an id: its row, or what the id itself says.</summary>
    /// <exception cref="RecordNotFoundException">This store gave out no such id.</exception>
    public FoundAnswer Find(string id)
    {
        var read = AnswerId.Read(id, secret.Value) ?? throw new RecordNotFoundException("answer", id);
        return database.Read(connection =>
        {
            var row = connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM answers WHERE id = @id", new { id })?.ToAnswer();
            return new FoundAnswer(
                id,
                read.At,
                read.Kind,
                row?.Model ?? VersionOf(connection, read),
                row?.Actor ?? Callers(connection).FirstOrDefault(name => read.IsOf(secret.Value, name)),
                row
            );
        });
    }

    /// <summary>Answers of any of the versions, the newest first.</summary>
    public Page<Answer> ListOf(IReadOnlyList<ModelStamp> models, int limit = 100, string? after = null)
    {
        limit = Page<Answer>.Bound(limit);
        // The newest of each version along its index, then the newest of those: a store has few versions and many answers.
        var rows = database.Read(connection =>
            models
                .SelectMany(model =>
                    connection.Query<Row>(
                        $"""
                        SELECT {Columns} FROM answers
                        WHERE model_name = @Name AND model_version = @Version AND id < @before ORDER BY id DESC LIMIT @count
                        """,
                        new
                        {
                            model.Name,
                            model.Version,
                            before = after ?? "~",
                            count = limit + 1,
                        }
                    )
                )
                .OrderByDescending(row => row.Id, StringComparer.Ordinal)
                .Take(limit + 1)
                .Select(row => row.ToAnswer())
                .ToList()
        );
        return Page<Answer>.Of(rows, limit, answer => answer.Id);
    }

    /// <summary>What models proposed on a document and on its working copies, the newest first.</summary>
    public Page<Answer> ListOn(string documentId, int limit = 100, string? after = null)
    {
        limit = Page<Answer>.Bound(limit);
        var rows = database.Read(connection =>
            connection
                .Query<Row>(
                    $"""
                    SELECT {Columns} FROM answers
                    WHERE document_id IN (SELECT id FROM documents WHERE id = @documentId OR source_id = @documentId) AND id < @before
                    ORDER BY id DESC LIMIT @count
                    """,
                    new
                    {
                        documentId,
                        before = after ?? "~",
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToAnswer())
                .ToList()
        );
        return Page<Answer>.Of(rows, limit, answer => answer.Id);
    }

    /// <summary>How many answers a version gave to each caller, ever.</summary>
    public IReadOnlyList<AnswerCount> Counts(ModelStamp model) => database.Read(connection => Counts(connection, model));

    /// <summary>When the service was killed while it recorded; an answer from then may be missing from lists and counts.</summary>
    public IReadOnlyList<RecordingGap> Gaps() =>
        database.Read(connection =>
            connection
                .Query<(long From, long Until)>(
                    """
                    SELECT r.flushed_at, (SELECT min(n.started_at) FROM answer_recordings n WHERE n.id > r.id) AS until
                    FROM answer_recordings r
                    WHERE r.ended_at IS NULL AND EXISTS (SELECT 1 FROM answer_recordings n WHERE n.id > r.id) ORDER BY r.id
                    """
                )
                .Select(gap => new RecordingGap(
                    DateTimeOffset.FromUnixTimeMilliseconds(gap.From),
                    DateTimeOffset.FromUnixTimeMilliseconds(gap.Until)
                ))
                .ToList()
        );

    internal static IReadOnlyList<AnswerCount> Counts(SqliteConnection connection, ModelStamp model) =>
        connection
            .Query<CountRow>(
                """
                SELECT actor, kind, sum(answers) AS answers, sum(lost) AS lost, min(day) AS first_day, max(day) AS last_day
                FROM answer_counts WHERE model_name = @Name AND model_version = @Version GROUP BY actor, kind ORDER BY 3 DESC, 1, 2
                """,
                new { model.Name, model.Version }
            )
            .Select(row => new AnswerCount(
                model,
                row.Actor,
                StoredNames.Parse<AnswerKind>(row.Kind),
                row.Answers,
                row.Lost,
                Day(row.FirstDay),
                Day(row.LastDay)
            ))
            .ToList();

    /// <summary>Records an answer in the transaction of what it is about.</summary>
    internal static void Append(WriteTransaction transaction, Answer answer)
    {
        Insert(transaction.Connection, [answer]);
        Count(transaction.Connection, [AnswerTally.Of(answer)]);
    }

    /// <returns>The number of this recording.</returns>
    internal long Begin() =>
        Record(transaction =>
            transaction.Connection.ExecuteScalar<long>(
                "INSERT INTO answer_recordings (started_at, flushed_at) VALUES (@at, @at) RETURNING id",
                new { at = transaction.NowMilliseconds }
            )
        );

    /// <param name="tallies">Of these answers and of those that could not be kept.</param>
    internal void Flush(long recording, IReadOnlyList<Answer> answers, IReadOnlyList<AnswerTally> tallies) =>
        Record(transaction =>
        {
            Insert(transaction.Connection, answers);
            Count(transaction.Connection, tallies);
            return transaction.Connection.Execute(
                "UPDATE answer_recordings SET flushed_at = @at WHERE id = @recording",
                new { at = transaction.NowMilliseconds, recording }
            );
        });

    internal void End(long recording) =>
        Record(transaction =>
            transaction.Connection.Execute(
                "UPDATE answer_recordings SET flushed_at = @at, ended_at = @at WHERE id = @recording",
                new { at = transaction.NowMilliseconds, recording }
            )
        );

    /// <summary>Forgets answers older than a moment. Their ids still lead to their versions, and the counts stay.</summary>
    /// <returns>How many.</returns>
    internal int Forget(DateTimeOffset before)
    {
        string lowest = AnswerId.LowestAt(before);
        int forgotten = 0;
        for (int now = ForgottenAtOnce; now == ForgottenAtOnce; forgotten += now)
        {
            now = Record(transaction =>
                transaction.Connection.Execute(
                    "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE id < @lowest ORDER BY id LIMIT @most)",
                    new { lowest, most = ForgottenAtOnce }
                )
            );
        }

        return forgotten;
    }

    private T Record<T>(Func<WriteTransaction, T> write) =>
        database.Write(
            "system",
            transaction =>
            {
                var result = write(transaction);
                // An audit row for each answer would cost what is saved here; the suggestions' own change is audited where it is made.
                transaction.OnlyProgress();
                return result;
            }
        );

    private static void Insert(SqliteConnection connection, IReadOnlyList<Answer> answers) =>
        connection.Execute(
            $"""
            INSERT INTO answers ({Columns})
            VALUES (@Id, @at, @Actor, @kind, @Name, @Version, @DocumentId, @Texts, @Findings)
            """,
            answers.Select(answer => new
            {
                answer.Id,
                at = answer.At.ToUnixTimeMilliseconds(),
                answer.Actor,
                kind = StoredNames.Of(answer.Kind),
                answer.Model.Name,
                answer.Model.Version,
                answer.DocumentId,
                answer.Texts,
                answer.Findings,
            })
        );

    private static void Count(SqliteConnection connection, IReadOnlyList<AnswerTally> tallies) =>
        connection.Execute(
            """
            INSERT INTO answer_counts (model_name, model_version, actor, kind, day, answers, lost, texts, findings)
            VALUES (@Name, @Version, @Actor, @kind, @Day, @Answers, @Lost, @Texts, @Findings)
            ON CONFLICT (model_name, model_version, actor, kind, day) DO UPDATE SET
                answers = answers + excluded.answers, lost = lost + excluded.lost,
                texts = texts + excluded.texts, findings = findings + excluded.findings
            """,
            tallies.Select(tally => new
            {
                tally.Key.Model.Name,
                tally.Key.Model.Version,
                tally.Key.Actor,
                kind = StoredNames.Of(tally.Key.Kind),
                tally.Key.Day,
                tally.Answers,
                tally.Lost,
                tally.Texts,
                tally.Findings,
            })
        );

    private static byte[] Secret(SqliteConnection connection) =>
        connection.ExecuteScalar<byte[]>("SELECT secret FROM answer_secret") ?? throw new InvalidOperationException("no secret");

    private static ModelStamp? VersionOf(SqliteConnection connection, AnswerId id) =>
        connection
            .Query<(string Name, string Version, string Fingerprint)>("SELECT name, version, fingerprint FROM model_versions")
            .Select(row => (Stamp: new ModelStamp(row.Name, row.Version), row.Fingerprint))
            .FirstOrDefault(version => id.IsOf(AnswerId.VersionHash(version.Stamp, version.Fingerprint)))
            .Stamp;

    // Callers that are no accounts are named in the counts of an earlier answer, which is written even when its row was forgotten.
    private static IEnumerable<string> Callers(SqliteConnection connection) =>
        connection.Query<string>("SELECT name FROM accounts UNION SELECT name FROM api_keys UNION SELECT actor FROM answer_counts");

    private static DateTimeOffset Day(long day) => DateTimeOffset.FromUnixTimeSeconds(day * 86_400);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public long At { get; init; }
        public string Actor { get; init; } = "";
        public string Kind { get; init; } = "";
        public string ModelName { get; init; } = "";
        public string ModelVersion { get; init; } = "";
        public string? DocumentId { get; init; }
        public int Texts { get; init; }
        public int Findings { get; init; }

        public Answer ToAnswer() =>
            new(
                Id,
                DateTimeOffset.FromUnixTimeMilliseconds(At),
                Actor,
                StoredNames.Parse<AnswerKind>(Kind),
                new ModelStamp(ModelName, ModelVersion),
                DocumentId,
                Texts,
                Findings
            );
    }

    private sealed class CountRow
    {
        public string Actor { get; init; } = "";
        public string Kind { get; init; } = "";
        public long Answers { get; init; }
        public long Lost { get; init; }
        public long FirstDay { get; init; }
        public long LastDay { get; init; }
    }
}
