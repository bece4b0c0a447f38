using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Benchmarks.Load;

/// <summary>
/// Simulated annotators, each with documents of their own: open the next one, let the model suggest, decide every suggestion with one save
/// each, mark it done. A decision takes about a second, as those of people who know their keys do.
/// </summary>
internal static class Annotators
{
    private const double MeanThinkingSeconds = 1;

    public static async Task<BenchResult> MeasureAsync(
        RunningService service,
        string[] notes,
        int annotators,
        TimeSpan duration,
        Action<string> say
    )
    {
        using HttpClient setUp = new() { BaseAddress = service.Address };
        (_, string[] documents) = await RunningService.MakeProjectAsync(setUp, "load", notes);
        ConcurrentQueue<string> waiting = new(documents);
        ConcurrentBag<double> saves = [];
        ConcurrentBag<double> opens = [];
        ConcurrentDictionary<string, int> errors = new(StringComparer.Ordinal);
        int done = 0;
        long started = Stopwatch.GetTimestamp();
        Task[] people = [.. Enumerable.Range(0, annotators).Select(AnnotateAsync)];
        Task all = Task.WhenAll(people);
        while (await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(15))) != all)
            say(
                $"… {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} of {duration.TotalSeconds:F0} s, {saves.Count:N0} saves, {errors.Values.Sum()} errors"
            );
        await all;

        double[] sorted = [.. saves.Order()];
        double[] opened = [.. opens.Order()];
        foreach ((string error, int times) in errors)
            say($"{times} x {error}");
        return new BenchResult(
            $"{annotators} annotators, {duration.TotalSeconds:N0} s",
            "a save a decision",
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["saves"] = sorted.Length,
                ["errors"] = errors.Values.Sum(),
                ["documentsDone"] = done,
                ["savesPerSecond"] = sorted.Length / duration.TotalSeconds,
                ["saveMedianMilliseconds"] = Measures.At(sorted, 0.5),
                ["saveP99Milliseconds"] = Measures.At(sorted, 0.99),
                ["saveMaximumMilliseconds"] = Measures.At(sorted, 1),
                ["openMedianMilliseconds"] = Measures.At(opened, 0.5),
                ["openP99Milliseconds"] = Measures.At(opened, 0.99),
                ["serviceMegabytes"] = service.ResidentMegabytes,
            }
        );

        async Task AnnotateAsync(int person)
        {
            Random random = new(person);
            using HttpClient client = new() { BaseAddress = service.Address };
            // They do not all come through the door at once.
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * MeanThinkingSeconds * 5));
            while (Stopwatch.GetElapsedTime(started) < duration && waiting.TryDequeue(out string? document))
            {
                try
                {
                    long opening = Stopwatch.GetTimestamp();
                    JsonNode now = await Json.PostAsync(client, $"/v1/documents/{document}/suggestions", new JsonObject());
                    opens.Add(Stopwatch.GetElapsedTime(opening).TotalMilliseconds);
                    int revision = (int)now["revision"]!;
                    foreach (JsonNode? mention in now["mentions"]!.AsArray())
                    {
                        // Exponential: people pause, then press several keys in a row.
                        await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) * MeanThinkingSeconds));
                        if (Stopwatch.GetElapsedTime(started) >= duration)
                            return;
                        JsonObject change = new()
                        {
                            ["action"] = random.NextDouble() < 0.85 ? "accept" : "reject",
                            ["mentionId"] = (string)mention!["id"]!,
                        };
                        long saving = Stopwatch.GetTimestamp();
                        JsonNode saved = await Json.PostAsync(
                            client,
                            $"/v1/documents/{document}/corrections",
                            new JsonObject
                            {
                                ["revision"] = revision,
                                ["idempotencyKey"] = $"{person}-{random.NextInt64()}",
                                ["changes"] = new JsonArray(change),
                            }
                        );
                        saves.Add(Stopwatch.GetElapsedTime(saving).TotalMilliseconds);
                        revision = (int)saved["revision"]!;
                    }
                    await Json.PostAsync(client, $"/v1/documents/{document}/complete", new JsonObject { ["revision"] = revision });
                    Interlocked.Increment(ref done);
                }
                catch (Exception failure) when (failure is BenchFailure or HttpRequestException or TaskCanceledException)
                {
                    errors.AddOrUpdate(failure.Message, 1, (_, times) => times + 1);
                }
            }
        }
    }
}
