namespace ClinicalNlp.Benchmarks.Peers;

/// <summary>Whether other programs are on this machine.</summary>
internal static class Programs
{
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>The last line that is a JSON object: programs say other things before it.</summary>
    public static string LastJson(string file, string program) =>
        File.ReadLines(file).LastOrDefault(line => line.StartsWith('{')) ?? throw new BenchFailure($"{program} did not say its times");
}
