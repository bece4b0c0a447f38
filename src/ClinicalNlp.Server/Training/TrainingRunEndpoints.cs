using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Training;

/// <param name="SnapshotId">What to learn from; without it a new snapshot is made of what is done now.</param>
/// <param name="Minutes">Bound of the training time.</param>
/// <param name="AutoPromote">Put the candidate in use when it passes the gate.</param>
public sealed record NewRun(ModelTask Task, string? SnapshotId = null, double? Minutes = null, int? Seed = null, bool AutoPromote = true);

public static class TrainingRunEndpoints
{
    public static void MapTrainingRuns(this IEndpointRouteBuilder api)
    {
        api.MapPost("/projects/{projectId}/training-runs", Start)
            .WithTags("Training")
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "startTrainingRun",
                "Retrains in the background from the version in use.",
                "Extraction keeps answering. The candidate replaces the version in use only when it passes the gate."
            )
            .Fails(
                body: true,
                "not_found",
                "training_in_progress",
                "too_little_data",
                "bad_minutes",
                "snapshot_mismatch",
                "snapshot_withdrawn",
                "model_missing"
            )
            .Example("""{"task":"entities","minutes":4}""", Samples.Run);
        var runs = api.MapGroup("/training-runs").WithTags("Training").RequireRole(ProjectRole.Annotator);
        runs.MapGet("", List)
            .RequireRole(ProjectRole.Annotator, ProjectFrom.Query)
            .Describe("listTrainingRuns", "Lists training runs of a project, or of all projects that the caller may see, newest first.")
            .Fails(body: false, "invalid_value")
            .Example(null, Samples.Listed(Samples.Run));
        runs.MapGet("/{id}", Get)
            .Describe("getTrainingRun", "One training run.")
            .Fails(body: false, "not_found")
            .Example(null, Samples.Run);
        runs.MapPost("/{id}/cancel", Cancel)
            .RequireRole(ProjectRole.Manager)
            .Describe("cancelTrainingRun", "Asks a run to stop.")
            .Fails(body: false, "not_found", "state_conflict")
            .Example(null, Samples.Run);
        runs.MapGet("/{id}/events", Follow)
            .Describe(
                "followTrainingRun",
                "Server-sent events of a run, to its end.",
                "`state` carries the run and comes first and at every change; `progress` carries a report; `heartbeat` shows that the connection lives. The stream ends after the state that ends the run."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Fails(body: false, "not_found");
    }

    private static Accepted<TrainingRunAnswer> Start(
        string projectId,
        NewRun request,
        TrainingWorker worker,
        RegistryStore registry,
        ClaimsPrincipal user
    )
    {
        var run = worker.Enqueue(
            new NewTrainingRun(projectId, request.Task, request.SnapshotId, request.Minutes, request.Seed, request.AutoPromote),
            user.Actor()
        );
        return TypedResults.Accepted($"/v1/training-runs/{run.Id}", TrainingRunAnswer.Of(run, registry));
    }

    private static Ok<Listing<TrainingRunAnswer>> List(
        TrainingRunStore store,
        RegistryStore registry,
        ClaimsPrincipal user,
        int limit = 100,
        string? after = null,
        string? projectId = null
    ) =>
        TypedResults.Ok(
            Listing<TrainingRunAnswer>.Of(
                store.List(limit, after, string.IsNullOrEmpty(projectId) ? user.VisibleProjects() : [projectId]),
                run => TrainingRunAnswer.Of(run, registry)
            )
        );

    private static Ok<TrainingRunAnswer> Get(string id, TrainingRunStore store, RegistryStore registry) =>
        TypedResults.Ok(TrainingRunAnswer.Of(store.Get(id), registry));

    private static Ok<TrainingRunAnswer> Cancel(string id, TrainingWorker worker, RegistryStore registry, ClaimsPrincipal user) =>
        TypedResults.Ok(TrainingRunAnswer.Of(worker.Cancel(id, user.Actor()), registry));

    private static IResult Follow(string id, TrainingRunStore store, RunStream stream, HttpContext context)
    {
        var run = store.Get(id); // before the stream starts, so that an unknown run is a 404
        return TypedResults.ServerSentEvents(stream.FollowAsync(run, context.RequestAborted));
    }
}
