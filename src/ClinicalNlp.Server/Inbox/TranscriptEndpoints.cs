using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Inbox;

public sealed record SetAsideRequest(string Reason);

/// <summary>What becomes of whole transcripts of the inbox.</summary>
internal static class TranscriptEndpoints
{
    private const string Sample = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"chat-3","reason":"A test call.","by":"ana","at":"2026-11-22T09:30:00+00:00"}
        """;

    public static void MapTranscripts(this IEndpointRouteBuilder api, IEndpointRouteBuilder inbox)
    {
        inbox
            .MapGet("/ready", Ready)
            .Describe(
                "listReadyTranscripts",
                "Transcripts on which every utterance is decided and which are not done.",
                "They are completed like any document, at the revision told here."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(
                null,
                Samples.Listed(
                    """{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"chat-3","revision":4,"utterances":4}"""
                )
            );
        inbox
            .MapGet("/set-aside", List)
            .Describe("listSetAside", "Transcripts that were taken out of the inbox undecided, with the reasons.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Sample));
        var documents = api.MapGroup("/documents/{id}/set-aside").WithTags("Inbox").RequireRole(ProjectRole.Annotator);
        documents
            .MapPut("", Add)
            .Describe(
                "setAside",
                "Takes a transcript out of the inbox undecided, for everybody.",
                "It is then in no count of the inbox and given to nobody to read, until it is taken back. A reading that was given out is skipped instead."
            )
            .Fails(body: true, "not_found", "reason_missing", "document_done", "document_withdrawn", "state_conflict")
            .Example("""{"reason":"A test call."}""", Sample);
        documents
            .MapDelete("", TakeBack)
            .Describe("takeBack", "Puts a transcript into the inbox again.")
            .Fails(body: false, "not_found", "document_withdrawn")
            .Example(null, null);
    }

    private static Ok<Listing<ReadyTranscript>> Ready(
        string projectId,
        InboxStore store,
        ClaimsPrincipal user,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<ReadyTranscript>.Of(store.Ready(projectId, limit, after, user.BlindIn(projectId))));

    private static Ok<Listing<SetAside>> List(
        string projectId,
        SetAsideStore store,
        ClaimsPrincipal user,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<SetAside>.Of(store.List(projectId, limit, after, user.BlindIn(projectId))));

    private static Ok<SetAside> Add(string id, SetAsideRequest request, SetAsideStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Add(id, request.Reason, user.Actor()));

    private static NoContent TakeBack(string id, SetAsideStore store, ClaimsPrincipal user)
    {
        store.TakeBack(id, user.Actor());
        return TypedResults.NoContent();
    }
}
