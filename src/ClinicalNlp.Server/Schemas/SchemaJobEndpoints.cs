using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Schemas;

/// <summary>Changes of a schema that take their time.</summary>
public static class SchemaJobEndpoints
{
    private const string Job = """
        {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e60",
         "change":{"kind":"rename","from":["MEDICATION"],"to":"DRUG","part":"label"},"seen":3,"state":"waiting","by":"owner",
         "created":"2026-11-22T09:30:00+00:00","progress":{"phase":"working","done":240000,"total":1000000,"rowsPerSecond":60000,"secondsLeft":12.7}}
        """;

    private static readonly TimeSpan UntilStopped = TimeSpan.FromSeconds(20);

    public static void MapSchemaJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("/projects/{projectId}/schema/jobs").WithTags("Schema").RequireRole(ProjectRole.Annotator);
        jobs.MapGet("", List)
            .Describe("listSchemaJobs", "Changes of the schema that were asked for, newest first: how far they are, or how they ended.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Job));
        jobs.MapGet("/{jobId}", Get)
            .Describe(
                "getSchemaJob",
                "How far a change of the schema is.",
                "While it runs, requests that write are refused with `schema_changing` after a second, and are to be sent again. "
                    + "It is stored as a whole at its end; after a restart of the service it begins anew."
            )
            .Fails(body: false, "not_found")
            .Example(null, Job);
        jobs.MapPost("/{jobId}/cancel", Cancel)
            .RequireRole(ProjectRole.Manager)
            .Describe("cancelSchemaJob", "Stops a change that is not done; nothing of it is stored.")
            .Fails(body: false, "not_found", "state_conflict")
            .Example(null, Job);
    }

    private static Ok<Listing<SchemaJob>> List(string projectId, SchemaWorker worker, int limit = 100, string? after = null) =>
        TypedResults.Ok(Listing<SchemaJob>.Of(worker.List(projectId, limit, after)));

    private static Ok<SchemaJob> Get(string projectId, string jobId, SchemaWorker worker) => TypedResults.Ok(worker.Get(projectId, jobId));

    private static async Task<Ok<SchemaJob>> Cancel(
        string projectId,
        string jobId,
        SchemaWorker worker,
        ClaimsPrincipal user,
        CancellationToken cancellationToken
    )
    {
        worker.Cancel(projectId, jobId, user.Actor());
        return TypedResults.Ok(await worker.WaitAsync(projectId, jobId, UntilStopped, cancellationToken));
    }
}
