using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Access;

namespace ClinicalNlp.Server.Assignments;

/// <summary>
/// Middleware after authorisation. A working copy is its annotator's alone, and to everybody else is not there: what is on it comes to
/// others through agreement and adjudication, which compare finished ones. What an annotator reads blindly is not there for them either.
/// </summary>
public static class BlindReadingGuard
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (
            AccessGuard.DocumentOf(context) is { } id
            && context.RequestServices.GetRequiredService<BlindSourceStore>().StandingOf(id, context.User.Actor()) is { } standing
            && !IsOpenTo(context.User, standing)
        )
        {
            throw new RecordNotFoundException("document", id);
        }

        return next(context);
    }

    /// <summary>Whose reading is blind in a project: an annotator's; null for reviewers, who may read all.</summary>
    public static string? BlindIn(this ClaimsPrincipal user, string projectId) =>
        user.Rights().In(projectId) >= ProjectRole.Reviewer ? null : user.Actor();

    private static bool IsOpenTo(ClaimsPrincipal user, DocumentStanding standing) =>
        standing.Assignee is { } assignee ? assignee == user.Actor() : !standing.Blind || user.BlindIn(standing.ProjectId) is null;
}
