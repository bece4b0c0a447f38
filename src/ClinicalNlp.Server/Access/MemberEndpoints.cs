using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

/// <param name="Role">annotator, reviewer or manager.</param>
public sealed record RoleRequest(ProjectRole Role);

/// <summary>Who works in a project. Its managers give out its roles.</summary>
public static class MemberEndpoints
{
    private const string Sample = """
        {"accountId":"0192f0c7-0000-7c4a-8f00-3a1b2c3d4e5f","name":"ana","role":"annotator","disabled":false,
         "granted":"2026-11-22T09:00:00+00:00","grantedBy":"owner"}
        """;

    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var members = api.MapGroup("/projects/{projectId}/members").WithTags("People").RequireRole(ProjectRole.Manager);
        members
            .MapGet("", List)
            .Describe("listMembers", "The people who have a role in a project.")
            .Fails(body: false, "not_found")
            .Example(null, Samples.Listed(Sample));
        members
            .MapPut("/{name}", Grant)
            .Describe("grantRole", "Gives a person a role in a project, in place of the one they had.")
            .Fails(body: true, "not_found", "bad_role")
            .Example("""{"role":"reviewer"}""", null);
        members
            .MapDelete("/{name}", Revoke)
            .Describe("revokeRole", "Takes a person out of a project. What they did stays.")
            .Fails(body: false, "not_found");
    }

    private static Ok<Listing<Member>> List(string projectId, MembershipStore store) =>
        TypedResults.Ok(new Listing<Member>(store.List(projectId), null));

    private static NoContent Grant(string projectId, string name, RoleRequest request, MembershipStore store, ClaimsPrincipal user)
    {
        store.Grant(projectId, name, request.Role, user.Actor());
        return TypedResults.NoContent();
    }

    private static NoContent Revoke(string projectId, string name, MembershipStore store, ClaimsPrincipal user)
    {
        store.Revoke(projectId, name, user.Actor());
        return TypedResults.NoContent();
    }
}
