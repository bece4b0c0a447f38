using ClinicalNlp.Benchmarks.Load;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>schema</c>: how long others' saves wait while a label of a million mentions is renamed, merged and unmerged; over real HTTP, on a real disk.</summary>
internal static class SchemaVerb
{
    public const string Part = "schema";
    private const int People = 8;
    private const int Documents = 50_000;
    private const int QuickDocuments = 500;

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        string service = RunningService.AssemblyOf(options);
        yield return new BenchUnit($"{Part}/saves", 240, Fingerprint.Of(options, service), Measure);
    }

    private static IReadOnlyList<BenchResult> Measure(BenchJob job)
    {
        using RunningService service = RunningService.Start(job, "schema");
        return SchemaSaves.MeasureAsync(service, job.Options.Quick ? QuickDocuments : Documents, People, job.Say).GetAwaiter().GetResult();
    }
}
