using System.Security.Cryptography;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>Addresses that are told of events, and the outbox of what they are told.</summary>
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

    /// <summary>Puts a message into the outbox that says nothing but that it arrived.</summary>
    public WebhookDelivery Test(string projectId, string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                Get(transaction.Connection, projectId, id);
                string delivery = transaction.NewId();
                transaction.Connection.Execute(
                    """
                    INSERT INTO webhook_deliveries (id, webhook_id, type, body, state, created_at, next_at)
                    VALUES (@delivery, @id, @type, @body, 'waiting', @at, @at)
                    """,
                    new
                    {
                        delivery,
                        id,
                        type = EventTypes.Test,
                        body = StoredEvents.Body(EventTypes.Test, transaction.Now, projectId, null, []),
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit("webhook.tested", id, new() { ["delivery"] = delivery });
                transaction.Announce();
                return Delivery(transaction.Connection, id, delivery);
            }
        );

    /// <summary>Sends a message again, whatever became of it; with the same id, so that who has it already knows.</summary>
    public WebhookDelivery Redeliver(string projectId, string id, string deliveryId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                Get(transaction.Connection, projectId, id);
                Delivery(transaction.Connection, id, deliveryId);
                transaction.Connection.Execute(
                    "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = @at WHERE id = @deliveryId",
                    new { deliveryId, at = transaction.NowMilliseconds }
                );
                transaction.Audit("webhook.redelivered", id, new() { ["delivery"] = deliveryId });
                transaction.Announce();
                return Delivery(transaction.Connection, id, deliveryId);
            }
        );

    /// <summary>The newest first.</summary>
    public Page<WebhookDelivery> Deliveries(string projectId, string id, int limit = 100, string? after = null)
    {
        limit = Page<WebhookDelivery>.Bound(limit);
        return database.Read(connection =>
        {
            Get(connection, projectId, id);
            var rows = connection
                .Query<DeliveryRow>(
                    "SELECT * FROM webhook_deliveries WHERE webhook_id = @id AND id < @before ORDER BY id DESC LIMIT @count",
                    new
                    {
                        id,
                        before = after ?? "~",
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToDelivery())
                .ToList();
            return Page<WebhookDelivery>.Of(rows, limit, delivery => delivery.Id);
        });
    }

    /// <summary>What is to be sent now, the oldest first; of an address that does not answer not more than one, so that it holds up no other.</summary>
    public IReadOnlyList<DueDelivery> Due(int limit) =>
        database.Read(connection =>
        {
            long now = Now;
            var rows = connection.Query<(string Id, string WebhookId, string Url, string Body, byte[] Secret, long Attempts)>(
                """
                SELECT d.id, d.webhook_id, w.url, d.body, w.secret, d.attempts
                FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
                WHERE d.next_at <= @now AND w.paused_at IS NULL AND (w.failing_since IS NULL OR d.id = (
                    SELECT o.id FROM webhook_deliveries o WHERE o.webhook_id = w.id AND o.next_at <= @now ORDER BY o.next_at, o.id LIMIT 1))
                ORDER BY d.next_at, d.id LIMIT @limit
                """,
                new { now, limit }
            );
            var old = connection
                .Query<(string WebhookId, byte[] Secret)>(
                    "SELECT webhook_id, secret FROM webhook_old_secrets WHERE valid_until > @now ORDER BY valid_until DESC",
                    new { now }
                )
                .ToLookup(row => row.WebhookId, row => row.Secret);
            return (IReadOnlyList<DueDelivery>)
                [
                    .. rows.Select(row => new DueDelivery(
                        row.Id,
                        row.WebhookId,
                        row.Url,
                        row.Body,
                        [.. old[row.WebhookId].Prepend(row.Secret).Select(kept => secrets.Open(kept, row.WebhookId))],
                        (int)row.Attempts
                    )),
                ];
        });

    /// <summary>When the next delivery is due; null when none waits.</summary>
    public DateTimeOffset? NextDue() =>
        database.Read(connection =>
            connection.ExecuteScalar<long?>(
                """
                SELECT min(d.next_at) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
                WHERE d.next_at IS NOT NULL AND w.paused_at IS NULL
                """
            )
        )
            is { } at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at)
            : null;

    /// <summary>Writes down how an attempt ended, and what follows from it: another attempt, or the end of the address.</summary>
    public void Finish(DueDelivery sent, DeliveryAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        database.Write(
            "system",
            transaction =>
            {
                transaction.OnlyProgress();
                int attempts = sent.Attempts + 1;
                double random = RandomNumberGenerator.GetInt32(1_000_000) / 1e6;
                var pause = attempt.Succeeded || attempt.Status == 410 ? null : RetrySchedule.After(attempts, random);
                transaction.Connection.Execute(
                    """
                    UPDATE webhook_deliveries
                    SET state = @state, attempts = @attempts, next_at = @next, last_at = @now, last_status = @Status, last_error = @Error WHERE id = @Id
                    """,
                    new
                    {
                        sent.Id,
                        state = StoredNames.Of(
                            attempt.Succeeded ? DeliveryState.Delivered
                            : pause is null ? DeliveryState.Failed
                            : DeliveryState.Waiting
                        ),
                        attempts,
                        next = pause is { } wait ? (transaction.Now + wait).ToUnixTimeMilliseconds() : (long?)null,
                        now = transaction.NowMilliseconds,
                        attempt.Status,
                        attempt.Error,
                    }
                );
                Judge(transaction, sent.WebhookId, attempt);
            }
        );
    }

    private long Now => database.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string[] Known(IReadOnlyList<string> types)
    {
        string[] distinct = [.. types.Distinct()];
        return distinct.Length > 0 && Array.TrueForAll(distinct, type => EventTypes.All.Contains(type))
            ? distinct
            : throw new UnusableInputException("unknown_event", $"the events are one or more of {string.Join(", ", EventTypes.All)}");
    }

    private static void Judge(WriteTransaction transaction, string webhookId, DeliveryAttempt attempt)
    {
        var connection = transaction.Connection;
        if (attempt.Succeeded)
        {
            connection.Execute("UPDATE webhooks SET failing_since = NULL WHERE id = @webhookId", new { webhookId });
            return;
        }

        connection.Execute(
            "UPDATE webhooks SET failing_since = coalesce(failing_since, @NowMilliseconds) WHERE id = @webhookId",
            new { webhookId, transaction.NowMilliseconds }
        );
        long? since = connection.ExecuteScalar<long?>(
            "SELECT failing_since FROM webhooks WHERE id = @webhookId AND disabled_at IS NULL",
            new { webhookId }
        );
        bool gone = attempt.Status == 410;
        if (since is null || (!gone && transaction.NowMilliseconds - since < RetrySchedule.DisableAfter.TotalMilliseconds))
        {
            return;
        }

        string reason = StoredNames.Of(gone ? DisabledReason.Gone : DisabledReason.Failing);
        connection.Execute(
            """
            UPDATE webhooks SET disabled_at = @NowMilliseconds, disabled_reason = @reason WHERE id = @webhookId;
            UPDATE webhook_deliveries SET state = 'failed', next_at = NULL WHERE webhook_id = @webhookId AND next_at IS NOT NULL;
            """,
            new
            {
                webhookId,
                reason,
                transaction.NowMilliseconds,
            }
        );
        transaction.Audit("webhook.disabled", webhookId, new() { ["reason"] = reason });
    }

    private Webhook Get(SqliteConnection connection, string projectId, string id) =>
        connection
            .QuerySingleOrDefault<Row>(
                $"{Columns} WHERE w.id = @id AND w.project_id = @projectId",
                new
                {
                    id,
                    projectId,
                    now = Now,
                }
            )
            ?.ToWebhook()
        ?? throw new RecordNotFoundException("webhook", id);

    private static WebhookDelivery Delivery(SqliteConnection connection, string webhookId, string id) =>
        connection
            .QuerySingleOrDefault<DeliveryRow>(
                "SELECT * FROM webhook_deliveries WHERE id = @id AND webhook_id = @webhookId",
                new { id, webhookId }
            )
            ?.ToDelivery()
        ?? throw new RecordNotFoundException("delivery", id);

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
                Time(FailingSince),
                Time(DisabledAt),
                StoredNames.ParseOrNull<DisabledReason>(DisabledReason),
                Time(PausedAt),
                Time(OldSecretUntil)
            );
    }

    private sealed class DeliveryRow
    {
        public string Id { get; init; } = "";
        public string WebhookId { get; init; } = "";
        public string Type { get; init; } = "";
        public string State { get; init; } = "";
        public long CreatedAt { get; init; }
        public long Attempts { get; init; }
        public long? NextAt { get; init; }
        public long? LastAt { get; init; }
        public long? LastStatus { get; init; }
        public string? LastError { get; init; }

        public WebhookDelivery ToDelivery() =>
            new(
                Id,
                WebhookId,
                Type,
                StoredNames.Parse<DeliveryState>(State),
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                (int)Attempts,
                Time(NextAt),
                Time(LastAt),
                (int?)LastStatus,
                LastError
            );
    }

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
