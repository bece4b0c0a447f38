using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Extraction;

namespace ClinicalNlp.Server.Tests.Registry;

public sealed class ModelEndpointTests(TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_version_is_promoted_and_rolled_back_without_a_restart()
    {
        Assert.Equal("2", await Answering());
        var promoted = await Client.PostAsync($"/v1/models/{TinyModels.Entities}/1/promote", new JsonObject());
        Assert.True((bool)promoted["inUse"]!);
        Assert.Equal("1", await Answering());
        await Client.PostAsync($"/v1/models/{TinyModels.Entities}/rollback", new JsonObject());
        Assert.Equal("2", await Answering());
        Assert.Equal(2, (await Client.GetJsonAsync("/v1/models"))["items"]!.AsArray().Count(m => (bool)m!["inUse"]!));
    }

    [Fact]
    public async Task What_cannot_be_promoted_says_so()
    {
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await Post($"/v1/models/{TinyModels.Entities}/9/promote"));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), await Post("/v1/models/other/rollback"));
        Assert.Equal((HttpStatusCode.Conflict, "nothing_to_roll_back"), await Post($"/v1/models/{TinyModels.Entities}/rollback"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_changes"), await Post($"/v1/models/{TinyModels.Entities}/2/promote"));
    }

    [Fact]
    public async Task A_swap_under_load_drops_no_request_and_mixes_no_versions()
    {
        const int Clients = 4;
        const int Swaps = 12;
        using var done = new CancellationTokenSource();
        var documents = new JsonArray([
            .. Enumerable.Range(0, 12).Select(i => new JsonObject { ["id"] = $"d{i}", ["text"] = TinyModels.Note(i).Text }),
        ]);
        var body = new JsonObject { ["documents"] = documents };
        var answered = new ConcurrentQueue<string>();
        var asking = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskAsync(body, answered, done.Token))).ToArray();
        for (var i = 0; i < Swaps; i++)
        {
            var version = $"{(i % 2) + 1}";
            await Client.PostAsync($"/v1/models/{TinyModels.Entities}/{version}/promote", new JsonObject());
            for (var tried = 0; tried < 6000 && !asking.Any(client => client.IsFaulted) && answered.LastOrDefault() != version; tried++)
            {
                await Task.Delay(5);
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(asking);
        Assert.Equal(["1", "2"], answered.Distinct().Order(StringComparer.Ordinal));
    }

    private async Task AskAsync(JsonObject body, ConcurrentQueue<string> answered, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var answer = await Client.PostAsync("/v1/extract", body); // throws unless it is answered with 200
            var version = (string)answer["model"]!["version"]!;
            var labels = answer["documents"]!
                .AsArray()
                .SelectMany(d => d!["mentions"]!.AsArray())
                .Select(m => (string)m!["label"]!)
                .Distinct();
            Assert.Equal([version == "1" ? "PROBLEM" : "MEDICATION"], labels);
            answered.Enqueue(version);
        }
    }

    private async Task<string> Answering() =>
        (string)(await Client.PostAsync("/v1/extract", JsonNode.Parse("""{"text":"Takes metformin for gout."}""")!))["model"]!["version"]!;

    private async Task<(HttpStatusCode Status, string Code)> Post(string path)
    {
        var (status, body) = await Client.SendAsync(HttpMethod.Post, path, new JsonObject());
        return (status, body.Code());
    }
}
