using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
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

    private static Ok<Project> Get(string id, ProjectStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(AsSeen(store.Get(id), store, user));

    /// <summary>An annotator's counts are those of the documents that they may read.</summary>
    private static Project AsSeen(Project project, ProjectStore store, ClaimsPrincipal user) =>
        user.BlindIn(project.Id) is { } blind ? project with { Documents = store.CountsFor(project.Id, blind) } : project;
}
