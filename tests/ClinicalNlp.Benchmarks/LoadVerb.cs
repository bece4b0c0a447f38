using ClinicalNlp.Benchmarks.Load;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>load</c>: the service under many people at once, over real HTTP, with the data on a real disk.</summary>
internal static class LoadVerb
{
    public const string Part = "load";
    public const string AnnotatorsTask = "annotators";
    public const string WritersTask = "writers";
    private const int People = 50;
    private const int WritersOfOne = 8;

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        if (NewestModels.Find(options.Models, "clinical-entities") is not { } model)
            yield break;
        string fingerprint = Fingerprint.Of(options, Path.Combine(model, ModelCard.FileName));
        TimeSpan duration = options.Quick ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(10);
        yield return new BenchUnit($"{Part}/{AnnotatorsTask}", duration.TotalSeconds, fingerprint, job => Annotate(job, duration));
        yield return new BenchUnit($"{Part}/{WritersTask}", 30, fingerprint, Write);
    }

    private static IReadOnlyList<BenchResult> Annotate(BenchJob job, TimeSpan duration)
    {
        string[] notes = ShippedModels.Notes(job.Options, 3000);
        // An annotator of our own few notes would run out of them.
        notes = [.. Enumerable.Range(0, 20 * People * Math.Max(1, (int)duration.TotalMinutes)).Select(i => notes[i % notes.Length])];
        using RunningService service = RunningService.Start(job, "annotators");
        return [Annotators.MeasureAsync(service, notes, People, duration, job.Say).GetAwaiter().GetResult()];
    }

    private static IReadOnlyList<BenchResult> Write(BenchJob job)
    {
        using RunningService service = RunningService.Start(job, "writers");
        BenchResult result = Writers
            .MeasureAsync(service, WritersOfOne, job.Options.Quick ? 40 : 200, job.Options.Quick ? 2 : 5, job.Say)
            .GetAwaiter()
            .GetResult();
        return result.Measures["lost"] > 0 || result.Measures["doubled"] > 0
            ? throw new BenchFailure(
                $"{result.Measures["lost"]} acknowledged spans are lost, {result.Measures["doubled"]} are stored twice"
            )
            : [result];
    }
}
