using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Inbox;

/// <summary>A change of a project's intents.</summary>
/// <param name="Kind">add, rename, merge, split or remove.</param>
/// <param name="From">The intents that change; none to add.</param>
/// <param name="To">The intent that is there afterwards; absent to remove. A merge or split makes it where it is not there.</param>
/// <param name="Description">Of an intent that this makes.</param>
/// <param name="Utterances">To split: those that become <paramref name="To"/>.</param>
/// <param name="Stamp">Of the preview that was seen: refused with <c>state_conflict</c> when decisions were made since.</param>
public sealed record IntentChangeRequest(
    IntentChangeKind Kind,
    IReadOnlyList<string>? From = null,
    string? To = null,
    string? Description = null,
    IReadOnlyList<UtterancePlace>? Utterances = null,
    string? Stamp = null
)
{
    public IntentChange ToChange() => new(Kind, From ?? [], To, Description, Utterances);
}

public static class ProjectIntentEndpoints
{
    private const string Request = """{"kind":"merge","from":["move_visit","reschedule"],"to":"reschedule"}""";

    private const string Effect = """
        {"utterances":14,"suggestions":3,"doneDocuments":1,"stamp":"5d41402abc4b2a76",
         "documents":[{"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"chat-3","status":"done","revision":4,"utterances":2}]}
        """;

    private static readonly string[] OfEveryChange =
    [
        "not_found",
        "name_missing",
        "name_taken",
        "label_not_in_schema",
        "turn_not_found",
        "no_changes",
        "state_conflict",
    ];

    public static void MapProjectIntents(this IEndpointRouteBuilder api)
    {
        var intents = api.MapGroup("/projects/{projectId}/intents").WithTags("Intents").RequireRole(ProjectRole.Annotator);
        intents
            .MapGet("", Overview)
            .Describe(
                "listIntents",
                "A project's intents and how often they occur, and the names that were intents.",
                "Counted are the transcripts of the inbox: for an annotator without those that they read blindly."
            )
            .Fails(body: false, "not_found")
            .Example(
                null,
                """
                {"intents":[{"name":"reschedule","decided":14,"suggested":3,"documents":11},{"name":"oos","decided":2,"suggested":0,"documents":2}],
                 "former":[{"name":"move_visit","now":"reschedule","decided":0,"retired":"2026-11-22T09:30:00+00:00","retiredBy":"owner"}]}
                """
            );
        intents
            .MapPost("/changes/preview", Preview)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "previewIntentChange",
                "What a change of intents would do: how many utterances in which documents, done ones among them."
            )
            .Fails(body: true, OfEveryChange)
            .Example(Request, Effect);
        intents
            .MapPost("/changes", Change)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "changeIntents",
                "Adds, renames, merges, splits or removes intents.",
                "All decisions follow in one transaction, each as a correction in the log of its document; done documents stay done. "
                    + "Open suggestions, and those that a model trained before makes later, follow a new name. Turns of a removed intent keep it, archived."
            )
            .Fails(body: true, [.. OfEveryChange, "storage_full", "storage_read_only"])
            .Example(Request, Effect);
    }

    private static Ok<IntentOverview> Overview(string projectId, IntentStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Overview(projectId, user.BlindIn(projectId)));

    private static Ok<IntentChangeEffect> Preview(string projectId, IntentChangeRequest request, IntentStore store) =>
        TypedResults.Ok(store.Preview(projectId, request.ToChange()));

    private static Ok<IntentChangeEffect> Change(string projectId, IntentChangeRequest request, IntentStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Change(projectId, request.ToChange(), request.Stamp, user.Actor()));
}
