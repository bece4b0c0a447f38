using System.Security.Cryptography;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>The outbox: what addresses are told, when it is due, and how each attempt ended.</summary>
public sealed class DeliveryStore
{
    private readonly AnnotationDatabase database;
    private readonly WebhookSecrets secrets;

    public DeliveryStore(AnnotationDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        this.database = database;
        secrets = new WebhookSecrets(database.Key);
    }

    /// <summary>Puts a message into the outbox that says nothing but that it arrived.</summary>
    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    public WebhookDelivery Test(string projectId, string id, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                WebhookStore.Get(transaction.Connection, projectId, id, transaction.NowMilliseconds);
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
    /// <exception cref="RecordNotFoundException">No such webhook in the project, or no such delivery of it.</exception>
    public WebhookDelivery Redeliver(string projectId, string id, string deliveryId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                WebhookStore.Get(transaction.Connection, projectId, id, transaction.NowMilliseconds);
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
    /// <exception cref="RecordNotFoundException">No such webhook in the project.</exception>
    public Page<WebhookDelivery> Deliveries(string projectId, string id, int limit = 100, string? after = null) =>
        database.Read(connection =>
        {
            WebhookStore.Get(connection, projectId, id, Now);
            return StoredPage.Newest<DeliveryRow, WebhookDelivery>(
                connection,
                "SELECT * FROM webhook_deliveries WHERE webhook_id = @id",
                new { id },
                limit,
                after,
                row => row.ToDelivery(),
                delivery => delivery.Id
            );
        });

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

    private static WebhookDelivery Delivery(SqliteConnection connection, string webhookId, string id) =>
        connection
            .QuerySingleOrDefault<DeliveryRow>(
                "SELECT * FROM webhook_deliveries WHERE id = @id AND webhook_id = @webhookId",
                new { id, webhookId }
            )
            ?.ToDelivery()
        ?? throw new RecordNotFoundException("delivery", id);

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
                StoredTime.Of(NextAt),
                StoredTime.Of(LastAt),
                (int?)LastStatus,
                LastError
            );
    }
}
