using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using ProblemDetails = Microsoft.AspNetCore.Mvc.ProblemDetails;

namespace ClinicalNlp.Server.Problems;

/// <summary>Writes RFC 9457 problem details: always the same members, whatever went wrong.</summary>
public static class ProblemAnswer
{
    public static ProblemDetails Describe(
        HttpContext context,
        string code,
        string? detail,
        IReadOnlyDictionary<string, object?>? members = null
    )
    {
        var (status, title) = ProblemCodes.Of(code);
        var problem = new ProblemDetails
        {
            Type = $"{ProblemPage.Path}#{code}",
            Title = title,
            Status = status,
            Detail = detail,
        };
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = context.TraceIdentifier;
        foreach (var (name, value) in members ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            problem.Extensions[name] = value;
        }

        return problem;
    }

    public static async Task WriteAsync(
        HttpContext context,
        string code,
        string? detail = null,
        IReadOnlyDictionary<string, object?>? members = null
    )
    {
        var problem = Describe(context, code, detail, members);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        context.Response.StatusCode = problem.Status!.Value;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            // No cancellation: the answer to a failed request is short, and a client that has gone is found out by the write itself.
            await JsonSerializer.SerializeAsync(context.Response.Body, problem, options, CancellationToken.None);
        }
    }
}
