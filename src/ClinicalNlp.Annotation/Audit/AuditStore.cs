using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Audit;

/// <summary>Who did what to which record, and when.</summary>
/// <param name="Action">For example <c>document.corrected</c> or <c>model.promoted</c>.</param>
/// <param name="Subject">The id of the record.</param>
/// <param name="Details">Further identifiers, counts and names of schema elements; never clinical text.</param>
public sealed record AuditRecord(
    long Sequence,
    DateTimeOffset At,
    string Actor,
    string Action,
    string Subject,
    JsonObject Details,
    string PreviousHash,
    string Hash
);

/// <param name="Action">A whole action, or the part before its dot: <c>document</c> is all that happened to documents.</param>
/// <param name="Until">Exclusive.</param>
public sealed record AuditFilter(
    string? Actor = null,
    string? Action = null,
    string? Subject = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null
);

/// <param name="Records">How many records are whole, from the first on.</param>
/// <param name="Head">The hash of the last of them. Noted elsewhere, it also shows a log that was written anew as a whole.</param>
/// <param name="FirstBroken">The sequence number of the first record that does not fit; null when all do.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record AuditVerification(long Records, string Head, long? FirstBroken, string? Reason);

/// <summary>The append-only log. Each record's hash covers the record before it, so that a record changed or cut out later shows.</summary>
public sealed class AuditStore(AnnotationDatabase database)
{
    private const string Columns = "id, at, actor, action, subject, details, previous_hash, hash";

    // The hash before the first record.
    private static readonly string Root = new('0', 64);

    /// <summary>Records an event that changes nothing else in the store, such as a model that answered a request.</summary>
    public void Record(string actor, string action, string subject, JsonObject? details = null) =>
        database.Write(actor, transaction => transaction.Audit(action, subject, details));

    /// <param name="after">The sequence number from <see cref="Page{T}.Next"/>.</param>
    public Page<AuditRecord> List(int limit = 100, string? after = null, AuditFilter? filter = null)
    {
        limit = Page<AuditRecord>.Bound(limit);
        // Newest first: a steward asks what just happened.
        long before = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? parsed : long.MaxValue;
        var rows = database.Read(connection =>
            connection
                .Query<Row>(
                    $"""
                    SELECT {Columns} FROM audit_log
                    WHERE id < @before AND (@Actor IS NULL OR actor = @Actor) AND (@Subject IS NULL OR subject = @Subject)
                    AND (@Action IS NULL OR action = @Action OR substr(action, 1, length(@Action) + 1) = @Action || '.')
                    AND (@from IS NULL OR at >= @from) AND (@until IS NULL OR at < @until)
                    ORDER BY id DESC LIMIT @count
                    """,
                    new
                    {
                        before,
                        filter?.Actor,
                        filter?.Subject,
                        filter?.Action,
                        from = filter?.From?.ToUnixTimeMilliseconds(),
                        until = filter?.Until?.ToUnixTimeMilliseconds(),
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToRecord())
                .ToList()
        );
        return Page<AuditRecord>.Of(rows, limit, record => record.Sequence.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Recomputes the whole chain.</summary>
    public AuditVerification Verify() =>
        database.Read(connection =>
        {
            string previous = Root;
            long records = 0;
            foreach (var row in connection.Query<Row>($"SELECT {Columns} FROM audit_log ORDER BY id", buffered: false))
            {
                string? reason =
                    row.Id != records + 1 ? $"record {records + 1} is missing"
                    : row.PreviousHash != previous ? "it does not follow the record before it"
                    : row.Hash != HashOf(previous, row.At, row.Actor, row.Action, row.Subject, row.Details) ? "it was changed"
                    : null;
                if (reason is not null)
                {
                    return new AuditVerification(records, previous, records + 1, reason);
                }

                previous = row.Hash;
                records++;
            }

            // The database counts its records beside the log, so that a log cut short at its end shows.
            long ever = connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'audit_log'");
            return ever == records
                ? new AuditVerification(records, previous, null, null)
                : new AuditVerification(records, previous, records + 1, $"records {records + 1} to {ever} are missing");
        });

    /// <summary>Whether a record has this hash.</summary>
    public bool Holds(string hash) =>
        hash == Root
        || database.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM audit_log WHERE hash = @hash", new { hash }))
            > 0;

    /// <summary>The sequence number of the first record that does not fit, or null when all do.</summary>
    public long? FirstBroken() => Verify().FirstBroken;

    internal static void Append(SqliteConnection connection, long at, string actor, string action, string subject, JsonObject? details)
    {
        string json = details?.ToJsonString(StoredJson.Options) ?? "{}";
        string previousHash = connection.ExecuteScalar<string?>("SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1") ?? Root;
        connection.Execute(
            """
            INSERT INTO audit_log (at, actor, action, subject, details, previous_hash, hash)
            VALUES (@at, @actor, @action, @subject, @json, @previousHash, @hash)
            """,
            new
            {
                at,
                actor,
                action,
                subject,
                json,
                previousHash,
                hash = HashOf(previousHash, at, actor, action, subject, json),
            }
        );
    }

    private static string HashOf(string previous, long at, string actor, string action, string subject, string details)
    {
        // As a JSON array, so that no choice of field contents can move a border between fields.
        var fields = new JsonArray(previous, at, actor, action, subject, details);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fields.ToJsonString(StoredJson.Options))));
    }

    private sealed class Row
    {
        public long Id { get; init; }
        public long At { get; init; }
        public string Actor { get; init; } = "";
        public string Action { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Details { get; init; } = "";
        public string PreviousHash { get; init; } = "";
        public string Hash { get; init; } = "";

        public AuditRecord ToRecord() =>
            new(
                Id,
                DateTimeOffset.FromUnixTimeMilliseconds(At),
                Actor,
                Action,
                Subject,
                JsonNode.Parse(Details)!.AsObject(),
                PreviousHash,
                Hash
            );
    }
}
