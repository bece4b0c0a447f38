using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Benchmarks.Load;

/// <summary>
/// People who save and open documents of one project while labels of another one change. A save that is refused meanwhile is sent again when the
/// service says, as browsers do; its wait is counted from the first attempt.
/// </summary>
internal static class SchemaSaves
{
    private const string Label = "PROBLEM";
    private const string Other = "TEST";
    private const int MentionsEach = 20;
    private const int WordLength = 5; // four letters and a space
    private const int DocumentsAtOnce = 500;

    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <param name="documents">With twenty mentions each of the label that changes.</param>
    public static async Task<IReadOnlyList<BenchResult>> MeasureAsync(RunningService service, int documents, int people, Action<string> say)
    {
        using HttpClient client = new() { BaseAddress = service.Address };
        string large = await FillAsync(client, documents, say);
        string text = string.Concat(Enumerable.Range(0, 4000).Select(i => $"w{i % 1000:D3} "));
        (_, string[] own) = await RunningService.MakeProjectAsync(client, "others", Enumerable.Repeat(text, people));

        using CancellationTokenSource over = new();
        Waits waits = new();
        Task all = Task.WhenAll(own.Select((document, person) => SaveAsync(service.Address, document, person, waits, over.Token)));
        await Task.Delay(WarmUp);
        List<BenchResult> results = [Result("no change", WarmUp.TotalSeconds, null)];
        (string Name, JsonObject Change)[] changes =
        [
            ("rename", Change("rename", [Label], "RENAMED")),
            ("merge into another", Change("merge", ["RENAMED", Other], Other)),
            ("the merge taken back", new JsonObject { ["kind"] = "take_back", ["undoes"] = 3 }),
            ("remove", Change("remove", ["RENAMED"], null)),
        ];
        foreach (var (i, (name, change)) in changes.Index())
        {
            waits.Clear();
            long started = Stopwatch.GetTimestamp();
            change["version"] = i + 1;
            JsonNode effect = await ChangeAsync(client, large, change);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            // Saves that wait are stored before they are looked at, and before the next change begins.
            int before = waits.Saves.Count;
            while (waits.Saves.Count < before + (3 * people))
                await Task.Delay(BetweenLooks);
            results.Add(Result(name, seconds, (int)effect["mentions"]!));
            say($"{name}: {seconds:F1} s");
        }

        await over.CancelAsync();
        await all;
        return results;

        BenchResult Result(string name, double seconds, int? mentions)
        {
            double[] saves = [.. waits.Saves.Order()];
            double[] opens = [.. waits.Opens.Order()];
            Dictionary<string, double> measures = new(StringComparer.Ordinal)
            {
                ["seconds"] = seconds,
                ["saves"] = saves.Length,
                ["refusedMeanwhile"] = waits.Refused,
                ["saveMedianMilliseconds"] = Measures.At(saves, 0.5),
                ["saveP95Milliseconds"] = Measures.At(saves, 0.95),
                ["saveMaximumMilliseconds"] = Measures.At(saves, 1),
                ["openMedianMilliseconds"] = Measures.At(opens, 0.5),
                ["openMaximumMilliseconds"] = Measures.At(opens, 1),
                ["serviceMegabytes"] = service.ResidentMegabytes,
            };
            if (mentions is { } counted)
                measures["mentions"] = counted;
            return new BenchResult(name, $"{people} people at other documents", measures);
        }
    }

    private static JsonObject Change(string kind, string[] from, string? to) =>
        new()
        {
            ["kind"] = kind,
            ["from"] = new JsonArray([.. from.Select(name => JsonValue.Create(name))]),
            ["to"] = to,
        };

    private static async Task<string> FillAsync(HttpClient client, int documents, Action<string> say)
    {
        (string project, _) = await RunningService.MakeProjectAsync(client, "large", []);
        string text = string.Concat(Enumerable.Range(0, MentionsEach).Select(i => $"w{i:D3} "));
        for (int done = 0; done < documents; done += DocumentsAtOnce)
        {
            JsonArray some = [.. Enumerable.Range(0, Math.Min(DocumentsAtOnce, documents - done)).Select(_ => (JsonNode)NewDocument(text))];
            await Json.PostAsync(client, $"/v1/projects/{project}/documents", new JsonObject { ["documents"] = some });
            if (done % (20 * DocumentsAtOnce) == 0)
                say($"… {done * MentionsEach:N0} of {documents * MentionsEach:N0} mentions");
        }
        return project;
    }

    private static JsonObject NewDocument(string text) =>
        new()
        {
            ["text"] = text,
            ["spans"] = new JsonArray([
                .. Enumerable
                    .Range(0, MentionsEach)
                    .Select(i =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["start"] = i * WordLength,
                                ["end"] = (i * WordLength) + WordLength - 1,
                                ["label"] = Label,
                            }
                    ),
            ]),
        };

    /// <summary>Asks for a change and follows it to its end.</summary>
    private static async Task<JsonNode> ChangeAsync(HttpClient client, string project, JsonObject change)
    {
        JsonNode answer = await Json.PostAsync(client, $"/v1/projects/{project}/schema/changes", change);
        while ((string?)answer["state"] == "waiting")
        {
            await Task.Delay(BetweenLooks);
            answer = await Json.GetAsync(client, $"/v1/projects/{project}/schema/jobs/{(string)answer["id"]!}");
        }
        return answer["state"] is null
            ? answer
            : answer["effect"] ?? throw new BenchFailure($"the change was {(string?)answer["state"]}: {(string?)answer["errorCode"]}");
    }

    private static async Task SaveAsync(Uri address, string document, int person, Waits waits, CancellationToken over)
    {
        using HttpClient client = new() { BaseAddress = address };
        Random random = new(person);
        int revision = 0;
        for (int word = 0; !over.IsCancellationRequested; word++)
        {
            await Task.Delay(Thinking * (0.5 + random.NextDouble()), CancellationToken.None);
            long opening = Stopwatch.GetTimestamp();
            await Json.GetAsync(client, $"/v1/documents/{document}");
            waits.Opens.Add(Stopwatch.GetElapsedTime(opening).TotalMilliseconds);
            long saving = Stopwatch.GetTimestamp();
            JsonObject request = new()
            {
                ["revision"] = revision,
                ["idempotencyKey"] = $"{person}-{word}",
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "add",
                        ["start"] = word * WordLength,
                        ["end"] = (word * WordLength) + WordLength - 1,
                        ["label"] = Other,
                    }
                ),
            };
            revision = await StoredAsync(client, document, request, waits);
            waits.Saves.Add(Stopwatch.GetElapsedTime(saving).TotalMilliseconds);
        }
    }

    /// <returns>The revision that the save made, however often it had to be sent.</returns>
    private static async Task<int> StoredAsync(HttpClient client, string document, JsonObject request, Waits waits)
    {
        while (true)
        {
            using StringContent content = Json.Body(request);
            using HttpResponseMessage answer = await client.PostAsync($"/v1/documents/{document}/corrections", content);
            JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            if (answer.IsSuccessStatusCode)
                return (int)body["revision"]!;
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                throw new BenchFailure($"a save was answered with {(string?)body["code"]}");
            waits.CountRefused();
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>In milliseconds, of what ended since the last clearing.</summary>
    private sealed class Waits
    {
        private int refused;

        public ConcurrentBag<double> Saves { get; } = [];

        public ConcurrentBag<double> Opens { get; } = [];

        public int Refused => refused;

        public void CountRefused() => Interlocked.Increment(ref refused);

        public void Clear()
        {
            Saves.Clear();
            Opens.Clear();
            refused = 0;
        }
    }
}
