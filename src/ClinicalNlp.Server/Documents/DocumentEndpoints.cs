using System.Security.Claims;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Corpora;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Documents;

/// <param name="OffsetUnit">Of all spans; a document may name its own.</param>
public sealed record ImportRequest(IReadOnlyList<ImportedDocument> Documents, OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint);

/// <summary>A text, or a dialogue with turns.</summary>
/// <param name="Kind">For example <c>discharge_summary</c>; with turns it is <c>dialogue</c>.</param>
/// <param name="Group">For example a patient pseudonym: documents of one group never fall on both sides of a split.</param>
/// <param name="Spans">Gold: the document is stored as done.</param>
/// <param name="Relations">Between spans, by the ids that the request gives them.</param>
public sealed record ImportedDocument(
    string? Text = null,
    string? ExternalId = null,
    string? Kind = null,
    string? Group = null,
    JsonObject? Meta = null,
    IReadOnlyList<SpanRequest>? Spans = null,
    OffsetUnit? OffsetUnit = null,
    IReadOnlyList<ImportedTurn>? Turns = null,
    IReadOnlyList<NewRelation>? Relations = null
);

/// <param name="Intent">Gold.</param>
public sealed record ImportedTurn(string Speaker, string Text, string? Intent = null);

public sealed record ImportAnswer(IReadOnlyList<AddedDocument> Items);

public sealed record DocumentCountsAnswer(IReadOnlyList<DocumentCount> Items);

/// <param name="Entities">Of a transcript, the entities in its turns instead of their intents.</param>
public sealed record SuggestionRequest(bool Replace = true, bool Entities = false);

public static class DocumentEndpoints
{
    /// <summary>Refusals of what is said of mentions and of their relations.</summary>
    public static readonly IReadOnlyList<string> SpokenOf =
    [
        "attribute_not_in_schema",
        "concept_invalid",
        "relation_not_in_schema",
        "relation_to_itself",
        "duplicate_relation",
    ];

    public static void MapDocuments(this IEndpointRouteBuilder api)
    {
        var ofProject = api.MapGroup("/projects/{projectId}/documents").WithTags("Documents").RequireRole(ProjectRole.Annotator);
        ofProject
            .MapPost("", Import)
            .RequireRole(ProjectRole.Manager)
            .Describe("addDocuments", "Stores documents: all of them, or none when one is refused.")
            .Fails(
                body: true,
                [
                    "not_found",
                    "empty_text",
                    "no_turns",
                    "span_out_of_range",
                    "span_off_surface",
                    "label_not_in_schema",
                    "duplicate_mention",
                    "mention_not_found",
                    .. SpokenOf,
                    "external_id_taken",
                    "external_id_erased",
                    "storage_damaged",
                    "name_missing",
                    "storage_full",
                    "storage_read_only",
                ]
            )
            .Example(
                """
                {"documents":[{"externalId":"note-17","kind":"discharge_summary","group":"patient-4","text":"Started metformin 500 mg."},
                              {"externalId":"chat-3","turns":[{"speaker":"patient","text":"can i move my thursday appointment"},{"speaker":"bot","text":"Of course."}]}]}
                """,
                """{"items":[{"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","revision":0},{"id":"0192f0c1-7d3f-7a11-9b00-3a1b2c3d4e5f","revision":0}]}"""
            );
        ofProject
            .MapGet("", List)
            .Describe(
                "listDocuments",
                "Lists a project's documents, without their text.",
                "`status` is `new`, `in_progress` or `done`; `kind`, and a `text` in the external id (without one: the id) or group, narrow it further. The oldest first, or with "
                    + "`descending` the newest; `after` goes on from there, also from a document of the list. What an annotator reads blindly is left out for them. With `withdrawn`, "
                    + "those that were withdrawn, which managers may see, instead of those in use."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Samples.Summary));
        ofProject
            .MapGet("/counts", Counts)
            .Describe(
                "countDocuments",
                "How many documents a project has, by kind and status.",
                "Of those with a `text`, a `status` or a `kind` as of `listDocuments`; what has none is left out."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(
                null,
                """{"items":[{"kind":"discharge_summary","status":"done","documents":40},{"kind":"discharge_summary","status":"new","documents":160}]}"""
            );

        var documents = api.MapGroup("/documents").WithTags("Documents").RequireRole(ProjectRole.Annotator);
        documents
            .MapGet("/{id}", Get)
            .Describe("getDocument", "One document with its mentions and turns.")
            .Fails(body: false, "invalid_value", "not_found", "document_withdrawn")
            .Example(null, Samples.Document);
        documents
            .MapPost("/{id}/suggestions", Suggest)
            .Describe(
                "suggest",
                "Runs the models in use on a document and stores what they propose.",
                "A note gets entities, a transcript an intent for each turn that asks something, or with `entities` the entities in its turns. What people decided stays; the revision does not move. "
                    + "The header `Answer-Id` names the answer of the model that was asked."
            )
            .Fails(
                body: true,
                "not_found",
                "document_done",
                "document_withdrawn",
                "queue_full",
                "model_missing",
                "model_damaged",
                "model_incomplete",
                "model_foreign"
            )
            .Example("""{"replace":true}""", Samples.Document);
    }

