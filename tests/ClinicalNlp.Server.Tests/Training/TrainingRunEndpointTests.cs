using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Extraction;
using ClinicalNlp.Server.Tests.Lineage;

namespace ClinicalNlp.Server.Tests.Training;

public sealed class TrainingRunEndpointTests(TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_run_is_followed_from_start_to_a_better_version_in_use()
    {
        var project = await Gold.ProjectAsync(Client, 40);
        var snapshot = await Client.PostAsync(
            $"/v1/projects/{project}/snapshots",
            JsonNode.Parse("""{"task":"entities","heldOutFraction":0.3}""")!
        );
        Assert.True((int)snapshot["train"]!["documents"]! > (int)snapshot["heldOut"]!["documents"]!);
        Assert.Equal(snapshot.Id(), (await Client.GetJsonAsync($"/v1/snapshots/{snapshot.Id()}")).Id());
        Assert.Single((await Client.GetJsonAsync($"/v1/projects/{project}/snapshots"))["items"]!.AsArray());

        var (accepted, run) = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/training-runs",
            new JsonObject
            {
                ["task"] = "entities",
                ["snapshotId"] = snapshot.Id(),
                ["minutes"] = 0.2,
            }
        );
        Assert.Equal(HttpStatusCode.Accepted, accepted);
        var (second, problem) = await Client.SendAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/training-runs",
            JsonNode.Parse("""{"task":"entities"}""")
        );
        Assert.Equal((HttpStatusCode.Conflict, "training_in_progress"), (second, problem.Code()));

        var events = await Follow(run.Id());
        Assert.Equal("state", events[0].Name);
        Assert.Contains(events, e => e.Name == "progress" && e.Data["phase"] is not null);
        var last = events[^1];
        Assert.Equal(("state", "succeeded", true), (last.Name, (string)last.Data["state"]!, (bool)last.Data["isOver"]!));
        Assert.True((bool)last.Data["gate"]!["passed"]!);
        Assert.Equal("MEDICATION", (string)last.Data["gate"]!["labels"]![0]!["label"]!);

        var inUse = (await Client.GetJsonAsync("/v1/models"))["items"]!
            .AsArray()
            .Single(m => (bool)m!["inUse"]! && (string)m["task"]! == "entities")!;
        Assert.Equal(("2.1", "2", run.Id()), ((string)inUse["version"]!, (string)inUse["parent"]!["version"]!, (string)inUse["runId"]!));
        var found = await Client.PostAsync("/v1/extract", JsonNode.Parse("""{"text":"Takes metformin for gout."}""")!);
        Assert.Equal("2.1", (string)found["model"]!["version"]!);
        Assert.Equal(["metformin", "gout"], found["mentions"]!.AsArray().Select(m => (string)m!["text"]!));

        var replay = await Follow(run.Id()); // who comes late gets the last state
        Assert.Equal("succeeded", (string)Assert.Single(replay).Data["state"]!);
        Assert.Equal(run.Id(), (await Client.GetJsonAsync("/v1/training-runs"))["items"]![0]!.Id());
    }

    [Fact]
    public async Task A_run_can_be_cancelled()
    {
        var project = await Gold.ProjectAsync(Client, 30);
        var run = await Client.PostAsync($"/v1/projects/{project}/training-runs", JsonNode.Parse("""{"task":"entities","minutes":5}""")!);
        await Client.PostAsync($"/v1/training-runs/{run.Id()}/cancel", new JsonObject());
        var events = await Follow(run.Id());
        Assert.Equal("cancelled", (string)events[^1].Data["state"]!);
        var (status, problem) = await Client.SendAsync(HttpMethod.Post, $"/v1/training-runs/{run.Id()}/cancel");
        Assert.Equal((HttpStatusCode.Conflict, "state_conflict"), (status, problem.Code()));
        Assert.DoesNotContain((await Client.GetJsonAsync("/v1/models"))["items"]!.AsArray(), m => (string)m!["origin"]! == "retrained");
    }

    [Theory]
    [InlineData("""{"task":"entities"}""", 422, "too_little_data")]
    [InlineData("""{"task":"entities","minutes":0}""", 422, "bad_minutes")]
    [InlineData("""{"task":"entities","minutes":100000}""", 422, "bad_minutes")]
    [InlineData("""{"task":"entities","snapshotId":"x"}""", 404, "not_found")]
    [InlineData("""{"task":"colours"}""", 400, "invalid_value")]
    [InlineData("""{}""", 400, "missing_field")]
    public async Task A_run_that_cannot_be_is_refused(string json, int status, string code)
    {
        var project = await Gold.ProjectAsync(Client, 0);
        var (got, problem) = await Client.SendAsync(HttpMethod.Post, $"/v1/projects/{project}/training-runs", JsonNode.Parse(json));
        Assert.Equal(((HttpStatusCode)status, code), (got, problem.Code()));
        Assert.Empty((await Client.GetJsonAsync("/v1/training-runs"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_unknown_run_has_no_events()
    {
        var (status, problem) = await Client.SendAsync(HttpMethod.Get, "/v1/training-runs/0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f/events");
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (status, problem.Code()));
    }

    [Fact]
    public async Task Stopping_the_service_interrupts_the_run_and_ends_its_listeners()
    {
        var data = Directory.CreateTempSubdirectory("clinicalnlp-").FullName;
        string id;
        Task<List<(string Name, JsonNode Data)>> following;
        await using (var first = await RunningServer.StartAsync(data, ServerWithModels.WithModels(models)))
        {
            var project = await Gold.ProjectAsync(first.Client, 30);
            id = (
                await first.Client.PostAsync(
                    $"/v1/projects/{project}/training-runs",
                    JsonNode.Parse("""{"task":"entities","minutes":5}""")!
                )
            ).Id();
            following = Follow(id, first.Client);
            for (var i = 0; i < 6000 && (string)(await first.Client.GetJsonAsync($"/v1/training-runs/{id}"))["state"]! == "queued"; i++)
            {
                await Task.Delay(10);
            }
        }

        await Record.ExceptionAsync(() => following); // the stream ends, cleanly or not; it must not hang
        await using (var second = await RunningServer.StartAsync(data, ServerWithModels.WithModels(models)))
        {
            Assert.Equal("interrupted", (string)(await second.Client.GetJsonAsync($"/v1/training-runs/{id}"))["state"]!);
        }

        Directory.Delete(data, recursive: true);
    }

    private async Task<List<(string Name, JsonNode Data)>> Follow(string run, HttpClient? client = null)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var stream = await (client ?? Client).GetStreamAsync($"/v1/training-runs/{run}/events", timeout.Token);
        var events = new List<(string, JsonNode)>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(timeout.Token))
        {
            events.Add((item.EventType, JsonNode.Parse(item.Data)!));
        }

        return events;
    }
}
