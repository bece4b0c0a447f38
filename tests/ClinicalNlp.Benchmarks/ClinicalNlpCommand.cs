namespace ClinicalNlp.Benchmarks;

/// <summary>The project's own command line, run as a user runs it: another process with its own start-up.</summary>
internal static class ClinicalNlpCommand
{
    /// <summary>The assembly that this very build made; <c>./clinicalnlp</c> runs its like.</summary>
    private static readonly string Assembly = typeof(Cli.CommandLine).Assembly.Location;

    public static MeasuredProcess Run(BenchJob job, params IEnumerable<string> arguments) =>
        MeasuredProcess.RunOrFail(job, [.. Words(arguments)]);

    public static string[] Words(IEnumerable<string> arguments) => ["dotnet", "exec", Assembly, .. arguments];

    /// <summary>Trains and returns the folder of the model; a folder left by an earlier run gives way.</summary>
    /// <param name="kind">"entities" or "intents".</param>
    public static (string Model, MeasuredProcess Process) Train(
        BenchJob job,
        string kind,
        string name,
        params IEnumerable<string> arguments
    )
    {
        string model = Path.Combine(job.Options.Work, "models", name);
        if (Directory.Exists(model))
            Directory.Delete(model, recursive: true);
        List<string> all = ["train", kind, "--out", model, .. arguments];
        if (job.Options.Quick)
            all.AddRange(["--minutes", "0.1"]);
        return (model, Run(job, all));
    }
}