    private static Created<ImportAnswer> Import(string projectId, ImportRequest request, DocumentStore store, ClaimsPrincipal user)
    {
        if (request.Documents.Count == 0)
        {
            throw new ProblemException("invalid_value", "documents is empty.");
        }

        var documents = request.Documents.Select((d, i) => ToNew(d, request.OffsetUnit, $"document {i + 1}, ")).ToList();
        return TypedResults.Created(
            $"/v1/projects/{Uri.EscapeDataString(projectId)}/documents",
            new ImportAnswer(store.Add(projectId, documents, user.Actor()))
        );
    }

    private static NewDocument ToNew(ImportedDocument document, OffsetUnit unit, string where)
    {
        if (document is { Text: not null, Turns: not null })
        {
            throw new ProblemException("invalid_value", $"{where}either text or turns, not both.");
        }

        var turns = document.Turns?.Select(t => new Turn(t.Speaker, t.Text, t.Intent)).ToList();
        IReadOnlyList<NewSpan>? spans = null;
        if (document.Spans is not null)
        {
            // Of a dialogue, spans count in the text that its turns make.
            var text = document.Text ?? string.Join('\n', turns?.Select(t => t.Text) ?? []);
            ClinicalText.Check(text);
            spans = OffsetUnits.ToUtf16(new OffsetMap(text, document.OffsetUnit ?? unit), document.Spans, where);
        }

        return new NewDocument(document.Text, document.ExternalId, document.Kind, document.Group, document.Meta, spans, turns)
        {
            Relations = document.Relations ?? [],
        };
    }

    private static Ok<Listing<DocumentSummary>> List(
        string projectId,
        DocumentListStore store,
        ClaimsPrincipal user,
        string? status = null,
        string? kind = null,
        string? text = null,
        int limit = 100,
        string? after = null,
        bool descending = false,
        bool withdrawn = false
    )
    {
        if (withdrawn && !(user.Rights().In(projectId) >= ProjectRole.Manager))
        {
            throw new ForbiddenException(new AccessNeed.OfRole(ProjectRole.Manager, ProjectFrom.Route));
        }

        var filter = Filter(status, kind, text);
        return TypedResults.Ok(
            Listing<DocumentSummary>.Of(
                store.List(projectId, filter, limit, after, descending, user.BlindIn(projectId), withdrawn, user.Actor())
            )
        );
    }

    private static Ok<DocumentCountsAnswer> Counts(
        string projectId,
        DocumentListStore store,
        ClaimsPrincipal user,
        string? status = null,
        string? kind = null,
        string? text = null
    ) => TypedResults.Ok(new DocumentCountsAnswer(store.Count(projectId, Filter(status, kind, text), user.BlindIn(projectId))));

    private static DocumentFilter Filter(string? status, string? kind, string? text) =>
        new(
            status is null ? null
                : StoredNames.TryParse<DocumentStatus>(status, out var known) ? known
                : throw new ProblemException("invalid_value", "status is new, in_progress or done."),
            kind,
            text
        );

    private static Ok<DocumentAnswer> Get(string id, DocumentStore store, SetAsideStore aside, string? offsetUnit = null) =>
        TypedResults.Ok(DocumentAnswer.Of(store.Get(id), OffsetUnits.Parse(offsetUnit), aside.Of(id)));

    private static async Task<Ok<DocumentAnswer>> Suggest(
        string id,
        Preannotation preannotation,
        ClaimsPrincipal user,
        HttpResponse response,
        CancellationToken cancellation,
        SuggestionRequest? request = null,
        string? offsetUnit = null
    )
    {
        var unit = OffsetUnits.Parse(offsetUnit);
        var suggested = await preannotation.SuggestAsync(
            id,
            request?.Replace ?? true,
            user.Actor(),
            cancellation,
            request?.Entities ?? false
        );
        GivenAnswers.Name(response, suggested.AnswerId);
        return TypedResults.Ok(DocumentAnswer.Of(suggested.Document, unit));
    }
}
