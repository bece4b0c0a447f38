using System.Globalization;
using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Webhooks;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Webhooks;

/// <param name="Events">Types of events to be told of.</param>
public sealed record NewWebhookRequest(string Url, IReadOnlyList<string> Events);

/// <param name="Secret">Shown this once; signatures are checked with it.</param>
public sealed record NewWebhookAnswer(string Id, string Url, IReadOnlyList<string> Events, string Secret);

/// <param name="Url">Left out: it stays. Messages that wait go to the new address.</param>
/// <param name="Events">Left out: they stay.</param>
/// <param name="Paused">Whether messages wait; left out: it stays.</param>
public sealed record WebhookChangeRequest(string? Url = null, IReadOnlyList<string>? Events = null, bool? Paused = null);

/// <param name="OldValidHours">How long messages are signed with the old secret too, 0 to 720; 0 when it has leaked.</param>
public sealed record RotateSecretRequest(int OldValidHours);

/// <param name="Secret">Shown this once.</param>
/// <param name="OldSecretUntil">Until when messages are signed with an earlier secret too.</param>
public sealed record RotatedSecretAnswer(string Id, string Url, string Secret, DateTimeOffset? OldSecretUntil);

/// <param name="FailingSince">The first of the failures since the last success.</param>
/// <param name="Disabled">Since when it is told nothing any more.</param>
/// <param name="Paused">Since when messages wait.</param>
/// <param name="OldSecretUntil">Until when messages are signed with an earlier secret too.</param>
/// <param name="DisabledReason">failing: it failed for three days; gone: it answered 410.</param>
public sealed record WebhookAnswer(
    string Id,
    string Url,
    IReadOnlyList<string> Events,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? FailingSince,
    DateTimeOffset? Disabled,
    DisabledReason? DisabledReason,
    DateTimeOffset? Paused,
    DateTimeOffset? OldSecretUntil
)
{
    public static WebhookAnswer Of(Webhook webhook) =>
        new(
            webhook.Id,
            webhook.Url,
            webhook.Types,
            webhook.Created,
            webhook.CreatedBy,
            webhook.FailingSince,
            webhook.Disabled,
            webhook.DisabledReason,
            webhook.Paused,
            webhook.OldSecretUntil
        );
}

public static class WebhookEndpoints
{
    private const string Sample = """
        {"id":"0192f0c9-0000-7c4a-8f00-3a1b2c3d4e5f","url":"https://bots.example.org/hooks","events":["document.completed"],
         "created":"2026-11-22T09:00:00+00:00","createdBy":"owner"}
        """;

