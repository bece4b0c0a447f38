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

public sealed record WaitingAnswer(IReadOnlyList<WaitingCase> Items);

/// <param name="Doubtful">A wrong suggestion had been planted here and was accepted; this is what the model had said.</param>
public sealed record OptionMentionAnswer(int Start, int End, string Text, string Label, bool Doubtful);

public sealed record OptionAnswer(string Annotator, IReadOnlyList<OptionMentionAnswer> Mentions);

/// <summary>Mentions of all annotators that overlap: one place to decide.</summary>
public sealed record GroupAnswer(int Index, int Start, int End, bool Agreed, IReadOnlyList<OptionAnswer> Options);

/// <param name="Basis">To be sent with the decisions.</param>
/// <param name="Comments">On the document and on all its finished readings.</param>
public sealed record CaseAnswer(
    DocumentAnswer Document,
    string Basis,
    IReadOnlyList<string> Annotators,
    IReadOnlyList<GroupAnswer> Groups,
    IReadOnlyList<CaseTurn> Turns,
    IReadOnlyList<CommentAnswer> Comments
)
{
    public static CaseAnswer Of(AdjudicationCase open, IReadOnlyList<Comment> comments, OffsetUnit unit)
    {
        var text = open.Document.Text;
        var map = new OffsetMap(text, unit);
        return new CaseAnswer(
            DocumentAnswer.Of(open.Document, unit),
            open.Basis,
            open.Annotators,
            [
                .. open.Groups.Select(group => new GroupAnswer(
                    group.Index,
                    map.FromUtf16(group.Span.Start),
                    map.FromUtf16(group.Span.End),
                    group.Agreed,
                    [.. group.Options.Select(option => new OptionAnswer(option.Annotator, [.. option.Mentions.Select(Mention)]))]
                )),
            ],
            open.Turns,
            [.. comments.Select(comment => CommentAnswer.Of(comment, map))]
        );

        OptionMentionAnswer Mention(OptionMention mention) =>
            new(map.FromUtf16(mention.Span.Start), map.FromUtf16(mention.Span.End), mention.Span.Of(text), mention.Label, mention.Doubtful);
    }
}

/// <param name="Take">The annotators whose mentions are taken: one, several, or none.</param>
/// <param name="Spans">The decider's own.</param>
public sealed record GroupDecisionRequest(int Group, IReadOnlyList<string> Take, IReadOnlyList<SpanRequest>? Spans = null);

/// <param name="Revision">Of the document that was seen.</param>
/// <param name="Groups">One for each that differs; agreed ones may be overruled.</param>
public sealed record AdjudicationRequest(
    int Revision,
    string Basis,
    IReadOnlyList<GroupDecisionRequest>? Groups = null,
    IReadOnlyList<TurnDecision>? Turns = null,
    string? IdempotencyKey = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

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
                """{"items":[{"documentId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","kind":"note","annotators":["ana","ben"],"agreed":11,"differing":2}]}"""
            );
        cases
            .MapGet("/{documentId}", Get)
            .Describe("getAdjudication", "The readings of one document side by side, in groups that agree or differ.")
            .Fails(body: false, "invalid_value", "not_found", "own_reading_open")
            .Example(
                null,
                $$"""
                {"document":{{Samples.Document}},"basis":"4b1c6a90d2e8f317","annotators":["ana","ben"],
                 "groups":[{"index":0,"start":8,"end":24,"agreed":false,"options":[
                   {"annotator":"ana","mentions":[{"start":8,"end":17,"text":"metformin","label":"MEDICATION","doubtful":false}]},{"annotator":"ben","mentions":[]}]}],
                 "turns":[],"comments":[]}
                """
            );
        cases
            .MapPost("/{documentId}", Decide)
            .Describe(
                "adjudicate",
                "Writes the decisions into the document, which is gold then.",
                "For each group that differs: whose mentions to take, one's own, or none. Groups that agree become gold by themselves. Who decided what is kept."
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
                "duplicate_mention"
            )
            .Example(
                """{"revision":0,"basis":"4b1c6a90d2e8f317","groups":[{"group":0,"take":["ana"]},{"group":3,"take":[],"spans":[{"start":18,"end":24,"label":"DOSAGE"}]}]}""",
                Samples.Correction
            );
    }

    private static Ok<WaitingAnswer> Waiting(string projectId, AdjudicationStore store) =>
        TypedResults.Ok(new WaitingAnswer(store.Waiting(projectId)));

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
                    new AdjudicationDecision(request.Revision, request.Basis, groups, request.Turns ?? [], request.IdempotencyKey),
                    user.Actor()
                ),
            request.OffsetUnit
        );
    }
}
