using ClinicalNlp.Benchmarks.Peers;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>peers</c>: this project and what else a user would install, trained and timed on the same files, one after the other on one machine.</summary>
internal static class PeersVerb
{
    public const string Entities = "peers-entities";
    public const string Intents = "peers-intents";
    private const int TimedTokens = 150_000;
    private const int QuickTokens = 10_000;

    public static IEnumerable<BenchUnit> Units(BenchOptions options, TextWriter output)
    {
        string? withoutOpenNlp = OpenNlpPeer.Missing();
        if (withoutOpenNlp is not null)
            output.WriteLine($"left out: {OpenNlpPeer.Name} ({withoutOpenNlp})");
        foreach ((string name, string train, string dev, bool canonical) in EntityTasks(options))
        {
            yield return new BenchUnit(
                $"{Entities}/{name}",
                options.Quick ? 25 : 150,
                Fingerprint.Of(options, train, dev, $"OpenNLP {withoutOpenNlp is null}"),
                job => CompareEntities(job, name, train, dev, canonical, withoutOpenNlp is null)
            );
        }
        List<IIntentPeer> peers = [];
        foreach (IIntentPeer peer in new[] { ScriptPeer.LinearSvm(), new FastTextPeer(), ScriptPeer.NlpJs() })
        {
            if (peer.Missing(options) is { } reason)
                output.WriteLine($"left out: {peer.Name} ({reason})");
            else
                peers.Add(peer);
        }
        foreach (IntentTask task in IntentTasks.Of(options, draws: 1))
        {
            yield return new BenchUnit(
                $"{Intents}/{task.Name}",
                options.Quick ? 25 : 90,
                Fingerprint.Of(
                    options,
                    [
                        task.Source,
                        .. peers.Select(peer => peer.Name),
                        .. Directory.Exists(options.Peers) ? Directory.GetFiles(options.Peers) : [],
                    ]
                ),
                job => CompareIntents(job, task, peers)
            );
        }
    }

    private static IEnumerable<(string Name, string Train, string Dev, bool Canonical)> EntityTasks(BenchOptions options)
    {
        if (options.Quick)
            return [(EntityCorpora.Own, EntityCorpora.OwnFile(options, "train"), EntityCorpora.OwnFile(options, "heldout"), false)];
        return options.Corpora is null
            ? []
            : new[] { ("bc5cdr", false), ("maccrobat2020", true) }.Select(task =>
                (
                    task.Item1,
                    EntityCorpora.Shared(options, task.Item1, "train"),
                    EntityCorpora.Shared(options, task.Item1, "dev"),
                    task.Item2
                )
            );
    }

    private static List<BenchResult> CompareEntities(BenchJob job, string name, string train, string dev, bool canonical, bool openNlp)
    {
        MeasuredCorpus gold = Read(dev);
        string[] texts = [.. gold.Documents.Select(document => document.Text)];
        long once = texts.Sum(text => (long)Tokenizer.Tokenize(text).Length);
        int copies = (int)Math.Max(1, (job.Options.Quick ? QuickTokens : TimedTokens) / once);
        string folder = Folder(job, Entities, name, "clinicalnlp");

        job.Say("clinicalnlp trains");
        string[] map = canonical ? ["--map-labels", EntityCorpora.LabelMap(job.Options)] : [];
        (string model, MeasuredProcess training) = ClinicalNlpCommand.Train(
            job,
            "entities",
            $"peers-{name}",
            ["--train", train, "--dev", dev, "--seed", "1", .. map]
        );
        Dictionary<string, double> measures = Measures.OfTraining(training);
        string input = Path.Combine(folder, "notes.jsonl");
        string output = Path.Combine(folder, "found.jsonl");
        WriteTexts(input, texts, copies);
        job.Say("clinicalnlp extracts");
        MeasuredProcess extracting = ClinicalNlpCommand.Run(job, "extract", "--model", model, "--input", input, "--output", output);
        Measures.AddMemory(measures, extracting);
        measures["commandTokensPerSecond"] = copies * once / extracting.Seconds;
        using EntityRecognizer recognizer = EntityRecognizer.Load(ModelBundle.Load(model), threads: 1);
        measures["tokensPerSecond"] = once * Measures.Rate(() => recognizer.Recognize(texts));
        List<BenchResult> results =
        [
            EntityScoring.Score("clinicalnlp", "seed 1", gold.Documents, recognizer.Recognize(texts), gold.Covers, true, measures),
        ];
        if (!openNlp)
            return results;

        job.Say($"{OpenNlpPeer.Name} trains and finds");
        var (found, theirs) = OpenNlpPeer.Run(
            job,
            Read(train).Documents,
            gold.Documents,
            copies,
            copies * once,
            Folder(job, Entities, name, OpenNlpPeer.Name)
        );
        results.Add(EntityScoring.Score(OpenNlpPeer.Name, "defaults", gold.Documents, found, gold.Covers, false, theirs));
        return results;

        MeasuredCorpus Read(string file) => canonical ? EntityCorpora.Canonical(job.Options, name, file) : EntityCorpora.Read(name, file);
    }

