using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Documents;

public sealed record PreannotationRequest(PreannotationScope Scope = PreannotationScope.Missing);

/// <summary>Documents marked up by the models in use, many at once.</summary>
public static class PreannotationEndpoints
{
    private const string Job = """
        {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","scope":"missing","state":"waiting","by":"owner",
         "created":"2026-11-22T09:30:00+00:00","done":1280,"failed":0,"progress":{"total":5000,"documentsPerSecond":64,"secondsLeft":58.1}}
        """;

    public static void MapPreannotations(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/projects/{projectId}/preannotations").WithTags("Documents").RequireRole(ProjectRole.Manager);
        jobs.MapPost("", Start)
            .Describe(
                "preannotate",
                "Lets the models in use mark up all documents that nobody has begun.",
                "With the scope `missing` those that no model has read and that carry no annotation; with `outdated` those whose open suggestions are of another "
                    + "version than the one in use. The work goes on in the background, after a restart too, and takes up what comes in meanwhile. What is asked for "
                    + "already is answered as it is."
            )
            .Fails(body: true, "not_found", "state_conflict", "storage_full", "storage_read_only")
            .Example("""{"scope":"missing"}""", Job);
        jobs.MapGet("", List)
            .Describe("listPreannotations", "What was asked to be marked up, newest first: how far it is, or how it ended.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Job));
        jobs.MapGet("/ahead", Ahead)
            .Describe("countPreannotations", "How many documents each scope has now.")
            .Fails(body: false, "not_found")
            .Example(null, """{"missing":5000,"outdated":0}""");
        jobs.MapGet("/{jobId}", Get).Describe("getPreannotation", "How far it is.").Fails(body: false, "not_found").Example(null, Job);
        jobs.MapPost("/{jobId}/cancel", Cancel)
            .Describe("cancelPreannotation", "Stops it; what was marked up stays.")
            .Fails(body: false, "not_found", "state_conflict")
            .Example(null, Job);
    }

    private static Ok<PreannotationJob> Start(
        string projectId,
        PreannotationRequest request,
        PreannotationWorker worker,
        ClaimsPrincipal user
    ) => TypedResults.Ok(worker.Enqueue(projectId, request.Scope, user.Actor()));

    private static Ok<Listing<PreannotationJob>> List(
        string projectId,
        PreannotationWorker worker,
        int limit = 100,
        string? after = null
    ) => TypedResults.Ok(Listing<PreannotationJob>.Of(worker.List(projectId, limit, after)));

    private static Ok<PreannotationAhead> Ahead(string projectId, PreannotationWorker worker) => TypedResults.Ok(worker.Ahead(projectId));

    private static Ok<PreannotationJob> Get(string projectId, string jobId, PreannotationWorker worker) =>
        TypedResults.Ok(worker.Get(projectId, jobId));

    private static Ok<PreannotationJob> Cancel(string projectId, string jobId, PreannotationWorker worker, ClaimsPrincipal user) =>
        TypedResults.Ok(worker.Cancel(projectId, jobId, user.Actor()));
}
