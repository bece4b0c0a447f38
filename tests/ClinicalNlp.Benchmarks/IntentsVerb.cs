using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary><c>intents</c>: models trained on one public set by the command line, and the shipped model on our held-out utterances.</summary>
internal static class IntentsVerb
{
    public const string Trained = "intents";
    public const string Shipped = "intents-shipped";

    /// <summary>The set whose seeds are compared; the others take the first.</summary>
    private const string EverySeed = "clinc150";

    public static IEnumerable<BenchUnit> Units(BenchOptions options)
    {
        foreach (IntentTask task in IntentTasks.Of(options, IntentSplits.Draws))
        {
            foreach (int seed in task.Name == EverySeed ? options.Seeds : options.Seeds.Take(1))
            {
                yield return new BenchUnit(
                    $"{Trained}/{task.Name}/seed {seed}",
                    options.Quick ? 10 : 20,
                    Fingerprint.Of(options, task.Source, $"seed {seed}"),
                    job => [Train(job, task, seed)]
                );
            }
        }
        if (NewestModels.Find(options.Models, IntentTasks.Own) is not { } model)
            yield break;
        foreach ((string name, string held) in IntentTasks.OwnHeldOut(options))
        {
            yield return new BenchUnit(
                $"{Shipped}/{name}",
                2,
                Fingerprint.Of(options, Path.Combine(model, ModelCard.FileName), held),
                _ => [Evaluate(model, held, new(StringComparer.Ordinal))]
            );
        }
    }

    /// <summary>The options of the training; with dev where the set has one.</summary>
    public static string[] Arguments(IntentTask task, string train, string held, int seed) =>
        ["--train", train, .. task.Dev ? new[] { "--dev", held } : [], "--seed", $"{seed}"];

    private static BenchResult Train(BenchJob job, IntentTask task, int seed)
    {
        (string train, string held) = task.Files();
        (string model, MeasuredProcess process) = ClinicalNlpCommand.Train(
            job,
            "intents",
            $"{task.Name.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-')}-seed{seed}",
            Arguments(task, train, held, seed)
        );
        return Evaluate(model, held, Measures.OfTraining(process));
    }

    private static BenchResult Evaluate(string model, string held, Dictionary<string, double> measures)
    {
        IReadOnlyList<Utterance> utterances = IntentTasks.Read(held);
        ModelBundle bundle = ModelBundle.Load(model);
        using IntentClassifier classifier = IntentClassifier.Load(bundle, Environment.ProcessorCount);
        IReadOnlyList<IntentPrediction> predictions = classifier.Classify(utterances);
        Measures.AddIntents(
            measures,
            [.. utterances.Select(utterance => utterance.Intent!)],
            [.. predictions.Select(prediction => prediction.Intent)],
            [.. predictions.Select(prediction => prediction.Confidence)]
        );
        return new BenchResult("clinicalnlp", $"{bundle.Card.Name} {bundle.Card.Version}", measures);
    }
}
