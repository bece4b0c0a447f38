using System.Text.Json.Nodes;
using ClinicalNlp.Server.Hosting;

namespace ClinicalNlp.Server.Tests.Demo;

public class DemoProjectTests(TinyModels models)
{
    [Fact]
    public async Task An_empty_database_gets_a_demo_marked_up_by_the_models_in_use()
    {
        var data = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        int documents;
        await using (var server = await RunningServer.StartAsync(data, WithDemo))
        {
            var project = Assert.Single((await server.Client.GetJsonAsync("/v1/projects"))["items"]!.AsArray())!;
            Assert.Equal("Demo", (string)project["name"]!);
            Assert.Equal(12, project["labels"]!.AsArray().Count);
            Assert.True(project["intents"]!.AsArray().Count >= 24);
            Assert.DoesNotContain(project["intents"]!.AsArray(), i => (string)i!["name"]! == "oos");

            var listed = await WaitFor(server.Client, project.Id(), d => d.Any(n => (int)n["openSuggestions"]! > 0));
            documents = listed.Count;
            Assert.True(listed.Count(d => (string)d["kind"]! == "dialogue") >= 40);
            Assert.All(listed, d => Assert.Equal("new", (string)d["status"]!));
            var heldOut = await File.ReadAllLinesAsync(Path.Combine(Home, "corpora", "clinical-notes", "heldout.jsonl"));
            var judged = heldOut.Where(l => l.Length > 0).Select(l => (string)JsonNode.Parse(l)!["id"]!);
            Assert.Empty(judged.Intersect(listed.Select(d => (string)d["externalId"]!))); // what judges models is not there to be learnt from
        }

        await using (var again = await RunningServer.StartAsync(data, WithDemo))
        {
            var project = Assert.Single((await again.Client.GetJsonAsync("/v1/projects"))["items"]!.AsArray())!;
            Assert.Equal(
                documents,
                (await again.Client.GetJsonAsync($"/v1/projects/{project.Id()}/documents?limit=1000"))["items"]!.AsArray().Count
            );
        }

        Directory.Delete(data, recursive: true);
    }

    private static string Home => ServerOptions.FindHome(AppContext.BaseDirectory, ".");

    private ServerOptions WithDemo(ServerOptions o) => o with { Demo = true, ModelsDirectory = models.Folder };

    private static async Task<List<JsonNode>> WaitFor(HttpClient client, string project, Predicate<List<JsonNode>> ready)
    {
        for (var i = 0; ; i++)
        {
            var page = await client.GetJsonAsync($"/v1/projects/{project}/documents?limit=1000");
            var documents = page["items"]!.AsArray().Select(d => d!).ToList();
            if (ready(documents) || i == 900)
            {
                Assert.True(ready(documents));
                return documents;
            }

            await Task.Delay(100);
        }
    }
}
