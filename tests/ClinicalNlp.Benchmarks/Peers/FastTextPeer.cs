using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks.Peers;

/// <summary>fastText's supervised classifier (Joulin et al. 2016) with word pairs and character n-grams, given tokens in lower case, as its authors advise.</summary>
internal sealed class FastTextPeer : IIntentPeer
{
    private const string Label = "__label__";

    /// <summary>Predicted in one go, so that loading the model, which is subtracted, is a small part.</summary>
    private const int TimedUtterances = 30_000;

    // The best of five settings tried on CLINC150's dev split and on our own utterances; fewer buckets than its two million keep the model small.
    private static readonly string[] Settings = [.. "-wordNgrams 2 -minn 3 -maxn 5 -lr 1.0 -epoch 25 -bucket 200000 -thread 2".Split(' ')];

    public string Name => "fastText";

    public string? Missing(BenchOptions options) => Programs.Exists("fasttext") ? null : "fasttext is not installed";

    public IntentPeerRun Run(BenchJob job, string train, IReadOnlyList<Utterance> held, string heldFile, string folder)
    {
        IReadOnlyList<Utterance> examples = UtteranceFile.Read(train, needIntents: true);
        List<string> intents = [.. examples.Select(example => example.Intent!).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> numbers = intents
            .Index()
            .ToDictionary(intent => intent.Item, intent => intent.Index, StringComparer.Ordinal);
        // Intents may have spaces; numbers have none.
        string data = Write("train.txt", examples.Select(example => $"{Label}{numbers[example.Intent!]} {Words(example.Text)}"));
        string model = Path.Combine(folder, "model");
        MeasuredProcess training = MeasuredProcess.RunOrFail(
            job,
            ["fasttext", "supervised", "-input", data, "-output", model, .. Settings]
        );
        string[] asked = [.. held.Select(utterance => Words(utterance.Text))];
        int copies = Math.Max(1, TimedUtterances / asked.Length);
        MeasuredProcess one = Predict(Write("one.txt", asked[..1]), out _);
        MeasuredProcess all = Predict(Write("all.txt", Enumerable.Repeat(asked, copies).SelectMany(texts => texts)), out string answers);
        double seconds = Math.Max(1e-3, all.Seconds - one.Seconds);
        return new IntentPeerRun(
            [.. File.ReadLines(answers).Take(asked.Length).Select(line => intents[int.Parse(line[Label.Length..])])],
            training.Seconds,
            ((copies * asked.Length) - 1) / seconds,
            string.Join(' ', Settings),
            training.ResidentMegabytes > all.ResidentMegabytes ? training : all
        );

        MeasuredProcess Predict(string input, out string output)
        {
            output = input + ".predicted";
            return MeasuredProcess.RunOrFail(job, ["fasttext", "predict", model + ".bin", input], output: output);
        }

        string Write(string name, IEnumerable<string> lines)
        {
            string file = Path.Combine(folder, name);
            File.WriteAllLines(file, lines);
            return file;
        }
    }

    /// <summary>Never empty, or an answer would be missing from the output.</summary>
    private static string Words(string text)
    {
        string words = string.Join(' ', Tokenizer.Tokenize(text).Select(token => token.Span.Of(text).ToLowerInvariant()));
        return words.Length > 0 ? words : ".";
    }
}
