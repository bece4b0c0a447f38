using System.Text.Json.Nodes;

namespace ClinicalNlp.Client;

/// <summary>Something that happened in a project.</summary>
/// <param name="Id">Grows; the last one seen is where <see cref="ClinicalNlpClient.FollowAsync"/> goes on.</param>
/// <param name="Type">For example <c>document.completed</c>; <see cref="Missed"/> when events are lost.</param>
/// <param name="Data">Identifiers and counts: <c>document</c>, <c>revision</c>, <c>version</c> and the like.</param>
/// <param name="Own">Whether the caller did it.</param>
public sealed record ProjectEvent(long Id, string Type, JsonObject Data, bool Own, DateTimeOffset At)
{
    /// <summary>The type of an event of the client's own: the service has forgotten what happened in between, so what is known must be read anew.</summary>
    public const string Missed = "missed";
}

/// <summary>An address that is told of events.</summary>
/// <param name="Events">The types of events that it is told of.</param>
public sealed record Webhook(string Id, string Url, IReadOnlyList<string> Events, DateTimeOffset Created)
{
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset? Disabled { get; init; }
    public string? DisabledReason { get; init; }

    /// <summary>Since when messages wait for it.</summary>
    public DateTimeOffset? Paused { get; init; }

    /// <summary>Until when messages are signed with an earlier secret too.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }
}

/// <summary>The new secret of a webhook.</summary>
/// <param name="Secret">Shown this once; for <see cref="WebhookSignature"/>.</param>
/// <param name="OldSecretUntil">Until when messages are signed with an earlier secret too.</param>
public sealed record RotatedSecret(string Id, string Url, string Secret, DateTimeOffset? OldSecretUntil);

/// <summary>A webhook that was just registered.</summary>
/// <param name="Secret">Shown this once; for <see cref="WebhookSignature"/>.</param>
public sealed record NewWebhook(string Id, string Url, IReadOnlyList<string> Events, string Secret);

/// <summary>A message to a webhook, and what became of it.</summary>
/// <param name="State">waiting, delivered or failed.</param>
public sealed record WebhookDelivery(string Id, string Type, string State, int Attempts)
{
    public int? LastStatus { get; init; }
    public string? LastError { get; init; }
}

/// <summary>A concept of a terminology that was found by a name.</summary>
/// <param name="Matched">The name or synonym that answers the query.</param>
/// <param name="Match">exact, prefix, words, abbreviation or typo.</param>
/// <param name="Concept">What stands in a mention's list of concepts.</param>
public sealed record FoundConcept(string System, string Code, string Name, string Matched, string Match, double Score, string Concept);
