using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;

namespace ClinicalNlp.Server.Tests.Documents;

public sealed class PreannotationEndpointTests(TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private string _project = "";

    private string Jobs => $"/v1/projects/{_project}/preannotations";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: o => o with { ModelsDirectory = models.Folder });
        _project = (
            await _server.Client.PostAsync(
                "/v1/projects",
                JsonNode.Parse(
                    """{"name":"p","labels":[{"name":"MEDICATION"},{"name":"PROBLEM"}],"intents":[{"name":"refill_prescription"}]}"""
                )!
            )
        ).Id();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task All_that_came_in_is_marked_up_and_again_by_another_version()
    {
        await AddAsync(notes: 70, transcripts: 5);
        Assert.Equal((75, 0), await AheadAsync());

        var job = await _server.Client.PostAsync(Jobs, new JsonObject { ["scope"] = "missing" });
        Assert.Equal(("waiting", "missing"), ((string)job["state"]!, (string)job["scope"]!));
        var ended = await EndAsync(job.Id());
        Assert.Equal(("done", 75, 0), ((string)ended["state"]!, (int)ended["done"]!, (int)ended["failed"]!));
        Assert.Equal((0, 0), await AheadAsync());
        var listed = (await _server.Client.GetJsonAsync($"/v1/projects/{_project}/documents?limit=200"))["items"]!.AsArray();
        Assert.All(listed, item => Assert.True((int)item!["openSuggestions"]! > 0));

        await _server.Client.PostAsync($"/v1/models/{TinyModels.Entities}/1/promote", new JsonObject());
        Assert.Equal((0, 70), await AheadAsync());
        ended = await EndAsync((await _server.Client.PostAsync(Jobs, new JsonObject { ["scope"] = "outdated" })).Id());
        Assert.Equal(("done", 70), ((string)ended["state"]!, (int)ended["done"]!));
        Assert.Equal((0, 0), await AheadAsync());
    }

    [Fact]
    public async Task It_is_stopped_and_what_was_marked_up_stays()
    {
        await AddAsync(notes: 400, transcripts: 0);
        var job = await _server.Client.PostAsync(Jobs, new JsonObject());
        var stopped = await _server.Client.PostAsync($"{Jobs}/{job.Id()}/cancel", new JsonObject());
        Assert.Equal("cancelled", (string)stopped["state"]!);
        var (status, problem) = await _server.Client.SendAsync(HttpMethod.Post, $"{Jobs}/{job.Id()}/cancel", new JsonObject());
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), (status, (string)problem["code"]!));

        // The rest is done by another one.
        await EndAsync((await _server.Client.PostAsync(Jobs, new JsonObject())).Id());
        Assert.Equal((0, 0), await AheadAsync());
        Assert.Equal(
            ["done", "cancelled"],
            (await _server.Client.GetJsonAsync(Jobs))["items"]!.AsArray().Select(item => (string)item!["state"]!)
        );
    }

    [Fact]
    public async Task It_is_asked_for_by_those_who_manage_the_project()
    {
        using var ana = _server.SignInAs("ana", _project);
        using var mia = _server.SignInAs("mia", _project, ProjectRole.Manager);
        Assert.Equal(HttpStatusCode.Forbidden, (await ana.SendAsync(HttpMethod.Post, Jobs, new JsonObject())).Status);
        Assert.Equal(HttpStatusCode.OK, (await mia.SendAsync(HttpMethod.Post, Jobs, new JsonObject())).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await mia.SendAsync(HttpMethod.Get, $"{Jobs}/0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f")).Status);
    }

    private async Task AddAsync(int notes, int transcripts)
    {
        var documents = Enumerable
            .Range(0, notes)
            .Select(i => new JsonObject { ["text"] = TinyModels.Note(i, "MEDICATION").Text })
            .Concat(
                Enumerable
                    .Range(0, transcripts)
                    .Select(_ => (JsonObject)JsonNode.Parse("""{"turns":[{"speaker":"patient","text":"refill my pills please"}]}""")!)
            );
        await _server.Client.PostAsync(
            $"/v1/projects/{_project}/documents",
            new JsonObject { ["documents"] = new JsonArray([.. documents]) }
        );
    }

    private async Task<(int Missing, int Outdated)> AheadAsync()
    {
        var ahead = await _server.Client.GetJsonAsync($"{Jobs}/ahead");
        return ((int)ahead["missing"]!, (int)ahead["outdated"]!);
    }

    private async Task<JsonNode> EndAsync(string id)
    {
        for (var i = 0; ; i++)
        {
            var job = await _server.Client.GetJsonAsync($"{Jobs}/{id}");
            if ((string)job["state"]! != "waiting")
            {
                return job;
            }

            Assert.True(i < 1200, "it does not end");
            await Task.Delay(50);
        }
    }
}
