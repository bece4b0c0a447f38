using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>Addresses that are told of events, and their secrets.</summary>
public sealed class WebhookStore
{
    /// <summary>How long an earlier secret may stay valid beside the new one.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    private const int Most = 20;

    // Each is a signature more on every message.
    private const int MostOldSecrets = 3;

    private const string Columns = """
        SELECT w.*, (SELECT max(valid_until) FROM webhook_old_secrets o WHERE o.webhook_id = w.id AND o.valid_until > @now) AS old_secret_until
        FROM webhooks w
        """;

    private readonly AnnotationDatabase database;
    private readonly WebhookSecrets secrets;

    public WebhookStore(AnnotationDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        this.database = database;
        secrets = new WebhookSecrets(database.Key);
    }

    public IReadOnlyList<Webhook> List(string projectId) =>
        database.Read(connection =>
            (IReadOnlyList<Webhook>)
                [
                    .. connection
                        .Query<Row>($"{Columns} WHERE w.project_id = @projectId ORDER BY w.id", new { projectId, now = Now })
                        .Select(row => row.ToWebhook()),
                ]
        );

    /// <returns>The address and its secret, which is not shown again.</returns>
    /// <exception cref="UnusableInputException"><c>unknown_event</c>; <c>state_conflict</c>: the project has too many.</exception>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public (Webhook Webhook, string Secret) Create(string projectId, Uri url, IReadOnlyList<string> types, string actor)
    {
        ArgumentNullException.ThrowIfNull(url);
        string[] distinct = Known(types);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                if (connection.ExecuteScalar<long>("SELECT count(*) FROM projects WHERE id = @projectId", new { projectId }) == 0)
                {
                    throw new RecordNotFoundException("project", projectId);
                }

                if (
                    connection.ExecuteScalar<long>("SELECT count(*) FROM webhooks WHERE project_id = @projectId", new { projectId }) >= Most
                )
                {
                    throw new UnusableInputException("state_conflict", $"a project has at most {Most} webhooks");
                }

                string id = transaction.NewId();
                var (shown, kept) = secrets.Create(id);
                connection.Execute(
                    """
                    INSERT INTO webhooks (id, project_id, url, types, secret, created_at, created_by)
                    VALUES (@id, @projectId, @url, @types, @kept, @NowMilliseconds, @Actor)
                    """,
                    new
                    {
                        id,
                        projectId,
                        url = url.AbsoluteUri,
                        types = StoredJson.Write(distinct),
                        kept,
                        transaction.NowMilliseconds,
                        transaction.Actor,
                    }
                );
                // The host alone: some addresses are secrets by themselves.
                transaction.Audit("webhook.created", id, new() { ["project"] = projectId, ["host"] = url.Host });
                return (Get(connection, projectId, id), shown);
            }
        );
    }

    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    public void Delete(string projectId, string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                Get(transaction.Connection, projectId, id);
                transaction.Connection.Execute("DELETE FROM webhooks WHERE id = @id", new { id });
                transaction.Audit("webhook.deleted", id, new() { ["project"] = projectId });
            }
        );

    /// <summary>Moves an address, chooses its events anew, or lets its messages wait. Messages that wait go to the new address.</summary>
    /// <exception cref="UnusableInputException"><c>unknown_event</c>; <c>no_changes</c>.</exception>
    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    public Webhook Change(string projectId, string id, WebhookChange change, string actor)
    {
        ArgumentNullException.ThrowIfNull(change);
        string[]? types = change.Types is null ? null : Known(change.Types);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var now = Get(connection, projectId, id);
                string? url = change.Url?.AbsoluteUri is { } given && given != now.Url ? given : null;
                types = types is not null && !types.ToHashSet().SetEquals(now.Types) ? types : null;
                bool? paused = change.Paused is { } wanted && wanted != now.Paused is not null ? wanted : null;
                if (url is null && types is null && paused is null)
                {
                    throw new UnusableInputException("no_changes", "the webhook is so already");
                }

                connection.Execute(
                    """
                    UPDATE webhooks SET
                        url = coalesce(@url, url), types = coalesce(@types, types),
                        paused_at = CASE @paused WHEN 1 THEN @NowMilliseconds WHEN 0 THEN NULL ELSE paused_at END,
                        -- What failed was another address.
                        failing_since = CASE WHEN @url IS NULL THEN failing_since END
                    WHERE id = @id
                    """,
                    new
                    {
                        id,
                        url,
                        types = types is null ? null : StoredJson.Write(types),
                        paused,
                        transaction.NowMilliseconds,
                    }
                );
                transaction.Audit(
                    paused switch
                    {
                        true when url is null && types is null => "webhook.paused",
                        false when url is null && types is null => "webhook.resumed",
                        _ => "webhook.changed",
                    },
                    id,
                    new()
                    {
                        ["project"] = projectId,
                        ["host"] = url is null ? null : change.Url!.Host,
                        ["events"] = types?.Length,
                        ["paused"] = paused,
                    }
                );
                transaction.Announce();
                return Get(connection, projectId, id);
            }
        );
    }

    /// <summary>Makes a new secret. For the time given, messages are signed with the old one too, so that a receiver can change over without missing any.</summary>
    /// <param name="overlap">Zero when the old one has leaked: then no earlier one is used from now on.</param>
    /// <returns>The address and its new secret, which is not shown again.</returns>
    /// <exception cref="UnusableInputException"><c>state_conflict</c>: too many earlier ones are valid.</exception>
    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    public (Webhook Webhook, string Secret) Rotate(string projectId, string id, TimeSpan overlap, string actor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, LongestOverlap);
        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                Get(connection, projectId, id);
                connection.Execute(
                    "DELETE FROM webhook_old_secrets WHERE webhook_id = @id AND (@none OR valid_until <= @NowMilliseconds)",
                    new
                    {
                        id,
                        none = overlap == TimeSpan.Zero,
                        transaction.NowMilliseconds,
                    }
                );
                if (overlap > TimeSpan.Zero)
                {
                    if (
                        connection.ExecuteScalar<long>("SELECT count(*) FROM webhook_old_secrets WHERE webhook_id = @id", new { id })
                        >= MostOldSecrets
                    )
                    {
                        throw new UnusableInputException(
                            "state_conflict",
                            $"{MostOldSecrets} earlier secrets are still valid: wait, or end them all by rotating without an overlap"
                        );
                    }

                    connection.Execute(
                        "INSERT INTO webhook_old_secrets (webhook_id, secret, valid_until) SELECT id, secret, @until FROM webhooks WHERE id = @id",
                        new { id, until = (transaction.Now + overlap).ToUnixTimeMilliseconds() }
                    );
                }

                var (shown, kept) = secrets.Create(id);
                connection.Execute("UPDATE webhooks SET secret = @kept WHERE id = @id", new { id, kept });
                transaction.Audit(
                    "webhook.secret_rotated",
                    id,
                    new() { ["project"] = projectId, ["overlapSeconds"] = (long)overlap.TotalSeconds }
                );
                return (Get(connection, projectId, id), shown);
            }
        );
    }

    /// <summary>Tells a disabled address of events again, from now on.</summary>
    public Webhook Enable(string projectId, string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                Get(transaction.Connection, projectId, id);
                transaction.Connection.Execute(
                    "UPDATE webhooks SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL WHERE id = @id",
                    new { id }
                );
                transaction.Audit("webhook.enabled", id, new() { ["project"] = projectId });
                return Get(transaction.Connection, projectId, id);
            }
        );

    private long Now => database.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string[] Known(IReadOnlyList<string> types)
    {
        string[] distinct = [.. types.Distinct()];
        return distinct.Length > 0 && Array.TrueForAll(distinct, type => EventTypes.All.Contains(type))
            ? distinct
            : throw new UnusableInputException("unknown_event", $"the events are one or more of {string.Join(", ", EventTypes.All)}");
    }

    private Webhook Get(SqliteConnection connection, string projectId, string id) => Get(connection, projectId, id, Now);

    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    internal static Webhook Get(SqliteConnection connection, string projectId, string id, long now) =>
        connection
            .QuerySingleOrDefault<Row>(
                $"{Columns} WHERE w.id = @id AND w.project_id = @projectId",
                new
                {
                    id,
                    projectId,
                    now,
                }
            )
            ?.ToWebhook()
        ?? throw new RecordNotFoundException("webhook", id);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string Url { get; init; } = "";
        public string Types { get; init; } = "";
        public long CreatedAt { get; init; }
        public string CreatedBy { get; init; } = "";
        public long? FailingSince { get; init; }
        public long? DisabledAt { get; init; }
        public string? DisabledReason { get; init; }
        public long? PausedAt { get; init; }
        public long? OldSecretUntil { get; init; }

        public Webhook ToWebhook() =>
            new(
                Id,
                ProjectId,
                Url,
                StoredJson.Read<List<string>>(Types),
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                CreatedBy,
                StoredTime.Of(FailingSince),
                StoredTime.Of(DisabledAt),
                StoredNames.ParseOrNull<DisabledReason>(DisabledReason),
                StoredTime.Of(PausedAt),
                StoredTime.Of(OldSecretUntil)
            );
    }
}
