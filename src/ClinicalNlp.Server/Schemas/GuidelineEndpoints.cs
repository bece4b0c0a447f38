using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Schemas;

/// <param name="Items">The project's text first, then those of labels in their order; nothing for what was never written.</param>
public sealed record GuidelinesAnswer(IReadOnlyList<Guideline> Items);

/// <param name="Text">Markdown; empty to take the guideline away.</param>
/// <param name="Label">Absent for the project's own text.</param>
/// <param name="Version">Of the text that was edited; 0 where there was none.</param>
public sealed record GuidelineText(string Text, int Version, string? Label = null);

/// <summary>A mention that the present schema has no place for.</summary>
/// <param name="Reason">Its label was removed, or labels were merged and another mention stands over the same words.</param>
/// <param name="Version">Of the schema that archived it.</param>
public sealed record ArchivedMentionAnswer(MentionAnswer Mention, ArchiveReason Reason, int Version);

public sealed record ArchivedMentionsAnswer(IReadOnlyList<ArchivedMentionAnswer> Items);

public static class GuidelineEndpoints
{
    private const string Sample = """
        {"label":"DRUG","version":4,"text":"Mark the **substance**, not its dose.","by":"owner","at":"2026-11-22T09:30:00+00:00"}
        """;

    public static void MapGuidelines(this IEndpointRouteBuilder api)
    {
        var guidelines = api.MapGroup("/projects/{projectId}/guidelines").WithTags("Schema").RequireRole(ProjectRole.Annotator);
        guidelines
            .MapGet("", All)
            .Describe("listGuidelines", "What people are told about the project and its labels, as Markdown.")
            .Fails(body: false, "not_found")
            .Example(null, $$"""{"items":[{{Sample}}]}""");
        guidelines
            .MapGet("/history", History)
            .Describe("listGuidelineVersions", "The versions of one text, newest first; without a label those of the project's own.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Sample));
        guidelines
            .MapPut("", Write)
            .RequireRole(ProjectRole.Manager)
            .Describe("writeGuideline", "Writes a text of the guidelines; the one before stays in the history.")
            .Fails(
                body: true,
                "not_found",
                "label_not_in_schema",
                "no_changes",
                "stale_schema",
                "text_too_long",
                "storage_full",
                "storage_read_only"
            )
            .Example("""{"label":"DRUG","text":"Mark the **substance**, not its dose.","version":0}""", Sample);
        api.MapGet("/documents/{id}/archived", Archived)
            .WithTags("Schema")
            .RequireRole(ProjectRole.Annotator)
            .Describe("listArchivedMentions", "Mentions of a document that the present schema has no place for, in the order of the text.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(
                null,
                """
                {"items":[{"mention":{"id":"0192f0c2-0000-7c4a-8f00-3a1b2c3d4e5f","start":8,"end":17,"text":"metformin","label":"BRAND","state":"added"},
                 "reason":"removed","version":4}]}
                """
            );
    }

    private static Ok<GuidelinesAnswer> All(string projectId, GuidelineStore store) =>
        TypedResults.Ok(new GuidelinesAnswer(store.Of(projectId)));

    private static Ok<Listing<Guideline>> History(
        string projectId,
        GuidelineStore store,
        string? label = null,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<Guideline>.Of(store.History(projectId, label ?? "", limit, after)));

    private static Ok<Guideline> Write(string projectId, GuidelineText request, GuidelineStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Write(projectId, request.Label ?? "", request.Text, request.Version, user.Actor()));

    private static Ok<ArchivedMentionsAnswer> Archived(string id, ArchiveStore store, DocumentStore documents, string? offsetUnit = null)
    {
        string text = documents.Get(id).Text;
        var map = new OffsetMap(text, OffsetUnits.Parse(offsetUnit));
        return TypedResults.Ok(
            new ArchivedMentionsAnswer([
                .. store
                    .Of(id)
                    .Select(item => new ArchivedMentionAnswer(MentionAnswer.Of(item.Mention, text, map), item.Reason, item.Version)),
            ])
        );
    }
}
