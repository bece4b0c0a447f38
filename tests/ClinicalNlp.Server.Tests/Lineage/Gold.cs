using System.Text;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Server.Tests.Lineage;

internal static class Json
{
    public static StringContent Body(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");
}

/// <summary>Projects of finished notes in the toy language, and a version trained from them in seconds.</summary>
internal static class Gold
{
    public static async Task<string> ProjectAsync(HttpClient client, int notes)
    {
        var project = await client.PostAsync(
            "/v1/projects",
            JsonNode.Parse("""{"name":"gold","labels":[{"name":"MEDICATION"},{"name":"PROBLEM"}]}""")!
        );
        if (notes > 0)
        {
            await client.PostAsync(
                $"/v1/projects/{project.Id()}/documents",
                new JsonObject
                {
                    ["offsetUnit"] = "utf16CodeUnit",
                    ["documents"] = new JsonArray([.. Enumerable.Range(0, notes).Select(Note)]),
                }
            );
        }

        return project.Id();
    }

    /// <returns>The number of the version, which passed the gate and is in use.</returns>
    public static async Task<string> TrainAsync(HttpClient client, string project)
    {
        var run = await client.PostAsync($"/v1/projects/{project}/training-runs", JsonNode.Parse("""{"task":"entities","minutes":0.2}""")!);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!(bool)run["isOver"]!)
        {
            await Task.Delay(100, timeout.Token);
            run = await client.GetJsonAsync($"/v1/training-runs/{run.Id()}");
        }

        Assert.Equal("succeeded", (string)run["state"]!);
        return (string)run["candidate"]!["version"]!;
    }

    private static JsonNode Note(int i)
    {
        var note = TinyModels.Note(i, "MEDICATION", "PROBLEM");
        var spans = note.Spans.Select(s => new JsonObject
        {
            ["start"] = s.Span.Start,
            ["end"] = s.Span.End,
            ["label"] = s.Label,
            ["text"] = s.Span.Of(note.Text),
        });
        return new JsonObject
        {
            ["externalId"] = note.Id,
            ["text"] = note.Text,
            ["spans"] = new JsonArray([.. spans]),
        };
    }
}
