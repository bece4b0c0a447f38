using System.Globalization;
using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Mvc;

namespace ClinicalNlp.Server.Events;

public static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/projects/{projectId}/events", Follow)
            .WithTags("Events")
            .RequireRole(ProjectRole.Annotator)
            .Describe(
                "followProject",
                "Server-sent events of a project.",
                $"Events carry identifiers, never text, and their own id: `Last-Event-ID` (or `after`) goes on where a listener was. `ready` comes first; `reset` in its place says that older events are forgotten and what is shown must be read anew; `heartbeat` shows that the connection lives. The stream ends after ten minutes and is to be asked for again. Types: {string.Join(", ", EventTypes.All)}."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Fails(body: false, "not_found", "invalid_value", "queue_full");

    private static IResult Follow(
        string projectId,
        EventFeed feed,
        BlindSourceStore blind,
        ProjectStore projects,
        ClaimsPrincipal user,
        HttpContext context,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null,
        string? after = null
    )
    {
        long? from = (lastEventId ?? after) switch
        {
            null or "" => null,
            var given when long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => id,
            _ => throw new ProblemException("invalid_value", "The id of an event is a number."),
        };
        projects.Get(projectId); // before the stream starts, so that an unknown project is a 404
        context.Response.RegisterForDispose(feed.Enter());
        string actor = user.Actor();
        string? reader = user.BlindIn(projectId);
        return TypedResults.ServerSentEvents(
            feed.FollowAsync(projectId, from, actor, item => MaySee(item, actor, reader, blind), context.RequestAborted)
        );
    }

    /// <summary>Readers of one document are not to know of each other's progress, nor of what becomes of a document that they read blindly.</summary>
    /// <param name="reader">Null for those who may read everything.</param>
    private static bool MaySee(ProjectEvent item, string actor, string? reader, BlindSourceStore blind) =>
        reader is null
        || item.Actor == actor
        || (
            item.Type is not (EventTypes.CopySaved or EventTypes.CopyCompleted)
            && !((string?)item.Data["document"] is { } document && blind.StandingOf(document, reader) is { Blind: true })
        );
}
