using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ClinicalNlp.Server.Access;

/// <summary>Middleware after authorisation: whether the caller, who is known, has what the endpoint needs.</summary>
public static class AccessGuard
{
    private static readonly AccessNeed Undeclared = new AccessNeed.OfRole(ProjectRole.Administrator, ProjectFrom.Every);

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (
            context.GetEndpoint() is RouteEndpoint endpoint
            && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
            && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        )
        {
            // An endpoint that says nothing is closed rather than open; a test finds it.
            Check(context, endpoint, endpoint.Metadata.GetMetadata<AccessNeed>() ?? Undeclared);
        }

        return next(context);
    }

    /// <summary>The record that an address names: the part before its first parameter, and the parameter.</summary>
    /// <returns>Null when no record of a project is named.</returns>
    public static (string Collection, string Parameter)? RecordOf(RoutePattern pattern)
    {
        string? before = null;
        foreach (var segment in pattern.PathSegments)
        {
            switch (segment.Parts)
            {
                case [RoutePatternLiteralPart literal]:
                    before = literal.Content;
                    break;
                case [RoutePatternParameterPart parameter]:
                    return before is not null && MembershipStore.HasProjects(before) ? (before, parameter.Name) : null;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The document that the address of a request to an endpoint for callers names; null when it names none.</summary>
    public static string? DocumentOf(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint
        && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
        && RecordOf(endpoint.RoutePattern) is ("documents", var parameter)
            ? context.Request.RouteValues[parameter] as string
            : null;

    private static void Check(HttpContext context, RouteEndpoint endpoint, AccessNeed need)
    {
        var rights = context.User.Rights();
        var allowed = need switch
        {
            AccessNeed.OfIdentity => true,
            AccessNeed.OfExtraction => rights.MayExtract,
            AccessNeed.OfRole { From: ProjectFrom.Any } any => rights.Somewhere >= any.Role,
            // Also of a record that is not there: the endpoint says so.
            AccessNeed.OfRole one when rights.Everywhere >= one.Role => true,
            AccessNeed.OfRole one when ProjectOf(context, endpoint, one.From) is { } projectId =>
            // Who has no role there is not told that there is such a project.
            (
                rights.In(projectId) ?? throw new RecordNotFoundException("record", "")
            ) >= one.Role,
            AccessNeed.OfRole { From: ProjectFrom.Query } any => rights.Somewhere >= any.Role,
            _ => false,
        };
        if (!allowed)
        {
            throw new ForbiddenException(need);
        }
    }

    private static string? ProjectOf(HttpContext context, RouteEndpoint endpoint, ProjectFrom from)
    {
        switch (from)
        {
            case ProjectFrom.Query:
                return context.Request.Query["projectId"] is [{ Length: > 0 } id] ? id : null;
            case ProjectFrom.Route:
                var (collection, parameter) =
                    RecordOf(endpoint.RoutePattern)
                    ?? throw new InvalidOperationException($"{endpoint.RoutePattern.RawText} names no record of a project.");
                var record = context.Request.RouteValues[parameter] as string ?? "";
                return context.RequestServices.GetRequiredService<MembershipStore>().ProjectOf(collection, record)
                    ?? throw new RecordNotFoundException("record", "");
            default:
                return null;
        }
    }
}
