using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Projects;

/// <param name="Labels">What spans may carry; names are case-sensitive.</param>
/// <param name="Intents">What turns may carry, beside <c>oos</c>, which every project has.</param>
/// <param name="Relations">What may join mentions; without it, what suits the labels.</param>
/// <param name="Attributes">What may be said of mentions, the five assertions among it; without it, those five of any label.</param>
public sealed record NewProject(
    string Name,
    IReadOnlyList<LabelDefinition>? Labels = null,
    IReadOnlyList<IntentDefinition>? Intents = null,
    IReadOnlyList<RelationDefinition>? Relations = null,
    IReadOnlyList<AttributeDefinition>? Attributes = null
);

public sealed record ProjectName(string Name);

/// <summary>What a new project may begin with.</summary>
/// <param name="Labels">The canonical types of clinical text.</param>
/// <param name="Intents">Those of the version in use, without <c>oos</c>; empty where none is in use.</param>
public sealed record StartingSchema(IReadOnlyList<LabelDefinition> Labels, IReadOnlyList<IntentDefinition> Intents);

public static class ProjectEndpoints
{
    public static void MapProjects(this IEndpointRouteBuilder api)
    {
        var projects = api.MapGroup("/projects").WithTags("Projects").RequireRole(ProjectRole.Annotator);
        projects
            .MapGet("", List)
            .RequireIdentity()
            .Describe("listProjects", "Lists the projects where the caller has a role.")
            .Fails(body: false, "invalid_value")
            .Example(null, Samples.Listed(Samples.Project));
        projects
            .MapPost("", Create)
            .RequireRole(ProjectRole.Manager, ProjectFrom.Every)
            .Describe("createProject", "Creates a project with its schema of labels and intents.")
            .Fails(body: true, "name_missing", "name_taken", "schema_duplicate")
            .Example(
                """{"name":"Cardiology letters","labels":[{"name":"MEDICATION","colour":"#2a6f97","key":"m"}],"intents":[{"name":"refill_prescription"}]}""",
                Samples.Project
            );
        api.MapGet("/starting-schema", Starting)
            .WithTags("Projects")
            .RequireIdentity()
            .Describe(
                "getStartingSchema",
                "Labels and intents that a new project may begin with.",
                "The canonical types of clinical text, and the intents that the version in use suggests; `createProject` takes any others as well."
            )
            .Fails(body: false)
            .Example(
                null,
                """{"labels":[{"name":"MEDICATION","colour":"#2a6f97","key":"m","description":"Drugs and classes of drugs."}],"intents":[{"name":"refill_prescription"}]}"""
            );
        projects
            .MapPut("/{id}", Rename)
            .RequireRole(ProjectRole.Manager)
            .Describe("renameProject", "Gives a project another name; its id stays.")
            .Fails(body: true, "not_found", "name_missing", "name_taken")
            .Example("""{"name":"Cardiology letters"}""", Samples.Project);
        projects.MapGet("/{id}", Get).Describe("getProject", "One project.").Fails(body: false, "not_found").Example(null, Samples.Project);
    }

    private static Ok<Listing<Project>> List(ProjectStore store, ClaimsPrincipal user, int limit = 100, string? after = null) =>
        TypedResults.Ok(Listing<Project>.Of(store.List(limit, after, user.VisibleProjects()), project => AsSeen(project, store, user)));

    private static Created<Project> Create(NewProject project, ProjectStore store, ClaimsPrincipal user)
    {
        var created = store.Create(
            project.Name,
            project.Labels ?? [],
            project.Intents ?? [],
            user.Actor(),
            project.Relations,
            project.Attributes
        );
        return TypedResults.Created($"/v1/projects/{created.Id}", created);
    }

    private static Ok<Project> Rename(string id, ProjectName request, ProjectStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(AsSeen(store.Rename(id, request.Name, user.Actor()), store, user));

    private static Ok<StartingSchema> Starting(ServingModels models)
    {
        using var lease = models.HasIntents ? models.AcquireIntents() : null;
        var intents = lease?.Model.Intents.Where(intent => intent != IntentPrediction.OutOfScope) ?? [];
        return TypedResults.Ok(
            new StartingSchema(DefaultSchema.Labels, [.. intents.Order(StringComparer.Ordinal).Select(name => new IntentDefinition(name))])
        );
    }

    private static Ok<Project> Get(string id, ProjectStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(AsSeen(store.Get(id), store, user));

    /// <summary>An annotator's counts are those of the documents that they may read.</summary>
    private static Project AsSeen(Project project, ProjectStore store, ClaimsPrincipal user) =>
        user.BlindIn(project.Id) is { } blind ? project with { Documents = store.CountsFor(project.Id, blind) } : project;
}
