using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Comments;
using ClinicalNlp.Server.Corrections;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Adjudication;

public static class AdjudicationEndpoints
{
    public static void MapAdjudication(this IEndpointRouteBuilder api)
    {
        var cases = api.MapGroup("/projects/{projectId}/adjudications").WithTags("Adjudication").RequireRole(ProjectRole.Reviewer);
        cases
            .MapGet("", Waiting)
            .Describe("listAdjudications", "Documents whose readings are all finished and that are not gold yet.")
            .Fails(body: false, "not_found")
            .Example(
                null,
                """{"items":[{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","kind":"note","annotators":["ana","ben"],"agreed":11,"differing":2,"comments":1}],"total":1,"next":null}"""
            );
        cases
            .MapPost("/agreed", Adopt)
            .Describe(
                "adoptAgreed",
                "Makes gold of the waiting documents on which all of two or more readers have the same.",
                "A part of the list at a time: ask again with `after` until `next` is null. What was planted and accepted is never taken as agreed; documents that one has still to read oneself are passed over."
            )
            .Fails(body: true, "not_found")
            .Example("""{"limit":100}""", """{"documents":["0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f"],"looked":12,"next":null}""");
        cases
            .MapGet("/{documentId}", Get)
            .Describe("getAdjudication", "The readings of one document side by side, in groups that agree or differ.")
            .Fails(body: false, "invalid_value", "not_found", "own_reading_open")
            .Example(
                null,
                $$"""
                {"document":{{Samples.Document}},"basis":"4b1c6a90d2e8f317","annotators":["ana","ben"],
                 "groups":[{"index":0,"start":8,"end":24,"agreed":false,"options":[
                   {"annotator":"ana","mentions":[{"mention":0,"start":8,"end":17,"text":"metformin","label":"MEDICATION","doubtful":false}]},{"annotator":"ben","mentions":[]}]}],
                 "details":[{"index":0,"group":0,"mention":0,"start":8,"end":17,"aspect":"concepts","agreed":true,"options":[{"annotator":"ana","concepts":["DB00331"]}]}],
                 "relations":[],"turns":[],"comments":[]}
                """
            );
        cases
            .MapPost("/{documentId}", Decide)
            .Describe(
                "adjudicate",
                "Writes the decisions into the document, which is gold then.",
                "For each group that differs: whose mentions to take, one's own, or none; for each detail on which those differ whose mention is taken: whose word; for each relation that not all have between mentions that become gold: whether it stays. What all agree on becomes gold by itself. Who decided what is kept."
            )
            .Fails(
                body: true,
                "not_found",
                "own_reading_open",
                "undecided_groups",
                "readings_changed",
                "unknown_annotator",
                "stale_revision",
                "idempotency_key_reused",
                "span_out_of_range",
                "span_off_surface",
                "label_not_in_schema",
                "duplicate_mention",
                "attribute_not_in_schema",
                "concept_invalid",
                "relation_not_in_schema",
                "relation_to_itself"
            )
            .Example(
                """{"revision":0,"basis":"4b1c6a90d2e8f317","groups":[{"group":0,"take":["ana"]},{"group":3,"take":[],"spans":[{"start":18,"end":24,"label":"DOSAGE"}]}],"details":[{"detail":2,"take":"ben"}],"relations":[{"relation":0,"keep":true}]}""",
                Samples.Correction
            );
    }

    private static Ok<WaitingAnswer> Waiting(string projectId, AdjudicationStore store, int limit = 100, string? after = null)
    {
        var (page, total) = store.Waiting(projectId, limit, after);
        return TypedResults.Ok(new WaitingAnswer(page.Items, total, page.Next));
    }

    private static Ok<AdoptedCases> Adopt(string projectId, AdoptRequest request, AdjudicationStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.AdoptAgreed(projectId, request.Limit ?? 100, request.After, user.Actor()));

    private static Ok<CaseAnswer> Get(
        string projectId,
        string documentId,
        AdjudicationStore store,
        CommentStore comments,
        ClaimsPrincipal user,
        string? offsetUnit = null
    ) =>
        TypedResults.Ok(
            CaseAnswer.Of(
                store.Get(projectId, documentId, user.Actor()),
                comments.List(documentId, withReadings: true),
                OffsetUnits.Parse(offsetUnit)
            )
        );

    private static Ok<CorrectionAnswer> Decide(
        string projectId,
        string documentId,
        AdjudicationRequest request,
        AdjudicationStore store,
        ClaimsPrincipal user
    )
    {
        var map = new OffsetMap(store.Get(projectId, documentId, user.Actor()).Document.Text, request.OffsetUnit);
        var groups = (request.Groups ?? [])
            .Select(item => new GroupDecision(
                item.Group,
                item.Take,
                item.Spans is { } spans ? OffsetUnits.ToUtf16(map, spans, $"group {item.Group}, ") : null
            ))
            .ToList();
        return CorrectionEndpoints.Answer(
            () =>
                store.Decide(
                    projectId,
                    documentId,
                    new AdjudicationDecision(request.Revision, request.Basis, groups, request.Turns ?? [], request.IdempotencyKey)
                    {
                        Details = request.Details ?? [],
                        Relations = request.Relations ?? [],
                    },
                    user.Actor()
                ),
            request.OffsetUnit
        );
    }
}
