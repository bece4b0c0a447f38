using System.Text.Json;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks.Peers;

/// <summary>A peer that lives in another language's runtime: a script under <c>bench/</c> trains, predicts and says how long each took.</summary>
/// <param name="probe">Ends with 0 when everything that the script needs is installed.</param>
/// <param name="copies">How often the script predicts the held-out part, where it is too fast to time once.</param>
internal sealed class ScriptPeer(string name, string runtime, string script, Func<BenchOptions, IReadOnlyList<string>> probe, int copies)
    : IIntentPeer
{
    /// <summary>Debian's own Python: the one that apt-get installs scikit-learn for.</summary>
    private const string Python = "/usr/bin/python3";

    public static IIntentPeer LinearSvm() =>
        new ScriptPeer("scikit-learn linear SVM", Python, "svm.py", _ => [Python, "-c", "import sklearn"], 5);

    public static IIntentPeer NlpJs() =>
        new ScriptPeer(
            "nlp.js",
            "node",
            "nlpjs.mjs",
            options => ["test", "-d", Path.Combine(options.Peers, "node_modules", "@nlpjs", "basic")],
            1
        );

    public string Name => name;

    public string? Missing(BenchOptions options)
    {
        if (!File.Exists(runtime) && !Programs.Exists(runtime))
            return $"{runtime} is not installed";
        BenchJob job = new(options, Path.Combine(options.Work, "logs", "probe.log"), _ => { });
        Directory.CreateDirectory(Path.GetDirectoryName(job.Log)!);
        return MeasuredProcess.Run(job, probe(options)).ExitCode == 0 ? null : $"{name} is not installed";
    }

    public IntentPeerRun Run(BenchJob job, string train, IReadOnlyList<Utterance> held, string heldFile, string folder)
    {
        string predictions = Path.Combine(folder, "predictions.jsonl");
        string said = Path.Combine(folder, "said.txt");
        MeasuredProcess process = MeasuredProcess.RunOrFail(
            job,
            [runtime, Path.Combine(job.Options.Peers, script), train, heldFile, predictions, $"{copies}"],
            output: said
        );
        using JsonDocument times = JsonDocument.Parse(Programs.LastJson(said, name));
        return new IntentPeerRun(
            [.. File.ReadLines(predictions).Select(line => JsonSerializer.Deserialize<string>(line)!)],
            times.RootElement.GetProperty("trainSeconds").GetDouble(),
            copies * held.Count / times.RootElement.GetProperty("predictSeconds").GetDouble(),
            times.RootElement.GetProperty("setting").GetString()!,
            process
        );
    }
}
