using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Models;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Registry;

/// <param name="Problems">Versions that could not be loaded, and why.</param>
public sealed record ModelsAnswer(IReadOnlyList<ModelVersionAnswer> Items, IReadOnlyList<ModelProblem> Problems);

/// <param name="Origin">shipped with the programme, or retrained here.</param>
/// <param name="Parent">The version its training started from.</param>
/// <param name="WithdrawnDocuments">Documents that it, or one it descends from, learnt from, and that were withdrawn since.</param>
/// <param name="Gate">How it compared with the version in use then; absent when it never came before the gate.</param>
public sealed record ModelVersionAnswer(
    string Name,
    string Version,
    ModelTask Task,
    ModelOrigin Origin,
    ModelState State,
    bool InUse,
    string Fingerprint,
    ModelVersionName? Parent,
    string? SnapshotId,
    string? RunId,
    IReadOnlyList<CardScore> Scores,
    GateDecision? Gate,
    DateTimeOffset Created,
    string CreatedBy,
    int WithdrawnDocuments
)
{
    public static ModelVersionAnswer Of(ModelVersion v, IReadOnlyDictionary<ModelStamp, int> withdrawn) =>
        new(
            v.Name,
            v.Version,
            v.Task,
            v.Origin,
            v.State,
            v.InUse,
            v.Fingerprint,
            ModelVersionName.Of(v.Parent),
            v.SnapshotId,
            v.RunId,
            v.Scores,
            v.Gate,
            v.Created,
            v.CreatedBy,
            withdrawn.GetValueOrDefault(v.Stamp)
        );
}

/// <param name="Force">Overrules the gate; the audit log says so.</param>
public sealed record PromotionRequest(bool Force = false);

public static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("Models").RequireRole(ProjectRole.Manager, ProjectFrom.Every);
        models
            .MapGet("", List)
            .RequireRole(ProjectRole.Annotator, ProjectFrom.Any)
            .Describe("listModels", "Every model version with its lineage, scores and what the gate said.")
            .Fails(body: false)
            .Example(null, $$"""{"items":[{{Samples.Version}}],"problems":[]}""");
        models
            .MapPost("/{name}/{version}/promote", Promote)
            .Describe("promoteModel", "Puts a version in use.", "Requests under way finish on the version they have; none is dropped.")
            .Fails(
                body: true,
                "not_found",
                "no_changes",
                "gate_refused",
                "training_in_progress",
                "model_missing",
                "model_incomplete",
                "model_damaged",
                "model_foreign"
            )
            .Example("""{"force":false}""", Samples.Version);
        models
            .MapPost("/{name}/rollback", RollBack)
            .Describe("rollBackModel", "Returns to the version that was in use before.")
            .Fails(body: false, "not_found", "nothing_to_roll_back", "model_missing", "model_incomplete", "model_damaged", "model_foreign")
            .Example(null, Samples.Version);
    }

    private static Ok<ModelsAnswer> List(ModelRegistry registry, LineageStore lineage)
    {
        var withdrawn = lineage.Withdrawn();
        return TypedResults.Ok(
            new ModelsAnswer([.. registry.Store.List().Select(v => ModelVersionAnswer.Of(v, withdrawn))], registry.Problems)
        );
    }

    private static Ok<ModelVersionAnswer> Promote(
        string name,
        string version,
        ModelRegistry registry,
        LineageStore lineage,
        ClaimsPrincipal user,
        PromotionRequest? request = null
    ) =>
        TypedResults.Ok(ModelVersionAnswer.Of(registry.Promote(name, version, request?.Force ?? false, user.Actor()), lineage.Withdrawn()));

    private static Ok<ModelVersionAnswer> RollBack(string name, ModelRegistry registry, LineageStore lineage, ClaimsPrincipal user) =>
        TypedResults.Ok(ModelVersionAnswer.Of(registry.RollBack(name, user.Actor()), lineage.Withdrawn()));
}
