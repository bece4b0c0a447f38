using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Inbox;

public static class InboxEndpoints
{
    private const int MostNamed = 500;

    private const string Utterance = """
        {"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"chat-3","documentStatus":"new","revision":0,"turn":0,"speaker":"patient",
         "text":"can i move my thursday appointment","suggestion":{"intent":"reschedule","confidence":0.55,
         "alternatives":[{"intent":"cancel","confidence":0.31}],"model":{"name":"care-intents","version":"1"}},"redFlags":[],"priority":1.37,
         "uncertainty":0.76,"alike":4,"alikeUndecided":3,"leftInTranscript":1,"before":[],"after":[{"index":1,"speaker":"bot","text":"Of course."}]}
        """;

    public static void MapInbox(this IEndpointRouteBuilder api)
    {
        var inbox = api.MapGroup("/projects/{projectId}/inbox").WithTags("Inbox").RequireRole(ProjectRole.Annotator);
        inbox
            .MapGet("", List)
            .Describe(
                "listInbox",
                "The utterances of a project's transcripts, those first whose decision helps most.",
                "Red flags come first; then what the model is unsure of, where many wait in nearly the same words, and what is unlike the rest. "
                    + "`state` is `undecided` (unless said otherwise), `decided` or `all`. `intent` is the decided intent, or the suggested one "
                    + "while undecided; `suggested` and `decided` name one of both (`decided=` is a rejected suggestion). `flagged` asks for red "
                    + "flags, `q` for words, `only` for utterances by `documentId:turn`, with commas. `grouped` answers one of those alike."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(
                null,
                $$"""{"items":[{{Utterance}}],"next":null,"total":1,"undecided":1,"decided":0,"urgent":0,"transcripts":{"open":1,"ready":0,"done":0} }"""
            );
        inbox
            .MapGet("/similar", Similar)
            .Describe("listSimilar", "The utterances in nearly the same words as one of them, which comes first.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, $$"""{"items":[{{Utterance}}]}""");
        inbox
            .MapGet("/proposals", Propose)
            .Describe(
                "proposeIntents",
                "Clusters of utterances that are out of scope, or that the model is unsure of: each may be an intent that nobody has named.",
                "With `intent` the utterances decided so are clustered instead: the parts into which it may be split."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, $$"""{"items":[{"words":["parking"],"count":12,"utterances":[{{Utterance}}]}]}""");
        inbox
            .MapGet("/confusion", Confuse)
            .Describe(
                "getConfusion",
                "Decisions beside what a model said.",
                "`of` is `suggestions` (unless said otherwise): the suggestions that people decided on; or `held_out`: what the version in use "
                    + "says of the held-out transcripts of the snapshot that it was trained on, or of the newest one."
            )
            .Fails(
                body: false,
                "invalid_value",
                "not_found",
                "too_little_data",
                "queue_full",
                "model_missing",
                "model_damaged",
                "model_incomplete",
                "model_foreign"
            )
            .Example(null, """{"total":40,"agreed":37,"cells":[{"decided":"cancel","suggested":"reschedule","count":3}]}""");
        inbox.MapDecisions();
        api.MapTranscripts(inbox);
    }

    private static Ok<InboxAnswer> List(
        string projectId,
        InboxStore store,
        ClaimsPrincipal user,
        string? state = null,
        string? intent = null,
        string? suggested = null,
        string? decided = null,
        bool flagged = false,
        string? q = null,
        string? only = null,
        bool grouped = false,
        int limit = 50,
        string? after = null
    )
    {
        var wanted = InboxState.Undecided;
        if (state is not null && !StoredNames.TryParse(state, out wanted))
        {
            throw new ProblemException("invalid_value", "state is undecided, decided or all.");
        }

        var query = new InboxQuery(wanted, intent, suggested, decided, flagged, q, only is null ? null : Places(only), grouped);
        var page = store.List(projectId, query, limit, after, user.BlindIn(projectId));
        return TypedResults.Ok(
            new InboxAnswer(
                [.. page.Items.Select(InboxUtteranceAnswer.Of)],
                page.Next,
                page.Total,
                page.Undecided,
                page.Decided,
                page.Urgent,
                page.Transcripts
            )
        );
    }

    private static Ok<SimilarAnswer> Similar(string projectId, string documentId, int turn, InboxStore store, ClaimsPrincipal user)
    {
        var similar = store.Similar(projectId, new UtterancePlace(documentId, turn), user.BlindIn(projectId));
        return TypedResults.Ok(new SimilarAnswer([.. similar.Select(InboxUtteranceAnswer.Of)]));
    }

    private static Ok<ProposalsAnswer> Propose(
        string projectId,
        InboxStore store,
        ClaimsPrincipal user,
        string? intent = null,
        int smallest = 3
    ) =>
        TypedResults.Ok(
            new ProposalsAnswer([
                .. store
                    .Proposals(projectId, intent, Math.Clamp(smallest, 1, 1000), user.BlindIn(projectId))
                    .Select(p => new ProposalAnswer(p.Words, p.Count, [.. p.Utterances.Select(InboxUtteranceAnswer.Of)])),
            ])
        );

    private static async Task<Ok<ConfusionAnswer>> Confuse(
        string projectId,
        InboxStore store,
        HeldOutConfusion heldOut,
        ClaimsPrincipal user,
        CancellationToken cancellation,
        string of = "suggestions"
    ) =>
        of switch
        {
            "suggestions" => TypedResults.Ok(ConfusionAnswer.Of(store.Confusion(projectId, user.BlindIn(projectId)))),
            "held_out" => TypedResults.Ok(await heldOut.AskAsync(projectId, user.BlindIn(projectId), cancellation)),
            _ => throw new ProblemException("invalid_value", "of is suggestions or held_out."),
        };

    private static HashSet<UtterancePlace> Places(string given)
    {
        var parts = given.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > MostNamed
            ? throw new ProblemException("invalid_value", $"only names at most {MostNamed} utterances.")
            :
            [
                .. parts.Select(part =>
                    UtterancePlace.TryParse(part, out var place)
                        ? place
                        : throw new ProblemException("invalid_value", "only names utterances as documentId:turn, with commas.")
                ),
            ];
    }
}
