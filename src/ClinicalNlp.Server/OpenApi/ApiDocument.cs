using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicalNlp.Server.OpenApi;

/// <summary>The document at <c>/openapi/v1.json</c>: one source for the page at <c>/docs</c>, for the workbench's types and for other people's clients.</summary>
public static class ApiDocument
{
    private const string Key = "apiKey";
    private const string Session = "session";

    public static void Add(IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.AddDocumentTransformer(DescribeDocument);
                options.AddOperationTransformer(DescribeOperation);
                options.AddSchemaTransformer(DescribeSchema);
            }
        );

    public static void Map(WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "ClinicalNlp API";
            ui.SwaggerEndpoint("/openapi/v1.json", "ClinicalNlp");
        });
    }

    private static Task DescribeDocument(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellation
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "ClinicalNlp",
            Version = "1",
            Description =
                "Clinical entities and intents over REST, and the annotation that improves the models.\n\n"
                + "Offsets are half-open and count `offsetUnit` (Unicode code points unless said otherwise). "
                + "Every failure is a problem detail (RFC 9457) with a stable `code`. "
                + "Lists are answered in pages: `next` is the cursor for `after`, null on the last page.",
        };
        document.Servers = []; // the address differs from house to house; the document must not
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key.",
            },
            [Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = SessionCookie.Name,
                Description = "The session of a signed-in person.",
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        document.Components.Schemas["Problem"] = ProblemSchema();
        return Task.CompletedTask;
    }

    /// <summary>Null members are left out of answers (see <see cref="JsonBody.Configure"/>), so that a client must not count on them.</summary>
    private static async Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        if (context.JsonTypeInfo.Type == typeof(ClassifyRequest) && schema.Properties?["utterances"] is OpenApiSchema utterances)
        {
            // The generator does not see into the converter, which reads either.
            var inContext = await context.GetOrCreateSchemaAsync(typeof(UtteranceInContext), cancellationToken: cancellation);
            utterances.Items = new OpenApiSchema { AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String }, inContext] };
        }

        foreach (var property in context.JsonTypeInfo.Properties)
        {
            if (property.IsGetNullable && property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) != true)
            {
                schema.Required?.Remove(property.Name);
            }
        }
    }

    private static Task DescribeOperation(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var codes = metadata.OfType<ProblemsOfEndpoint>().SelectMany(p => p.Codes);
        if (metadata.OfType<IAllowAnonymous>().FirstOrDefault() is null)
        {
            codes = codes.Append("sign_in_required").Append("cross_origin");
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Session, context.Document)] = [] },
            ];
        }

        if (metadata.OfType<AccessNeed>().LastOrDefault() is { } need)
        {
            codes = need is AccessNeed.OfIdentity ? codes : codes.Append("forbidden");
            operation.Description = $"{operation.Description} Needs {AccessNeeds.InWords(need)}.".TrimStart();
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.Name == "offsetUnit")
            {
                // The values are bound as text, so that an unknown one is refused with the list of known ones.
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. OffsetUnits.Names.Select(n => (JsonNode)n)],
                    Default = OffsetUnits.Names[0],
                };
            }
        }

        operation.Responses ??= [];
        foreach (
            var sameStatus in codes
                .Append("internal_error")
                .Distinct(StringComparer.Ordinal)
                .GroupBy(c => ProblemCodes.Of(c).Status)
                .OrderBy(g => g.Key)
        )
        {
            operation.Responses[sameStatus.Key.ToString(CultureInfo.InvariantCulture)] = ProblemResponse(
                sameStatus.ToArray(),
                context.Document
            );
        }

        if (metadata.OfType<ExampleOfEndpoint>().LastOrDefault() is { } example)
        {
            AddExamples(operation, example);
        }

        return Task.CompletedTask;
    }

    private static OpenApiResponse ProblemResponse(string[] codes, OpenApiDocument? document) =>
        new()
        {
            Description = string.Join("; ", codes.Select(c => $"`{c}`: {ProblemCodes.Of(c).Title}")),
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        };

    private static OpenApiSchema ProblemSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457. Some codes add members, for example `currentRevision` and `changesSince`.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "title", "status", "code", "traceId" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. ProblemCodes.All.Keys.Order(StringComparer.Ordinal).Select(c => (JsonNode)c)],
                },
                ["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        };

    private static void AddExamples(OpenApiOperation operation, ExampleOfEndpoint example)
    {
        if (example.Request is not null && operation.RequestBody?.Content?.TryGetValue("application/json", out var request) == true)
        {
            request.Example = JsonNode.Parse(example.Request);
        }

        var success = operation.Responses!.FirstOrDefault(r => r.Key.StartsWith('2')).Value;
        if (example.Answer is not null && success?.Content?.TryGetValue("application/json", out var answer) == true)
        {
            answer.Example = JsonNode.Parse(example.Answer);
        }
    }
}
