using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.OpenApi;

namespace ClinicalNlp.Server.Health;

/// <param name="Status"><c>ok</c>; <c>no_models</c> when nothing can be extracted yet; <c>storage_unavailable</c>, with status 503.</param>
/// <param name="Database"><c>ok</c> or <c>unavailable</c>.</param>
public sealed record HealthAnswer(string Status, ModelVersionName? EntityModel, ModelVersionName? IntentModel, string Database);

public static class HealthEndpoint
{
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", Get)
            .AllowAnonymous()
            .WithTags("Health")
            .Describe("getHealth", "Whether the service works, and with which models. Needs no sign-in.")
            .Produces<HealthAnswer>()
            .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable)
            .Example(
                null,
                """{"status":"ok","entityModel":{"name":"clinical-entities","version":"1"},"intentModel":{"name":"care-intents","version":"1"},"database":"ok"}"""
            );

    private static IResult Get(AnnotationDatabase database, ServingModels models)
    {
        var reachable = database.IsReachable();
        var (entities, intents) = models.InUse();
        var status =
            !reachable ? "storage_unavailable"
            : entities is null && intents is null ? "no_models"
            : "ok";
        var answer = new HealthAnswer(status, entities, intents, reachable ? "ok" : "unavailable");
        return reachable ? TypedResults.Ok(answer) : TypedResults.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