    private const string DeliverySample = """
        {"id":"0192f0ca-0000-7c4a-8f00-3a1b2c3d4e5f","webhookId":"0192f0c9-0000-7c4a-8f00-3a1b2c3d4e5f","type":"document.completed",
         "state":"delivered","created":"2026-11-22T09:00:00+00:00","attempts":1,"last":"2026-11-22T09:00:01+00:00","lastStatus":200}
        """;

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var hooks = api.MapGroup("/projects/{projectId}/webhooks").WithTags("Events").RequireRole(ProjectRole.Manager);
        hooks
            .MapGet("", List)
            .Describe("listWebhooks", "The addresses that are told of a project's events.")
            .Fails(body: false, "not_found")
            .Example(null, Samples.Listed(Sample));
        hooks
            .MapPost("", Create)
            .Describe(
                "createWebhook",
                "Registers an address to be told of events.",
                $"Messages follow the Standard Webhooks specification: `webhook-id`, `webhook-timestamp` and `webhook-signature` (HMAC-SHA256 by the secret of this answer), a body with `type`, `timestamp` and `data`, which holds identifiers and never text. Answer 2xx within 15 seconds; anything else is tried again for a day and a half, with the same id. Events: {string.Join(", ", EventTypes.All)}."
            )
            .Fails(body: true, "not_found", "webhook_refused", "unknown_event", "state_conflict")
            .Example(
                """{"url":"https://bots.example.org/hooks","events":["document.completed","version.promoted"]}""",
                """
                {"id":"0192f0c9-0000-7c4a-8f00-3a1b2c3d4e5f","url":"https://bots.example.org/hooks","events":["document.completed","version.promoted"],
                 "secret":"sent this once"}
                """
            );
        hooks
            .MapDelete("/{id}", Delete)
            .Describe("deleteWebhook", "Takes an address away with its deliveries.")
            .Fails(body: false, "not_found");
        hooks
            .MapPut("/{id}", Change)
            .Describe(
                "changeWebhook",
                "Moves an address, chooses its events anew, or pauses it.",
                "What is left out stays. While it is paused messages wait, and are sent when it goes on; those that wait go to the new address."
            )
            .Fails(body: true, "not_found", "webhook_refused", "unknown_event", "no_changes")
            .Example("""{"events":["document.completed","version.promoted"],"paused":true}""", Sample);
        hooks
            .MapPost("/{id}/rotate-secret", Rotate)
            .Describe(
                "rotateWebhookSecret",
                "Makes a new secret for an address.",
                "For `oldValidHours` (0 to 720) messages carry two signatures, one by each secret, as the Standard Webhooks specification provides; 0 ends every earlier secret at once."
            )
            .Fails(body: true, "not_found", "state_conflict")
            .Example(
                """{"oldValidHours":24}""",
                """
                {"id":"0192f0c9-0000-7c4a-8f00-3a1b2c3d4e5f","url":"https://bots.example.org/hooks","secret":"sent this once",
                 "oldSecretUntil":"2026-11-23T09:00:00+00:00"}
                """
            );
        hooks
            .MapPost("/{id}/enable", Enable)
            .Describe("enableWebhook", "Tells a disabled address of events again, from now on.")
            .Fails(body: false, "not_found")
            .Example(null, Sample);
        hooks
            .MapPost("/{id}/test", Test)
            .Describe("testWebhook", "Sends a message of the type webhook.test.")
            .Fails(body: false, "not_found")
            .Example(null, DeliverySample);
        hooks
            .MapGet("/{id}/deliveries", Deliveries)
            .Describe("listDeliveries", "What an address was told, newest first; kept for 30 days.")
            .Fails(body: false, "not_found", "invalid_value")
            .Example(null, Samples.Listed(DeliverySample));
        hooks
            .MapPost("/{id}/deliveries/{deliveryId}/redeliver", Redeliver)
            .Describe("redeliver", "Sends a message again, with the same id.")
            .Fails(body: false, "not_found")
            .Example(null, DeliverySample);
    }

    private static Ok<Listing<WebhookAnswer>> List(string projectId, WebhookStore store) =>
        TypedResults.Ok(new Listing<WebhookAnswer>([.. store.List(projectId).Select(WebhookAnswer.Of)], null));

    private static Created<NewWebhookAnswer> Create(
        string projectId,
        NewWebhookRequest request,
        WebhookStore store,
        WebhookTargets targets,
        ClaimsPrincipal user
    )
    {
        var (webhook, secret) = store.Create(projectId, targets.Check(request.Url), request.Events, user.Actor());
        return TypedResults.Created(
            $"/v1/projects/{projectId}/webhooks/{webhook.Id}",
            new NewWebhookAnswer(webhook.Id, webhook.Url, webhook.Types, secret)
        );
    }

    private static NoContent Delete(string projectId, string id, WebhookStore store, ClaimsPrincipal user)
    {
        store.Delete(projectId, id, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<WebhookAnswer> Change(
        string projectId,
        string id,
        WebhookChangeRequest request,
        WebhookStore store,
        WebhookTargets targets,
        ClaimsPrincipal user
    )
    {
        var change = new WebhookChange(request.Url is { } url ? targets.Check(url) : null, request.Events, request.Paused);
        return TypedResults.Ok(WebhookAnswer.Of(store.Change(projectId, id, change, user.Actor())));
    }

    private static Ok<RotatedSecretAnswer> Rotate(
        string projectId,
        string id,
        RotateSecretRequest request,
        WebhookStore store,
        ClaimsPrincipal user
    )
    {
        if (request.OldValidHours < 0 || request.OldValidHours > WebhookStore.LongestOverlap.TotalHours)
        {
            throw new ProblemException(
                "invalid_value",
                string.Create(CultureInfo.InvariantCulture, $"oldValidHours is 0 to {WebhookStore.LongestOverlap.TotalHours}.")
            );
        }

        var (webhook, secret) = store.Rotate(projectId, id, TimeSpan.FromHours(request.OldValidHours), user.Actor());
        return TypedResults.Ok(new RotatedSecretAnswer(webhook.Id, webhook.Url, secret, webhook.OldSecretUntil));
    }

    private static Ok<WebhookAnswer> Enable(string projectId, string id, WebhookStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(WebhookAnswer.Of(store.Enable(projectId, id, user.Actor())));

    private static Accepted<WebhookDelivery> Test(string projectId, string id, DeliveryStore store, ClaimsPrincipal user)
    {
        var delivery = store.Test(projectId, id, user.Actor());
        return TypedResults.Accepted($"/v1/projects/{projectId}/webhooks/{id}/deliveries", delivery);
    }

    private static Ok<Listing<WebhookDelivery>> Deliveries(
        string projectId,
        string id,
        DeliveryStore store,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<WebhookDelivery>.Of(store.Deliveries(projectId, id, limit, after)));

    private static Accepted<WebhookDelivery> Redeliver(
        string projectId,
        string id,
        string deliveryId,
        DeliveryStore store,
        ClaimsPrincipal user
    ) =>
        TypedResults.Accepted(
            $"/v1/projects/{projectId}/webhooks/{id}/deliveries",
            store.Redeliver(projectId, id, deliveryId, user.Actor())
        );
}
