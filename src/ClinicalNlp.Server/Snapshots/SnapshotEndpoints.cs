using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Snapshots;

/// <param name="Seed">The same seed keeps the same groups held out in every later snapshot.</param>
public sealed record NewSnapshot(
    ModelTask Task,
    double HeldOutFraction = SnapshotStore.DefaultHeldOutFraction,
    int Seed = SnapshotStore.DefaultSeed
);

public static class SnapshotEndpoints
{
    public static void MapSnapshots(this IEndpointRouteBuilder api)
    {
        var ofProject = api.MapGroup("/projects/{projectId}/snapshots").WithTags("Snapshots").RequireRole(ProjectRole.Annotator);
        ofProject
            .MapPost("", Create)
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "createSnapshot",
                "Freezes the finished documents of a project, split into a training and a held-out side.",
                "Documents of one group are never on both sides."
            )
            .Fails(body: true, "not_found", "too_little_data", "bad_fraction")
            .Example("""{"task":"entities","heldOutFraction":0.2}""", Samples.Snapshot);
        ofProject
            .MapGet("", List)
            .Describe("listSnapshots", "Lists a project's snapshots.")
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, Samples.Listed(Samples.Snapshot));
        api.MapGet("/snapshots/{id}", Get)
            .WithTags("Snapshots")
            .RequireRole(ProjectRole.Annotator)
            .Describe("getSnapshot", "One snapshot.")
            .Fails(body: false, "not_found")
            .Example(null, Samples.Snapshot);
    }

    private static Created<Snapshot> Create(string projectId, NewSnapshot request, SnapshotStore store, ClaimsPrincipal user)
    {
        var snapshot = store.Create(projectId, request.Task, user.Actor(), request.HeldOutFraction, request.Seed);
        return TypedResults.Created($"/v1/snapshots/{snapshot.Id}", snapshot);
    }

    private static Ok<Listing<Snapshot>> List(string projectId, SnapshotStore store, int limit = 100, string? after = null) =>
        TypedResults.Ok(Listing<Snapshot>.Of(store.List(projectId, limit, after)));

    private static Ok<Snapshot> Get(string id, SnapshotStore store) => TypedResults.Ok(store.Get(id));
}
