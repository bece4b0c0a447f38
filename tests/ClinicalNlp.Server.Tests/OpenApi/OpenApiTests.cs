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
                operation["responses"]!["401"] is not null == operation["security"] is not null || path == "post /v1/sign-in",
                path
            );
        }
    }

    [Fact]
    public async Task Numbers_are_numbers()
    {
        // Without strict number handling every integer becomes "integer or string", in this document and in every client made from it.
        var document = await shared.Server.Client.GetJsonAsync("/openapi/v1.json");
        Assert.Equal("integer", (string)document["components"]!["schemas"]!["SpanRequest"]!["properties"]!["start"]!["type"]!);
    }
}
