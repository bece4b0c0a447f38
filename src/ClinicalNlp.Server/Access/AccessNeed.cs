using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Server.Access;

/// <summary>Where an endpoint's project is named.</summary>
public enum ProjectFrom
{
    /// <summary>By the address: the project itself, or a record of it (see <see cref="MembershipStore"/>).</summary>
    Route,

    /// <summary>By <c>projectId</c> in the query; without it as <see cref="Any"/>.</summary>
    Query,

    /// <summary>Nowhere: the role is needed in every project, which administrators have, and keys that are not of one project.</summary>
    Every,

    /// <summary>Nowhere: the role is needed in any project; the endpoint leaves out what the caller may not see.</summary>
    Any,
}

/// <summary>What a caller needs for an endpoint, declared where it is mapped; the last declaration counts. <see cref="AccessGuard"/> enforces it.</summary>
public abstract record AccessNeed
{
    private AccessNeed() { }

    public sealed record OfRole(ProjectRole Role, ProjectFrom From) : AccessNeed;

    /// <summary>To ask the models: a key with the scope <c>extract</c>, or a person with a role in any project.</summary>
    public sealed record OfExtraction : AccessNeed;

    /// <summary>To be somebody: the endpoint is about the caller.</summary>
    public sealed record OfIdentity : AccessNeed;
}

public static class AccessNeeds
{
    /// <summary>A role in the project that the address names.</summary>
    public static T RequireRole<T>(this T endpoints, ProjectRole role, ProjectFrom from = ProjectFrom.Route)
        where T : IEndpointConventionBuilder => endpoints.WithMetadata(new AccessNeed.OfRole(role, from));

    public static T RequireAdministrator<T>(this T endpoints)
        where T : IEndpointConventionBuilder => endpoints.RequireRole(ProjectRole.Administrator, ProjectFrom.Every);

    public static T RequireExtraction<T>(this T endpoints)
        where T : IEndpointConventionBuilder => endpoints.WithMetadata(new AccessNeed.OfExtraction());

    /// <summary>For what is about the caller, or holds only what the caller may see.</summary>
    public static T RequireIdentity<T>(this T endpoints)
        where T : IEndpointConventionBuilder => endpoints.WithMetadata(new AccessNeed.OfIdentity());

    /// <summary>What stands after "this needs".</summary>
    public static string InWords(AccessNeed need) =>
        need switch
        {
            AccessNeed.OfRole { Role: ProjectRole.Administrator } => "the role administrator",
            AccessNeed.OfRole one => $"the role {StoredNames.Of(one.Role)} {PlaceInWords(one.From)}",
            AccessNeed.OfExtraction => "a role in a project, or an API key with the scope extract",
            _ => "a sign-in or an API key",
        };

    private static string PlaceInWords(ProjectFrom from) =>
        from switch
        {
            ProjectFrom.Every => "in every project",
            ProjectFrom.Any => "in a project",
            _ => "in the project",
        };
}
