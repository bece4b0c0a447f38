using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Access;
using Microsoft.AspNetCore.Authorization;

namespace ClinicalNlp.Server.Assignments;

/// <summary>
/// Middleware after authorisation: a working copy is its annotator's alone, and to everybody else is not there. What is on it comes to
/// others through agreement and adjudication, which compare finished ones.
/// </summary>
public static class WorkingCopyGuard
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (
            context.GetEndpoint() is RouteEndpoint endpoint
            && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null
            && AccessGuard.RecordOf(endpoint.RoutePattern) is ("documents", var parameter)
            && context.Request.RouteValues[parameter] is string id
            && context.RequestServices.GetRequiredService<WorkingCopyStore>().AssigneeOf(id) is { } assignee
            && assignee != context.User.Actor()
        )
        {
            throw new RecordNotFoundException("document", id);
        }

        return next(context);
    }
}