    private static List<BenchResult> CompareIntents(BenchJob job, IntentTask task, IReadOnlyList<IIntentPeer> peers)
    {
        (string train, string heldFile) = task.Files();
        IReadOnlyList<Utterance> held = UtteranceFile.Read(heldFile, needIntents: true);
        string[] texts = [.. held.Select(utterance => utterance.Text)];
        string[] gold = [.. held.Select(utterance => utterance.Intent!)];

        job.Say("clinicalnlp trains");
        (string model, MeasuredProcess training) = ClinicalNlpCommand.Train(
            job,
            "intents",
            $"peers-{Plain(task.Name)}",
            IntentsVerb.Arguments(task, train, heldFile, 1)
        );
        Dictionary<string, double> measures = Measures.OfTraining(training);
        MeasuredProcess classifying = ClinicalNlpCommand.Run(
            job,
            "classify",
            "--model",
            model,
            "--input",
            heldFile,
            "--output",
            Path.Combine(Folder(job, Intents, task.Name, "clinicalnlp"), "classified.jsonl")
        );
        Measures.AddMemory(measures, classifying);
        using (IntentClassifier classifier = IntentClassifier.Load(ModelBundle.Load(model), threads: 1))
        {
            measures["utterancesPerSecond"] = texts.Length * Measures.Rate(() => classifier.Classify(texts));
            IReadOnlyList<IntentPrediction> predictions = classifier.Classify(texts);
            Measures.AddIntents(
                measures,
                gold,
                [.. predictions.Select(prediction => prediction.Intent)],
                [.. predictions.Select(prediction => prediction.Confidence)]
            );
        }
        List<BenchResult> results = [new("clinicalnlp", "seed 1", measures)];
        foreach (IIntentPeer peer in peers)
        {
            job.Say($"{peer.Name} trains and predicts");
            IntentPeerRun run = peer.Run(job, train, held, heldFile, Folder(job, Intents, task.Name, peer.Name));
            Dictionary<string, double> theirs = new(StringComparer.Ordinal)
            {
                ["trainSeconds"] = run.TrainSeconds,
                ["utterancesPerSecond"] = run.UtterancesPerSecond,
            };
            Measures.AddMemory(theirs, run.Largest);
            Measures.AddIntents(theirs, gold, run.Predicted, null);
            results.Add(new BenchResult(peer.Name, run.Setting, theirs));
        }
        return results;
    }

    private static void WriteTexts(string file, string[] texts, int copies) =>
        WholeFile.Write(
            file,
            stream =>
            {
                int next = 0;
                foreach (
                    string text in Enumerable.Repeat(texts, copies).SelectMany(all => all).Where(text => !string.IsNullOrWhiteSpace(text))
                )
                    JsonlFormat.Write(new AnnotatedDocument($"{++next}", text, []), stream);
            }
        );

    /// <summary>An empty folder for one system's files of one task.</summary>
    private static string Folder(BenchJob job, string part, string task, string system)
    {
        string folder = Path.Combine(job.Options.Work, part, Plain(task), Plain(system));
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static string Plain(string name) => name.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');
}
