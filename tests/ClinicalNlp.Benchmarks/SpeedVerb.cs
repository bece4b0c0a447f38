using System.Diagnostics;
using System.Text;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>speed</c>: the shipped models from raw text to answers, as a command with its start-up and through the library.</summary>
internal static class SpeedVerb
{
    public const string Part = "speed";
    private const int Notes = 2000;
    private const int Requests = 300;
    private const int TenMegabytes = 10_000_000;
    private const int ClassifiedUtterances = 50_000;

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        if (NewestModels.Find(options.Models, "clinical-entities") is { } entities)
        {
            string card = Path.Combine(entities, ModelCard.FileName);
            string notes = ShippedModels.NotesFile(options) is { } file ? $"{new FileInfo(file).Length}" : "our own";
            yield return Unit("extraction", 60, [card, notes], job => Extraction(job, entities));
            if (!options.Quick)
                yield return Unit("ten megabytes", 30, [card], job => Large(job, entities));
        }
        if (NewestModels.Find(options.Models, IntentTasks.Own) is { } intents)
            yield return Unit("classification", 20, [Path.Combine(intents, ModelCard.FileName)], job => Classification(job, intents));

        BenchUnit Unit(string name, double seconds, string[] depends, Func<BenchJob, IReadOnlyList<BenchResult>> measure) =>
            new($"{Part}/{name}", options.Quick ? seconds / 6 : seconds, Fingerprint.Of(options, depends), measure);
    }

    private static List<BenchResult> Extraction(BenchJob job, string model)
    {
        string[] notes = ShippedModels.Notes(job.Options, job.Options.Quick ? 60 : Notes);
        long tokens = notes.Sum(note => (long)Tokenizer.Tokenize(note).Length);
        List<BenchResult> results = [];

        string folder = Directory.CreateDirectory(Path.Combine(job.Options.Work, Part)).FullName;
        string one = Write("one.jsonl", notes.Take(1));
        string many = Write("many.jsonl", notes);
        string found = Path.Combine(folder, "found.jsonl");
        MeasuredProcess start = ClinicalNlpCommand.Run(job, "extract", "--model", model, "--input", one, "--output", found);
        MeasuredProcess all = ClinicalNlpCommand.Run(job, "extract", "--model", model, "--input", many, "--output", found);
        results.Add(Result("`clinicalnlp extract` of one note", "with start-up", start, ("seconds", start.Seconds)));
        results.Add(
            Result(
                $"`clinicalnlp extract` of {notes.Length:N0} notes, {tokens:N0} tokens",
                "with start-up",
                all,
                ("seconds", all.Seconds),
                ("tokensPerSecond", tokens / all.Seconds)
            )
        );

        string[] sample = notes[..Math.Min(notes.Length, 400)];
        long sampled = sample.Sum(note => (long)Tokenizer.Tokenize(note).Length);
        ModelBundle bundle = ModelBundle.Load(model);
        foreach (int threads in new[] { 1, 2 })
        {
            using EntityRecognizer recognizer = EntityRecognizer.Load(bundle, threads);
            double rate = sampled * Measures.Rate(() => recognizer.Recognize(sample));
            results.Add(Result($"library, {sample.Length:N0} notes at once", Threads(threads), null, ("tokensPerSecond", rate)));
        }
        using EntityRecognizer single = EntityRecognizer.Load(bundle);
        string note = ShippedModels.NoteOf300Words(job.Options);
        double[] milliseconds = Latencies(() => single.Recognize(note));
        results.Add(
            Result(
                "library, a note of 300 words",
                Threads(1),
                null,
                ("medianMilliseconds", Measures.At(milliseconds, 0.5)),
                ("p95Milliseconds", Measures.At(milliseconds, 0.95))
            )
        );
        return results;

        string Write(string name, IEnumerable<string> texts)
        {
            string file = Path.Combine(folder, name);
            WholeFile.Write(
                file,
                stream =>
                {
                    foreach ((int number, string text) in texts.Index())
                        JsonlFormat.Write(new AnnotatedDocument($"{number}", text, []), stream);
                }
            );
            return file;
        }
    }

    /// <summary>One document of ten megabytes: what it costs where it is taken, or that it is refused.</summary>
    private static List<BenchResult> Large(BenchJob job, string model)
    {
        const string System = "`clinicalnlp extract` of one text of 10 MB";
        StringBuilder text = new(TenMegabytes);
        string[] notes = ShippedModels.Notes(job.Options, Notes);
        for (int next = 0; text.Length < TenMegabytes; next++)
            text.Append(notes[next % notes.Length]).Append("\n\n");
        string input = Path.Combine(Directory.CreateDirectory(Path.Combine(job.Options.Work, Part)).FullName, "large.txt");
        WholeFile.WriteText(input, text.ToString());
        MeasuredProcess process = MeasuredProcess.Run(
            job,
            ClinicalNlpCommand.Words(["extract", "--model", model, "--input", input, "--output", input + ".jsonl"])
        );
        if (process.ExitCode == Cli.CommandLine.Unusable && File.ReadAllText(job.Log).Contains("text_too_long", StringComparison.Ordinal))
            return [new BenchResult(System, "refused: text_too_long", new Dictionary<string, double>(StringComparer.Ordinal))];
        if (process.ExitCode != 0)
            throw new BenchFailure($"extract ended with {process.ExitCode}; its messages are in {job.Log}");
        long tokens = Tokenizer.Tokenize(text.ToString()).Length;
        return [Result(System, "with start-up", process, ("seconds", process.Seconds), ("tokensPerSecond", tokens / process.Seconds))];
    }

    private static List<BenchResult> Classification(BenchJob job, string model)
    {
        string[] texts = ShippedModels.Utterances(job.Options);
        int copies = (job.Options.Quick ? ClassifiedUtterances / 20 : ClassifiedUtterances) / texts.Length;
        string input = Path.Combine(Directory.CreateDirectory(Path.Combine(job.Options.Work, Part)).FullName, "utterances.jsonl");
        UtteranceFile.Write(Enumerable.Repeat(texts, copies).SelectMany(all => all).Select(text => new Utterance(text, null)), input);
        MeasuredProcess all = ClinicalNlpCommand.Run(job, "classify", "--model", model, "--input", input, "--output", input + ".out");
        List<BenchResult> results =
        [
            Result(
                $"`clinicalnlp classify` of {copies * texts.Length:N0} utterances",
                "with start-up",
                all,
                ("seconds", all.Seconds),
                ("utterancesPerSecond", copies * texts.Length / all.Seconds)
            ),
        ];
        ModelBundle bundle = ModelBundle.Load(model);
        foreach (int threads in new[] { 1, 2 })
        {
            using IntentClassifier classifier = IntentClassifier.Load(bundle, threads);
            double rate = texts.Length * Measures.Rate(() => classifier.Classify(texts));
            results.Add(Result($"library, {texts.Length} utterances at once", Threads(threads), null, ("utterancesPerSecond", rate)));
        }
        using IntentClassifier single = IntentClassifier.Load(bundle);
        int next = 0;
        double[] milliseconds = Latencies(() => single.Classify(texts[next++ % texts.Length]));
        results.Add(
            Result(
                "library, one utterance",
                Threads(1),
                null,
                ("medianMilliseconds", Measures.At(milliseconds, 0.5)),
                ("p95Milliseconds", Measures.At(milliseconds, 0.95))
            )
        );
        return results;
    }

    private static string Threads(int threads) => threads == 1 ? "one thread" : $"{threads} threads";

    private static BenchResult Result(string system, string setting, MeasuredProcess? process, params (string Name, double Value)[] values)
    {
        Dictionary<string, double> measures = values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
        if (process is not null)
            Measures.AddMemory(measures, process);
        return new BenchResult(system, setting, measures);
    }

    /// <summary>Milliseconds of each of some hundred calls, sorted, after the first ones were thrown away.</summary>
    private static double[] Latencies(Action action)
    {
        for (int i = 0; i < 30; i++)
            action();
        double[] milliseconds = new double[Requests];
        for (int i = 0; i < Requests; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(milliseconds);
        return milliseconds;
    }
}
