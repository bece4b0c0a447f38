using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Tests.OpenApi;

public class OpenApiTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Refresh = "CLINICALNLP_REFRESH_SPECS";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
    };

    [Fact]
    public async Task The_committed_document_is_the_served_one()
    {
        var served = (await shared.Server.Client.GetJsonAsync("/openapi/v1.json")).ToJsonString(Indented) + "\n";
        var file = Path.Combine(ServerOptions.FindHome(AppContext.BaseDirectory, "."), "tests", "specs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Refresh) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, served);
        }

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file) == served,
            $"tests/specs/openapi.json is not what the service answers. Look at the difference, then refresh it: {Refresh}=1 dotnet test tests/ClinicalNlp.Server.Tests --filter OpenApiTests"
        );
    }

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_a_tag_and_its_failures()
    {
        var document = await shared.Server.Client.GetJsonAsync("/openapi/v1.json");
        var operations = document["paths"]!
            .AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Path: $"{o.Key} {p.Key}", Operation: o.Value!)))
            .ToList();
        Assert.True(operations.Count > 25, $"{operations.Count} operations");
        foreach (var (path, operation) in operations)
        {
            Assert.True(
                operation["operationId"] is not null && operation["summary"] is not null && operation["tags"] is JsonArray { Count: 1 },
                path
            );
            Assert.True(operation["responses"]!["500"] is not null, path);
            Assert.True(
                operation["responses"]!["401"] is not null == operation["security"] is not null
                    || path is "post /v1/sign-in" or "post /v1/accept-invitation",
                path
            );
        }
    }

    [Fact]
    public async Task Every_operation_has_examples_that_fit_its_schemas()
    {
        var document = await shared.Server.Client.GetJsonAsync("/openapi/v1.json");
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var success = operation!["responses"]!.AsObject().First(r => r.Key[0] == '2').Value!;
                foreach (
                    var body in new[]
                    {
                        operation["requestBody"]?["content"]?["application/json"],
                        success["content"]?["application/json"],
                    }.OfType<JsonNode>()
                )
                {
                    Assert.True(body["example"] is not null, $"{method} {path} has no example");
                    Fits(document, body["schema"]!, body["example"], $"{method} {path}");
                }
            }
        }
    }

    [Fact]
    public async Task Numbers_are_numbers()
    {
        // Without strict number handling every integer becomes "integer or string", in this document and in every client made from it.
        var document = await shared.Server.Client.GetJsonAsync("/openapi/v1.json");
        Assert.Equal("integer", (string)document["components"]!["schemas"]!["SpanRequest"]!["properties"]!["start"]!["type"]!);
    }

    /// <summary>Every member of the example is in the schema, every required one is in the example, enumerated values are known.</summary>
    private static void Fits(JsonNode document, JsonNode schema, JsonNode? value, string where)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        }

        if (schema["oneOf"] is JsonArray choices)
        {
            schema = choices.First(c => (string?)c!["type"] != "null")!;
            Fits(document, schema, value, where);
            return;
        }

        if (schema["enum"] is JsonArray known && value is not null)
        {
            Assert.True(known.Any(k => JsonNode.DeepEquals(k, value)), $"{where}: {value} is not one of {known.ToJsonString()}");
        }

        if (value is JsonArray items && schema["items"] is { } element)
        {
            foreach (var (i, item) in items.Index())
            {
                Fits(document, element, item, $"{where}[{i}]");
            }
        }

        if (value is JsonObject members && schema["properties"] is JsonObject properties)
        {
            Assert.All(schema["required"]?.AsArray() ?? [], r => Assert.True(members.ContainsKey((string)r!), $"{where}: {r} is missing"));
            foreach (var (name, member) in members)
            {
                Assert.True(properties.ContainsKey(name), $"{where}: {name} is not in the schema");
                Fits(document, properties[name]!, member, $"{where}.{name}");
            }
        }
    }
}
