using ClinicalNlp.Cli;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>models</c>: measures every score in the cards of the newest models again, and fails where one differs.</summary>
/// <remarks>
/// A score of a corpus is measured on the file that the card's own training command names for it after <c>--dev</c>. The card of an
/// entity model counts the longer one of nested gold mentions, as its recipe does; the other parts count them all.
/// </remarks>
internal static class ModelsVerb
{
    public const string Part = "models";

    /// <summary>0.1 points: a card rounds to a hundredth, and another processor may add in another order.</summary>
    public const double Tolerance = 0.001;
    private const string CrossValidation = "cross-validation";

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        foreach (string name in Names(options))
        {
            if (NewestModels.Find(options.Models, name) is { } model)
            {
                yield return new BenchUnit(
                    $"{Part}/{name}",
                    options.Quick ? 5 : 20,
                    Fingerprint.Of(options, Path.Combine(model, ModelCard.FileName), $"corpora {options.Corpora is not null}"),
                    job => Check(job, model)
                );
            }
        }
    }

    /// <returns>How many scores could be measured and are not what a card says.</returns>
    public static int Differences(BenchOptions options, TextWriter output)
    {
        BenchResults results = BenchResults.Load(options.Results);
        int different = 0;
        foreach (string name in Names(options))
        {
            if (!results.Units.TryGetValue($"{Part}/{name}", out MeasuredUnit? unit))
                continue;
            foreach (BenchResult score in unit.Results.Where(score => !Agrees(score)))
            {
                different++;
                output.WriteLine(
                    $"{name}: {score.System} is {100 * score.Measures["measured"]:F2}, the card says {100 * score.Measures["card"]:F2} ({score.Setting})"
                );
            }
        }
        output.WriteLine(
            different == 0 ? "Every measured score is what its card says." : $"{different} scores are not what their cards say."
        );
        return different;
    }

    internal static bool Agrees(BenchResult score) =>
        !score.Measures.TryGetValue("largestDifference", out double difference) || difference <= Tolerance + 1e-9;

    private static IEnumerable<string> Names(BenchOptions options) =>
        Directory.Exists(options.Models)
            ? Directory.EnumerateDirectories(options.Models).Select(Path.GetFileName).Order(StringComparer.Ordinal)!
            : [];

    private static List<BenchResult> Check(BenchJob job, string model)
    {
        ModelBundle bundle = ModelBundle.Load(model);
        List<BenchResult> results = [];
        foreach (var corpus in bundle.Card.Scores.GroupBy(score => (score.Corpus, score.Split)))
        {
            string? file = Find(job.Options, bundle.Card, corpus.Key.Corpus);
            IReadOnlyList<CardScore>? measured =
                corpus.Key.Split == CrossValidation || file is null ? null
                : bundle.Card.Kind == ModelCard.EntitiesKind ? [Entities(job.Options, bundle, corpus.Key.Corpus, file)]
                : bundle.Card.Kind == ModelCard.IntentsKind ? [.. Intents(bundle, corpus.Key.Corpus, file)]
                : null;
            foreach (CardScore said in corpus)
                results.Add(
                    Compare(bundle.Card, said, measured, corpus.Key.Split == CrossValidation ? "needs its training" : "not on this machine")
                );
        }
        return results;
    }

    private static BenchResult Compare(ModelCard card, CardScore said, IReadOnlyList<CardScore>? measured, string unmeasured)
    {
        string system = $"{said.Corpus}, {said.Split}, {said.Measure}";
        Dictionary<string, double> measures = new(StringComparer.Ordinal) { ["card"] = said.Overall };
        if (measured is null)
            return new BenchResult(system, unmeasured, measures);
        CardScore found =
            measured.FirstOrDefault(score => score.Measure == said.Measure)
            ?? throw new BenchFailure(
                $"the card of {card.Name} {card.Version} has \"{said.Measure}\", which nothing here can measure again"
            );
        double difference = Math.Abs(said.Overall - found.Overall);
        string where = $"{card.Name} {card.Version}";
        foreach ((string label, double value) in said.Labels ?? new Dictionary<string, double>(StringComparer.Ordinal))
        {
            double of = Math.Abs(value - (found.Labels?.GetValueOrDefault(label) ?? 0));
            if (of > difference)
                (difference, where) = (of, $"{card.Name} {card.Version}, most at {label}");
        }
        measures["measured"] = found.Overall;
        measures["largestDifference"] = difference;
        return new BenchResult(system, where, measures);
    }

    /// <summary>The file that a card means by a corpus' name; null when it is not on this machine.</summary>
    private static string? Find(BenchOptions options, ModelCard card, string corpus)
    {
        string[] words = card.Training?.Command?.Split(' ') ?? [];
        IEnumerable<string> dev = words
            .SkipWhile(word => word != "--dev")
            .Skip(1)
            .TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))
            .Where(path => TrainingFiles.NameOf(path) == corpus)
            .Select(path => Here(options, path));
        IEnumerable<string> usual =
            card.Kind == ModelCard.EntitiesKind
                ?
                [
                    EntityCorpora.OwnFile(options, "heldout"),
                    .. options.Corpora is null ? [] : new[] { EntityCorpora.Shared(options, corpus, "dev") },
                ]
                :
                [
                    IntentTasks.OwnFile(options, "heldout"),
                    .. options.Corpora is null ? [] : new[] { Path.Combine(options.Corpora, "intents", corpus, "dev.jsonl") },
                ];
        return dev.Concat(usual.Where(path => TrainingFiles.NameOf(path) == corpus)).FirstOrDefault(File.Exists);
    }

    /// <summary>Commands name the public corpora beside the repository; they may lie elsewhere.</summary>
    private static string Here(BenchOptions options, string path)
    {
        const string Beside = "../shared/corpora/";
        return path.StartsWith(Beside, StringComparison.Ordinal) && options.Corpora is not null
            ? Path.Combine(options.Corpora, path[Beside.Length..])
            : Path.Combine(options.Root, path);
    }

    private static CardScore Entities(BenchOptions options, ModelBundle bundle, string name, string file)
    {
        MeasuredCorpus corpus =
            options.Corpora is not null && bundle.Card.Training?.Command?.Contains("--map-labels", StringComparison.Ordinal) == true
                ? EntityCorpora.Canonical(options, name, file)
                : EntityCorpora.Read(name, file);
        using EntityRecognizer recognizer = EntityRecognizer.Load(bundle, Environment.ProcessorCount);
        var found = recognizer.Recognize([.. corpus.Documents.Select(document => document.Text)]);
        EntityScorer scorer = new();
        for (int d = 0; d < corpus.Documents.Count; d++)
        {
            scorer.Add(
                ExampleBuilder.WithoutOverlaps(corpus.Documents[d].Spans).Where(span => Counts(span.Label)),
                found[d].Where(mention => Counts(mention.Label))
            );
        }
        EntityScores scores = scorer.Result;
        return new CardScore(name, "", "f1", scores.Micro.F1, scores.Labels.ToDictionary(label => label.Key, label => label.Value.F1));

        bool Counts(string label) => corpus.Covers?.Contains(label) ?? true;
    }

    private static IEnumerable<CardScore> Intents(ModelBundle bundle, string name, string file)
    {
        IReadOnlyList<Utterance> utterances = IntentTasks.Read(file);
        using IntentClassifier classifier = IntentClassifier.Load(bundle, Environment.ProcessorCount);
        IReadOnlyList<IntentPrediction> predictions = classifier.Classify(utterances);
        IntentScorer scorer = new();
        for (int i = 0; i < utterances.Count; i++)
            scorer.Add(utterances[i].Intent!, predictions[i]);
        return IntentEvaluation.Describe(name, "", scorer.Result);
    }
}
