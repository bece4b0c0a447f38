using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Server.Extraction;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Extraction;

/// <summary>Many clients at once, over HTTP, on the real service.</summary>
public sealed class ConcurrentRequestTests(TinyModels models)
{
    [Fact]
    public async Task Many_clients_get_what_each_gets_alone()
    {
        await using var server = await StartAsync(workers: 2, queue: 256);
        (string Path, JsonObject Body)[] requests =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                    i % 3 == 2
                        ? ("/v1/intents", new JsonObject { ["text"] = $"i need a refill {i}" })
                        : (
                            "/v1/extract",
                            new JsonObject
                            {
                                ["text"] = string.Join("\n", Enumerable.Range(i, 1 + (i % 7)).Select(n => TinyModels.Note(n).Text)),
                            }
                        )
                ),
        ];
        var alone = new List<JsonNode>();
        foreach (var (path, body) in requests)
        {
            alone.Add(await server.Client.PostAsync(path, body));
        }

        var together = await Task.WhenAll(requests.Select(request => server.Client.PostAsync(request.Path, request.Body)));
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(Rounded(alone[i]), Rounded(together[i]));
        }
    }

    [Fact]
    public async Task A_full_queue_answers_429_with_when_to_come_back_and_recovers()
    {
        await using var server = await StartAsync(workers: 1, queue: 3);
        using var blocking = new PacedWork(new object());
        var blocked = Block(server, blocking);
        var first = Ask(server);
        var second = Ask(server);
        await HeldAsync(server, 3);
        foreach (var path in (string[])["/v1/extract", "/v1/intents"])
        {
            using var refused = await server.Client.PostAsync(new Uri(path, UriKind.Relative), JsonContent.Create(new { text = "gout" }));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("queue_full", JsonNode.Parse(await refused.Content.ReadAsStringAsync())!.Code());
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }

        blocking.Release();
        await blocked;
        Assert.All(await Task.WhenAll(first, second), answer => Assert.NotEmpty(answer["mentions"]!.AsArray()));
        Assert.NotEmpty((await Ask(server))["mentions"]!.AsArray());
        await HeldAsync(server, 0);
    }

    [Fact]
    public async Task A_client_that_goes_away_frees_its_place()
    {
        await using var server = await StartAsync(workers: 1, queue: 2);
        using var blocking = new PacedWork(new object());
        var blocked = Block(server, blocking);
        using var gone = new CancellationTokenSource();
        var waiting = server.Client.PostAsync(
            new Uri("/v1/extract", UriKind.Relative),
            JsonContent.Create(new { text = "gout" }),
            gone.Token
        );
        await HeldAsync(server, 2);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await HeldAsync(server, 1);
        var next = Ask(server);
        await HeldAsync(server, 2);
        blocking.Release();
        await blocked;
        Assert.NotEmpty((await next)["mentions"]!.AsArray());
    }

    [Fact]
    public async Task A_version_promoted_while_requests_wait_answers_those_that_come_after()
    {
        await using var server = await StartAsync(workers: 1, queue: 100);
        using var blocking = new PacedWork(new object());
        var blocked = Block(server, blocking);
        Task<JsonNode>[] before = [.. Enumerable.Range(0, 5).Select(_ => Ask(server))];
        await HeldAsync(server, 6);
        await server.Client.PostAsync($"/v1/models/{TinyModels.Entities}/1/promote", new JsonObject());
        Task<JsonNode>[] after = [.. Enumerable.Range(0, 5).Select(_ => Ask(server))];
        await HeldAsync(server, 11);
        blocking.Release();
        await blocked;
        Assert.All(await Task.WhenAll(before), answer => Assert.Equal(("2", "MEDICATION"), VersionAndLabel(answer)));
        Assert.All(await Task.WhenAll(after), answer => Assert.Equal(("1", "PROBLEM"), VersionAndLabel(answer)));
    }

    [Fact]
    public async Task A_note_is_answered_while_a_book_is_being_read()
    {
        await using var server = await StartAsync(workers: 1, queue: 100);
        using var blocking = new PacedWork(new object());
        var blocked = Block(server, blocking);
        var book = string.Concat(Enumerable.Repeat("Takes metformin for gout. No pain today.\n", 6_000));
        var reading = server.Client.PostAsync("/v1/extract", new JsonObject { ["text"] = book });
        await HeldAsync(server, 2);
        var note = Ask(server);
        await HeldAsync(server, 3);
        blocking.Release();
        await blocked;
        Assert.Same(note, await Task.WhenAny(note, reading));
        Assert.NotEmpty((await note)["mentions"]!.AsArray());
        Assert.True((await reading)["mentions"]!.AsArray().Count >= 6_000);
    }

    private static Task<JsonNode> Ask(RunningServer server) =>
        server.Client.PostAsync("/v1/extract", new JsonObject { ["text"] = "Takes metformin for gout." });

    private static Task Block(RunningServer server, PacedWork work) =>
        server.App.Services.GetRequiredService<InferenceQueue>().RunAsync(work, CancellationToken.None);

    private static async Task HeldAsync(RunningServer server, int count)
    {
        var queue = server.App.Services.GetRequiredService<InferenceQueue>();
        for (var i = 0; queue.Held != count; i++)
        {
            Assert.True(i < 6000, $"{queue.Held} held, not {count}");
            await Task.Delay(5);
        }
    }

    private static (string, string) VersionAndLabel(JsonNode answer) =>
        ((string)answer["model"]!["version"]!, (string)Assert.Single(answer["mentions"]!.AsArray())!["label"]!);

    /// <summary>Confidences to four digits: the sums of a batch depend, in the last place, on its size.</summary>
    /// <summary>What was found; each answer has an id of its own.</summary>
    private static string Rounded(JsonNode answer)
    {
        Assert.True(answer.AsObject().Remove("answerId"));
        foreach (var confident in answer["mentions"]?.AsArray() ?? answer["alternatives"]!.AsArray())
        {
            confident!["confidence"] = Math.Round((double)confident["confidence"]!, 4);
        }

        if (answer["confidence"] is { } own)
        {
            answer["confidence"] = Math.Round((double)own, 4);
        }

        return answer.ToJsonString();
    }

    private Task<RunningServer> StartAsync(int workers, int queue) =>
        RunningServer.StartAsync(change: options =>
            ServerWithModels.WithModels(models)(options) with
            {
                Workers = workers,
                QueueLength = queue,
            }
        );
}
