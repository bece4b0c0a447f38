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
    public Page<AuditRecord> List(int limit = 100, string? after = null)
    {
        limit = Page<AuditRecord>.Bound(limit);
        // Newest first: a steward asks what just happened.
        long before = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed) ? parsed : long.MaxValue;
        var rows = database.Read(connection =>
            connection
                .Query<Row>(
                    $"SELECT {Columns} FROM audit_log WHERE id < @before ORDER BY id DESC LIMIT @count",
                    new { before, count = limit + 1 }
                )
                .Select(row => row.ToRecord())
                .ToList()
        );
        return Page<AuditRecord>.Of(rows, limit, record => record.Sequence.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Recomputes the chain.</summary>
    /// <returns>The sequence number of the first record that does not fit, or null when all do.</returns>
    public long? FirstBroken() =>
        database.Read(connection =>
        {
            string previous = Root;
            foreach (var row in connection.Query<Row>($"SELECT {Columns} FROM audit_log ORDER BY id", buffered: false))
            {
                if (row.PreviousHash != previous || row.Hash != HashOf(previous, row.At, row.Actor, row.Action, row.Subject, row.Details))
                {
                    return (long?)row.Id;
                }

                previous = row.Hash;
            }

            return null;
        });

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
