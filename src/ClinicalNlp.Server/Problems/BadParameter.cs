using System.Reflection;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ClinicalNlp.Server.Problems;

/// <summary>Which parameter of a path or a query could not be read, and what it takes. The value is not quoted: it may be anything.</summary>
public static class BadParameter
{
    /// <remarks>
    /// The framework says it in words only: <c>Failed to bind parameter "Nullable&lt;int&gt; limit" from "many".</c> and
    /// <c>Required parameter "string format" was not provided from query string.</c>
    /// </remarks>
    public static string Explain(BadHttpRequestException e, HttpContext context)
    {
        const string unnamed = "A parameter of the path or the query is missing or has the wrong type.";
        var named = e.Message.Split('"') is [_, var declared, ..] ? declared.Split(' ')[^1] : "";
        var parameter = context.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>()?.GetParameters().FirstOrDefault(one => one.Name == named);
        if (parameter is null)
        {
            return unnamed;
        }

        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var expected = JsonPlace.Expects(parameter.ParameterType, options) is { } words ? $" Expected: {words}." : "";
        return $"The parameter {parameter.Name} of the path or the query is missing or has the wrong type.{expected}";
    }
}
