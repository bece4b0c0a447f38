namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>Why an address is told nothing any more.</summary>
public enum DisabledReason
{
    /// <summary>It failed for longer than is waited for.</summary>
    Failing,

    /// <summary>It answered 410 Gone.</summary>
    Gone,
}

/// <summary>An address that is told of events. Its secret is never read out.</summary>
/// <param name="Types">Event types.</param>
/// <param name="FailingSince">The first of the failures since the last success.</param>
/// <param name="Paused">Since when messages wait for it.</param>
/// <param name="OldSecretUntil">How long messages are signed with an earlier secret too; null when there is none.</param>
public sealed record Webhook(
    string Id,
    string ProjectId,
    string Url,
    IReadOnlyList<string> Types,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? FailingSince,
    DateTimeOffset? Disabled,
    DisabledReason? DisabledReason,
    DateTimeOffset? Paused,
    DateTimeOffset? OldSecretUntil
);

/// <summary>What is to change of an address; null leaves it as it is.</summary>
public sealed record WebhookChange(Uri? Url = null, IReadOnlyList<string>? Types = null, bool? Paused = null);

/// <summary>Where the sending of a message stands.</summary>
public enum DeliveryState
{
    /// <summary>It is to be sent, or sent again.</summary>
    Waiting,
    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>One message to one address, and what became of it. It has the same id however often it is sent.</summary>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Next">When it is sent again.</param>
/// <param name="LastStatus">HTTP status of the last answer; null when there was none.</param>
/// <param name="LastError">Why there was none: timeout, refused, tls, name_not_found, unreachable.</param>
public sealed record WebhookDelivery(
    string Id,
    string WebhookId,
    string Type,
    DeliveryState State,
    DateTimeOffset Created,
    int Attempts,
    DateTimeOffset? Next,
    DateTimeOffset? Last,
    int? LastStatus,
    string? LastError
);

/// <summary>What a sender needs of a delivery that is due.</summary>
/// <param name="Secrets">To be signed with each: the one in use, then those that were rotated and are still valid.</param>
public sealed record DueDelivery(string Id, string WebhookId, string Url, string Body, IReadOnlyList<byte[]> Secrets, int Attempts);

/// <summary>How an attempt ended: with a status, or without an answer.</summary>
public sealed record DeliveryAttempt(int? Status, string? Error)
{
    public bool Succeeded => Status is >= 200 and < 300;
}
