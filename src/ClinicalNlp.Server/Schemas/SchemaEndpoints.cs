using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Schemas;

/// <summary>A change of a project's labels, relation types, attributes, or values of an attribute.</summary>
/// <param name="Kind">add, edit, rename, merge, remove, restore, or take_back.</param>
/// <param name="From">The names that change; none to add or to take back.</param>
/// <param name="To">The name that is there afterwards, of an addition, rename or merge. A merge makes it where it is not there.</param>
/// <param name="Look">Colour, key, description and examples, of an addition or edit of a label; what is left out of an edit is taken away.</param>
/// <param name="Version">Of the schema that was seen: refused with <c>stale_schema</c> when its labels changed since. A preview needs none.</param>
/// <param name="Part">What changes: label (when it is left out), relation, attribute or value.</param>
/// <param name="Definition">Of an addition or edit of a relation type or attribute; what is left out of an edit is taken away.</param>
/// <param name="Attribute">The attribute whose values change.</param>
/// <param name="Undoes">The version of the schema that is taken back.</param>
public sealed record SchemaChangeRequest(
    SchemaChangeKind Kind,
    IReadOnlyList<string>? From = null,
    string? To = null,
    LabelLook? Look = null,
    int? Version = null,
    SchemaPart Part = SchemaPart.Label,
    PartDefinition? Definition = null,
    string? Attribute = null,
    int? Undoes = null
)
{
    public SchemaChange ToChange() =>
        new(Kind, From ?? [], To, Look)
        {
            Part = Part,
            Definition = Definition,
            Attribute = Attribute,
            Undoes = Undoes,
        };
}

public static class SchemaEndpoints
{
    private const string Request = """{"kind":"rename","from":["MEDICATION"],"to":"DRUG","version":3}""";

    private const string Effect = """
        {"version":4,"mentions":214,"suggestions":31,"duplicates":0,"relations":0,"documents":40,"doneDocuments":28,"workingCopies":6,"openCopies":2,
         "copyMentions":35,"finishedWithout":0,"most":[{"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","externalId":"note-17","status":"done","revision":4,
         "mentions":12,"suggestions":0}],"keyConflicts":[],"models":[{"model":{"name":"clinical-entities","version":"5"},"labels":["MEDICATION"]}],
         "namedIn":["TREATS"],"withdrawnDocuments":0,"details":0,"notRestored":[]}
        """;

    /// <summary>Most changes are over by then; of a longer one the job is answered.</summary>
    private static readonly TimeSpan AnsweredAtOnce = TimeSpan.FromSeconds(5);

    private static readonly string[] OfEveryChange =
    [
        "not_found",
        "name_missing",
        "name_taken",
        "label_not_in_schema",
        "relation_not_in_schema",
        "attribute_not_in_schema",
        "no_changes",
    ];

    public static void MapSchemas(this IEndpointRouteBuilder api)
    {
        var schema = api.MapGroup("/projects/{projectId}/schema").WithTags("Schema").RequireRole(ProjectRole.Annotator);
        schema
            .MapGet("", Overview)
            .Describe("getSchema", "A project's labels, relation types and attributes, how often they occur, and the names that were.")
            .Fails(body: false, "not_found")
            .Example(
                null,
                """
                {"version":4,"labels":[{"label":{"name":"DRUG","colour":"#2a6f97","key":"m","examples":["metformin"]},"decided":214,"suggested":31,"documents":40}],
                 "former":[{"label":{"name":"MEDICATION"},"now":"DRUG","archived":0,"version":4,"retired":"2026-11-22T09:30:00+00:00","retiredBy":"owner"}],
                 "keyConflicts":[],"relations":[{"relation":{"name":"TREATS","from":["DRUG"],"to":["PROBLEM"]},"count":40}],
                 "attributes":[{"attribute":{"name":"severity","values":["mild","severe"]},"isAssertion":false,"count":3,"values":[{"value":"mild","count":3}]}],
                 "formerParts":[{"part":"relation","name":"GIVEN_FOR","now":"TREATS","archived":0,"version":3,"retired":"2026-11-22T09:20:00+00:00","retiredBy":"owner"}]}
                """
            );
        schema
            .MapGet("/history", History)
            .Describe("listSchemaVersions", "Who changed labels, relation types, attributes, intents and guidelines, newest first.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(
                null,
                Samples.Listed(
                    """
                    {"version":4,"kind":"rename","from":["MEDICATION"],"to":"DRUG","before":{"name":"MEDICATION"},"after":{"name":"DRUG"},"mentions":214,
                     "documents":40,"by":"owner","at":"2026-11-22T09:30:00+00:00","part":"label","mayBeTakenBack":true}
                    """
                )
            );
        schema
            .MapPost("/changes/preview", Preview)
            .RequireRole(ProjectRole.Manager)
            .Describe("previewSchemaChange", "What a change of labels would do to mentions, suggestions, documents, copies and models.")
            .Fails(body: true, OfEveryChange)
            .Example(Request, Effect);
        schema
            .MapPost("/changes", Change)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "changeSchema",
                "Adds, edits, renames, merges, removes or restores labels, relation types, attributes and their values, or takes such a change back.",
                "A change that takes longer than five seconds is answered with 202 and a job that tells how far it is. "
                    + "All mentions follow in one transaction, in the log of each document as a batch that names the schema's version; done documents stay done. "
                    + "Old names stay known: open suggestions, models trained before and pages that are open are read in the new ones. "
                    + "Mentions of a removed label are archived and come back when it is restored; so are relations of a removed type and what an attribute said. "
                    + "Taking a change back leaves what people decided since, and says how much that is."
            )
            .Fails(body: true, [.. OfEveryChange, "missing_field", "stale_schema", "state_conflict", "storage_full", "storage_read_only"])
            .Example(Request, Effect);
    }

    private static Ok<SchemaOverview> Overview(string projectId, SchemaStore store) => TypedResults.Ok(store.Overview(projectId));

    private static Ok<Listing<SchemaVersion>> History(string projectId, SchemaStore store, int limit = 100, string? after = null) =>
        TypedResults.Ok(Listing<SchemaVersion>.Of(store.History(projectId, limit, after)));

    private static Ok<SchemaChangeEffect> Preview(string projectId, SchemaChangeRequest request, SchemaStore store) =>
        TypedResults.Ok(store.Preview(projectId, request.ToChange()));

    private static async Task<Results<Ok<SchemaChangeEffect>, Accepted<SchemaJob>>> Change(
        string projectId,
        SchemaChangeRequest request,
        SchemaWorker worker,
        ClaimsPrincipal user,
        CancellationToken cancellationToken
    )
    {
        int seen =
            request.Version
            ?? throw new Problems.ProblemException(
                "missing_field",
                "version: a change says on which version of the schema it was thought out"
            );
        var job = worker.Enqueue(projectId, request.ToChange(), seen, user.Actor());
        job = await worker.WaitAsync(projectId, job.Id, AnsweredAtOnce, cancellationToken);
        return job.State switch
        {
            SchemaJobState.Done => TypedResults.Ok(job.Effect!),
            SchemaJobState.Waiting => TypedResults.Accepted($"/v1/projects/{projectId}/schema/jobs/{job.Id}", job),
            SchemaJobState.Cancelled => throw new Problems.ProblemException("state_conflict", "the change was cancelled"),
            _ => throw new Problems.ProblemException(job.ErrorCode!, job.ErrorReason!),
        };
    }
}
