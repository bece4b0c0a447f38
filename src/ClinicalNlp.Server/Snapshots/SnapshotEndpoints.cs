using System.Security.Claims;
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
        var ofProject = api.MapGroup("/projects/{projectId}/snapshots").WithTags("Snapshots");
        ofProject
            .MapPost("", Create)
            .Describe(
                "createSnapshot",
                "Freezes the finished documents of a project, split into a training and a held-out side.",
                "Documents of one group are never on both sides."
            )
            .Fails(body: true, "not_found", "too_little_data", "bad_fraction")
            .Example(
                """{"task":"entities","heldOutFraction":0.2}""",
                """
                {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","task":"entities","seed":1,"heldOutFraction":0.2,
                 "labels":["PROBLEM","MEDICATION"],"hash":"5d41…","train":{"documents":80,"groups":31},"heldOut":{"documents":20,"groups":8},
                 "created":"2026-11-22T09:30:00+00:00","createdBy":"owner"}
                """
            );
        ofProject
            .MapGet("", List)
            .Describe("listSnapshots", "Lists a project's snapshots.")
            .Fails(body: false, "invalid_value", "not_found");
        api.MapGet("/snapshots/{id}", Get).WithTags("Snapshots").Describe("getSnapshot", "One snapshot.").Fails(body: false, "not_found");
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
