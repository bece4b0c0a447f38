using System.Globalization;
using System.Text.RegularExpressions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;

namespace ClinicalNlp.Benchmarks.Peers;

/// <summary>Apache OpenNLP's name finder (maximum entropy) with its defaults, through its command line.</summary>
internal static partial class OpenNlpPeer
{
    public const string Name = "OpenNLP";
    private const string Program = "opennlp";

    public static string? Missing() => Programs.Exists(Program) ? null : "opennlp is not installed";

    /// <param name="copies">How often it finds the names of the dev documents, so that its start does not hide its rate.</param>
    /// <param name="tokens">Of all copies.</param>
    public static (IReadOnlyList<IReadOnlyList<Mention>> Found, Dictionary<string, double> Measures) Run(
        BenchJob job,
        IReadOnlyList<AnnotatedDocument> train,
        IReadOnlyList<AnnotatedDocument> dev,
        int copies,
        long tokens,
        string folder
    )
    {
        string data = Write("train.txt", train, gold: true);
        string model = Path.Combine(folder, "names.bin");
        MeasuredProcess training = MeasuredProcess.RunOrFail(
            job,
            [Program, "TokenNameFinderTrainer", "-lang", "en", "-encoding", "UTF-8", "-data", data, "-model", model],
            output: Path.Combine(folder, "training.txt")
        );
        string asked = Write("dev.txt", [.. Enumerable.Repeat(dev, copies).SelectMany(documents => documents)], gold: false);
        string answered = Path.Combine(folder, "found.txt");
        MeasuredProcess finding = MeasuredProcess.RunOrFail(job, [Program, "TokenNameFinder", model], asked, answered);
        Dictionary<string, double> measures = Measures.OfTraining(training);
        Measures.AddMemory(measures, finding);
        measures["commandTokensPerSecond"] = tokens / finding.Seconds;
        if (Runtime().Match(File.ReadAllText(job.Log)) is { Success: true } said)
            measures["tokensPerSecond"] = tokens / double.Parse(said.Groups["seconds"].Value, CultureInfo.InvariantCulture);
        return (OpenNlpFormat.Read(dev, File.ReadLines(answered)), measures);

        string Write(string name, IReadOnlyList<AnnotatedDocument> documents, bool gold)
        {
            string file = Path.Combine(folder, name);
            WholeFile.WriteLines(file, output => OpenNlpFormat.Write(documents, output, gold));
            return file;
        }
    }

    /// <summary>What it says at the end, without the time that loading the model took.</summary>
    [GeneratedRegex(@"Runtime: (?<seconds>[0-9.]+)s", RegexOptions.ExplicitCapture | RegexOptions.RightToLeft, 1000)]
    private static partial Regex Runtime();
}
