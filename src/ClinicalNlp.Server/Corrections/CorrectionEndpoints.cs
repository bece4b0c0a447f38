using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ClinicalNlp.Server.Corrections;

/// <param name="Revision">The revision that the person saw.</param>
/// <param name="IdempotencyKey">Chosen by the sender; the same key is answered again and writes nothing.</param>
public sealed record CorrectionRequest(
    int Revision,
    IReadOnlyList<ChangeRequest> Changes,
    string? IdempotencyKey = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

/// <summary>One thing a person did.</summary>
/// <param name="Action">
/// accept, reject, relabel, resize, add, remove, intent, annotate, relate, unrelate, or restore: how a correction is undone. Restoring a
/// mention brings back the relations that went with it, and of what it said what the request does not give.
/// </param>
/// <param name="Text">The words the person saw under the span; refused when they are not there.</param>
/// <param name="Turn">Counted from 0.</param>
/// <param name="State">What a restored mention is again.</param>
/// <param name="Fragments">The pieces of a discontinuous mention; start and end may then be left out.</param>
/// <param name="Assertion">As a whole; <c>{}</c> takes it away. What is not given of assertion, attributes and concepts stays.</param>
/// <param name="Attributes">All of them.</param>
/// <param name="Concepts">All of them.</param>
/// <param name="RelationId">To take away, instead of its ends and type; to relate again, the id of a relation that was there before.</param>
/// <param name="From">A mention's id; so is <paramref name="To"/>.</param>
/// <param name="Type">Of the relation, as the project's schema has it.</param>
public sealed record ChangeRequest(
    CorrectionAction Action,
    string? MentionId = null,
    int? Start = null,
    int? End = null,
    string? Text = null,
    string? Label = null,
    int? Turn = null,
    string? Intent = null,
    MentionState? State = null,
    IReadOnlyList<Fragment>? Fragments = null,
    AssertionRequest? Assertion = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    IReadOnlyList<string>? Concepts = null,
    string? RelationId = null,
    string? From = null,
    string? To = null,
    string? Type = null
);

/// <summary>A whole annotation in place of the present one; what is left out stays as it is.</summary>
/// <param name="Done">True declares it gold.</param>
/// <param name="Relations">All of them, by the ids of the given spans or of mentions that stay.</param>
public sealed record AnnotationRequest(
    int Revision,
    IReadOnlyList<SpanRequest>? Spans = null,
    IReadOnlyList<TurnIntent>? Intents = null,
    bool Done = false,
    string? IdempotencyKey = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint,
    IReadOnlyList<NewRelation>? Relations = null
);

/// <param name="Undecided">What becomes of open suggestions: accept or reject; without it they refuse the request.</param>
public sealed record CompletionRequest(
    int Revision,
    UndecidedSuggestions? Undecided = null,
    string? IdempotencyKey = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint
);

public sealed record ReopenRequest(int Revision, string? IdempotencyKey = null, OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint);

/// <param name="Revision">The revision that the request made.</param>
public sealed record CorrectionAnswer(int Revision, DocumentAnswer Document);

/// <param name="Revision">The revision that the request made.</param>
/// <param name="Document">As it is now; absent where <c>Prefer: return=minimal</c> was sent and the request was not answered before.</param>
/// <param name="Changed">In its place: what the request left otherwise than it was.</param>
public sealed record CorrectedAnswer(int Revision, DocumentAnswer? Document, DifferenceAnswer? Changed);

/// <summary>With it, whoever has the document of the revision before has that of the revision that the request made.</summary>
/// <param name="Mentions">That came or changed, as they are now.</param>
/// <param name="MentionsGone">Ids.</param>
/// <param name="Relations">That came.</param>
/// <param name="RelationsGone">Ids.</param>
/// <param name="Turns">That changed, as they are now.</param>
public sealed record DifferenceAnswer(
    DocumentStatus Status,
    IReadOnlyList<MentionAnswer> Mentions,
    IReadOnlyList<string> MentionsGone,
    IReadOnlyList<DocumentRelation> Relations,
    IReadOnlyList<string> RelationsGone,
    IReadOnlyList<TurnAnswer> Turns
)
{
    public static DifferenceAnswer Of(DocumentDifference difference, Document document, OffsetMap map) =>
        new(
            document.Status,
            [.. difference.Mentions.Select(mention => MentionAnswer.Of(mention, document.Text, map))],
            difference.MentionsGone,
            difference.Relations,
            difference.RelationsGone,
            [.. difference.Turns.Select(turn => TurnAnswer.Of(turn, map))]
        );
}

public static class CorrectionEndpoints
{
    private const string Minimal = "return=minimal";

    private static readonly string[] OfEveryCorrection =
    [
        "not_found",
        "document_withdrawn",
        "stale_revision",
        "idempotency_key_reused",
        "storage_full",
        "storage_read_only",
    ];

    public static void MapCorrections(this IEndpointRouteBuilder api)
    {
        var document = api.MapGroup("/documents/{id}").WithTags("Corrections").RequireRole(ProjectRole.Annotator);
        document
            .MapPost("/corrections", Correct)
            .Describe(
                "correct",
                "Stores what a person decided.",
                "All changes or none. A document that somebody else has saved meanwhile is answered with 409 and what changed since. With the header `Prefer: return=minimal` (RFC 7240) the answer holds what the changes left otherwise than it was, in place of the whole document."
            )
            .Fails(
                body: true,
                [
                    .. OfEveryCorrection,
                    "span_out_of_range",
                    "span_off_surface",
                    "label_not_in_schema",
                    "mention_not_found",
                    "turn_not_found",
                    "duplicate_mention",
                    "already_decided",
                    "never_so",
                    "no_changes",
                    "document_done",
                    "relation_not_found",
                    .. DocumentEndpoints.SpokenOf,
                ]
            )
            .Example(
                """
                {"revision":3,"idempotencyKey":"5b1c","changes":[{"action":"accept","mentionId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f"},
                 {"action":"add","start":18,"end":24,"text":"500 mg","label":"DOSAGE"},
                 {"action":"annotate","mentionId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","assertion":{"negated":true},"concepts":["DB00331"]}]}
                """,
                Samples.Correction
            );
        document
            .MapPut("/annotations", Replace)
            .Describe(
                "replaceAnnotations",
                "Puts a whole annotation in place of the present one.",
                "For programmes that bring a finished annotation; the log records the difference."
            )
            .Fails(
                body: true,
                [
                    .. OfEveryCorrection,
                    "span_out_of_range",
                    "span_off_surface",
                    "label_not_in_schema",
                    "turn_not_found",
                    "duplicate_mention",
                    "duplicate_turn",
                    "undecided_suggestions",
                    "mention_not_found",
                    .. DocumentEndpoints.SpokenOf,
                ]
            )
            .Example(
                """{"revision":3,"spans":[{"start":8,"end":17,"label":"MEDICATION","text":"metformin"}],"done":true}""",
                Samples.Correction
            );
        document
            .MapPost("/complete", Complete)
            .Describe("completeDocument", "Declares a document done: what is on it is gold.")
            .Fails(body: true, [.. OfEveryCorrection, "undecided_suggestions", "document_done"])
            .Example("""{"revision":4,"undecided":"reject"}""", Samples.Correction);
        document
            .MapPost("/reopen", Reopen)
            .Describe("reopenDocument", "Opens a finished document again.")
            .Fails(body: true, [.. OfEveryCorrection, "no_changes"])
            .Example("""{"revision":5}""", Samples.Correction);
        document
            .MapGet("/history", History)
            .Describe("getHistory", "What was done to a document, oldest first. Nothing of it is ever changed.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Samples.Batch));
    }

    private static Ok<CorrectedAnswer> Correct(
        string id,
        CorrectionRequest request,
        CorrectionStore store,
        DocumentStore documents,
        ClaimsPrincipal user,
        HttpResponse response,
        [FromHeader] string? prefer = null
    )
    {
        // A document's text never changes, so offsets may be turned before the transaction that checks the revision.
        var map = new OffsetMap(documents.TextOf(id), request.OffsetUnit);
        var changes = request.Changes.Select((c, i) => ToChange(c, map, $"change {i + 1}")).ToList();
        bool minimal = PrefersMinimal(prefer);
        var batch = new CorrectionBatch(request.Revision, changes, request.IdempotencyKey);
        var outcome = Saved(() => store.Apply(id, batch, user.Actor(), whole: !minimal), request.OffsetUnit);
        if (!minimal || outcome.Difference is not { } difference)
        {
            return TypedResults.Ok(new CorrectedAnswer(outcome.Revision, DocumentAnswer.Of(outcome.Document, request.OffsetUnit), null));
        }

        response.Headers["Preference-Applied"] = Minimal;
        return TypedResults.Ok(new CorrectedAnswer(outcome.Revision, null, DifferenceAnswer.Of(difference, outcome.Document, map)));
    }

    private static bool PrefersMinimal(string? prefer) =>
        prefer is not null
        && prefer.Split(',', ';').Any(preference => preference.Trim().Equals(Minimal, StringComparison.OrdinalIgnoreCase));

    private static Ok<CorrectionAnswer> Replace(
        string id,
        AnnotationRequest request,
        CorrectionStore store,
        DocumentStore documents,
        ClaimsPrincipal user
    )
    {
        var spans = request.Spans is { } given
            ? OffsetUnits.ToUtf16(new OffsetMap(documents.Get(id).Text, request.OffsetUnit), given, "")
            : null;
        return Answer(
            () =>
                store.Replace(
                    id,
                    new Replacement(request.Revision, spans, request.Intents, request.Done, request.IdempotencyKey)
                    {
                        Relations = request.Relations,
                    },
                    user.Actor()
                ),
            request.OffsetUnit
        );
    }

    private static Ok<CorrectionAnswer> Complete(string id, CompletionRequest request, CorrectionStore store, ClaimsPrincipal user) =>
        Answer(
            () =>
                store.Complete(
                    id,
                    request.Revision,
                    request.Undecided ?? UndecidedSuggestions.Refuse,
                    user.Actor(),
                    request.IdempotencyKey
                ),
            request.OffsetUnit
        );

    private static Ok<CorrectionAnswer> Reopen(string id, ReopenRequest request, CorrectionStore store, ClaimsPrincipal user) =>
        Answer(() => store.Reopen(id, request.Revision, user.Actor(), request.IdempotencyKey), request.OffsetUnit);

    private static Ok<Listing<BatchAnswer>> History(
        string id,
        CorrectionStore store,
        DocumentStore documents,
        int limit = 100,
        string? after = null,
        string? offsetUnit = null
    )
    {
        var map = new OffsetMap(documents.Get(id).Text, OffsetUnits.Parse(offsetUnit));
        return TypedResults.Ok(Listing<BatchAnswer>.Of(store.History(id, limit, after), b => BatchAnswer.Of(b, map)));
    }

    internal static Ok<CorrectionAnswer> Answer(Func<CorrectionOutcome> save, OffsetUnit unit)
    {
        var outcome = Saved(save, unit);
        return TypedResults.Ok(new CorrectionAnswer(outcome.Revision, DocumentAnswer.Of(outcome.Document, unit)));
    }

    private static CorrectionOutcome Saved(Func<CorrectionOutcome> save, OffsetUnit unit)
    {
        try
        {
            return save();
        }
        catch (StaleRevisionException stale)
        {
            var map = new OffsetMap(stale.Current.Text, unit);
            throw new ProblemException(
                stale.Code,
                stale.Reason,
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["currentRevision"] = stale.CurrentRevision,
                    ["changesSince"] = stale.ChangesSince.Select(b => BatchAnswer.Of(b, map)).ToList(),
                }
            );
        }
    }

    private static Change ToChange(ChangeRequest change, OffsetMap map, string where)
    {
        if (change is { Start: { } start, End: { } end })
        {
            var span = OffsetUnits.ToUtf16(map, start, end, where);
            return Describe(span.Start, span.End);
        }

        return change is { Start: null, End: null }
            ? Describe(null, null)
            : throw new ProblemException("span_out_of_range", $"{where}: a span needs start and end.");

        Change Describe(int? from, int? to) =>
            new(change.Action, change.MentionId, from, to, change.Text, change.Label, change.Turn, change.Intent, change.State)
            {
                Fragments = OffsetUnits.ToUtf16(map, change.Fragments, where),
                Assertion = change.Assertion?.Stated,
                Unasserted = change.Assertion is { Stated: null },
                Attributes = change.Attributes,
                Concepts = change.Concepts,
                RelationId = change.RelationId,
                From = change.From,
                To = change.To,
                Type = change.Type,
            };
    }
}
