using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.OpenApi;

/// <summary>The stable codes an endpoint may answer with, for the document.</summary>
public sealed record ProblemsOfEndpoint(IReadOnlyList<string> Codes);

/// <summary>A request and an answer, as JSON, for the document.</summary>
public sealed record ExampleOfEndpoint(string? Request, string? Answer);

/// <summary>What a route says of itself in the OpenAPI document, beside its types.</summary>
public static class EndpointDocs
{
    private static readonly string[] OfEveryBody =
    [
        "invalid_json",
        "invalid_utf8",
        "unknown_field",
        "missing_field",
        "invalid_value",
        "unpaired_surrogate",
        "nul_character",
        "text_too_long",
        "unsupported_media_type",
    ];

    /// <summary>Name, summary and details of the operation.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary, string? description = null)
    {
        route.WithName(name).WithSummary(summary);
        return description is null ? route : route.WithDescription(description);
    }

    /// <summary>The codes of its failures; those that every JSON body can cause are added with <paramref name="body"/>.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, bool body, params string[] codes)
    {
        string[] all = body ? [.. OfEveryBody, .. codes] : codes;
        foreach (var code in all)
        {
            if (!ProblemCodes.All.ContainsKey(code))
            {
                throw new ArgumentException($"'{code}' is not in the table of codes.", nameof(codes));
            }
        }

        return route.WithMetadata(new ProblemsOfEndpoint(all));
    }

    public static RouteHandlerBuilder Example(this RouteHandlerBuilder route, string? request, string? answer) =>
        route.WithMetadata(new ExampleOfEndpoint(request, answer));
}
