using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Benchmarks.Load;

/// <summary>
/// Several people mark words of one document at the same time while the service is killed and started again: what was acknowledged must be
/// stored, once.
/// </summary>
internal static class Writers
{
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(3);

    public static async Task<BenchResult> MeasureAsync(RunningService service, int writers, int each, int kills, Action<string> say)
    {
        int words = writers * each;
        // Four letters and a space: word i stands at 5 i.
        string text = string.Concat(Enumerable.Range(0, words).Select(i => $"w{i % 1000:D3} "));
        using HttpClient setUp = new() { BaseAddress = service.Address };
        (_, string[] documents) = await RunningService.MakeProjectAsync(setUp, "writers", [text]);
        string path = $"/v1/documents/{documents[0]}";
        ConcurrentDictionary<int, bool> acknowledged = [];
        int stale = 0;
        int repeated = 0;
        long started = Stopwatch.GetTimestamp();
        Task all = Task.WhenAll(Enumerable.Range(0, writers).Select(WriteAsync));
        for (int kill = 0; kill < kills && await Task.WhenAny(all, Task.Delay(BetweenKills)) != all; kill++)
        {
            service.KillAndStart();
            say($"killed and started again, {acknowledged.Count} of {words} acknowledged");
        }
        await all;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        JsonNode after = await Json.GetAsync(setUp, path);
        int[] stored = [.. after["mentions"]!.AsArray().Select(mention => (int)mention!["start"]! / 5)];
        return new BenchResult(
            $"{writers} writers on one document, {kills} kills",
            "a save a span",
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["acknowledged"] = acknowledged.Count,
                ["stored"] = stored.Length,
                ["lost"] = acknowledged.Keys.Except(stored).Count(),
                ["doubled"] = stored.Length - stored.Distinct().Count(),
                ["conflicts"] = stale,
                ["resent"] = repeated,
                ["seconds"] = seconds,
            }
        );

        async Task WriteAsync(int writer)
        {
            using HttpClient client = new() { BaseAddress = service.Address };
            int revision = 0;
            for (int i = 0; i < each; i++)
            {
                int word = (i * writers) + writer;
                JsonObject request = new()
                {
                    ["idempotencyKey"] = $"{writer}-{i}",
                    ["changes"] = new JsonArray(
                        new JsonObject
                        {
                            ["action"] = "add",
                            ["start"] = word * 5,
                            ["end"] = (word * 5) + 4,
                            ["text"] = $"w{word % 1000:D3}",
                            ["label"] = "TEST",
                        }
                    ),
                };
                int? sent = null;
                while (true)
                {
                    // A save whose answer was lost is sent again as it was; one that was refused is made on the newer revision.
                    sent ??= revision;
                    request["revision"] = sent;
                    try
                    {
                        using StringContent content = Json.Body(request);
                        using HttpResponseMessage answer = await client.PostAsync($"{path}/corrections", content);
                        JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                        if (answer.IsSuccessStatusCode)
                        {
                            revision = (int)body["document"]!["revision"]!;
                            acknowledged[word] = true;
                            break;
                        }
                        if ((string?)body["code"] != "stale_revision")
                            throw new BenchFailure($"a save was answered with {(string?)body["code"]}");
                        Interlocked.Increment(ref stale);
                        revision = (int)body["currentRevision"]!;
                        sent = null;
                    }
                    catch (Exception broken)
                        when (broken is HttpRequestException or TaskCanceledException or System.Text.Json.JsonException)
                    {
                        Interlocked.Increment(ref repeated);
                        await Task.Delay(50);
                    }
                }
            }
        }
    }
}
