using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <param name="WorkDirectory">Where the models of the folds are written, one at a time; each is gone when its fold is read.</param>
/// <param name="EncoderDirectory">What models start from. It has seen no annotated document, where a version in use may have learnt these.</param>
/// <param name="Minutes">For all folds together.</param>
public sealed record CrossValidationOptions(string WorkDirectory, string? EncoderDirectory, double Minutes, int Folds = 5, int Seed = 1)
{
    public const int FewestFolds = 2;
    public const int MostFolds = 20;

    public int Workers { get; init; } = 1;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Quick models, each trained without one fold of the documents, read the fold that they have not seen.</summary>
/// <remarks>A group (a patient) is in one fold: a note beside another one of the same patient would be half known.</remarks>
public static class CrossValidation
{
    /// <param name="groupOf">Of the document at a place of the list.</param>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>: fewer groups than folds, or nothing to learn.</exception>
    public static CrossValidated FindInEntities(
        IReadOnlyList<AnnotatedDocument> documents,
        Func<int, string> groupOf,
        IReadOnlySet<string> schema,
        CrossValidationOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var readings = new HeldOutReading[documents.Count];
        foreach (var (fold, heldOut) in Folds(documents.Count, groupOf, options).Index())
        {
            var train = documents.Where((_, i) => !heldOut.Contains(i)).ToList();
            using var model = Trained(
                options,
                fold,
                training =>
                    EntityRecipe.Train(
                        [new EntityCorpus("other folds", train, schema)],
                        [],
                        // One member: what is measured is where the model stands, and a soup of four takes four times as long.
                        training with
                        {
                            Members = 1,
                        },
                        new OfFold(progress, fold, options.Folds),
                        cancellationToken
                    ),
                EntityRecognizer.Load
            );
            foreach (int i in heldOut)
            {
                readings[i] = HeldOutReading.Of(documents[i], model, cancellationToken);
            }
        }

        return new CrossValidated(
            EntityErrors.Find(readings, schema),
            EntityErrors.Agreement(readings, schema),
            EntityErrors.LeastAgreement
        );
    }

    /// <inheritdoc cref="FindInEntities"/>
    public static CrossValidated FindInIntents(
        IReadOnlyList<(string DocumentId, int Turn, Utterance Utterance)> utterances,
        Func<int, string> groupOf,
        CrossValidationOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var read = new HeldOutUtterance[utterances.Count];
        foreach (var (fold, heldOut) in Folds(utterances.Count, groupOf, options).Index())
        {
            var train = utterances.Where((_, i) => !heldOut.Contains(i)).Select(item => item.Utterance).ToList();
            using var model = Trained(
                options,
                fold,
                training =>
                    IntentRecipe.Train(
                        [new IntentCorpus("other folds", train)],
                        [],
                        training,
                        new OfFold(progress, fold, options.Folds),
                        cancellationToken
                    ),
                IntentClassifier.Load
            );
            var asked = heldOut.Order().ToList();
            var predictions = model.Classify([.. asked.Select(i => utterances[i].Utterance)], cancellationToken);
            foreach (var (i, prediction) in asked.Zip(predictions))
            {
                var (document, turn, utterance) = utterances[i];
                read[i] = new HeldOutUtterance(document, turn, utterance.Intent!, prediction);
            }
        }

        return new CrossValidated(IntentErrors.Find(read), IntentErrors.Agreement(read), IntentErrors.LeastAgreement);
    }

    private static List<HashSet<int>> Folds(int count, Func<int, string> groupOf, CrossValidationOptions options)
    {
        var groups = Enumerable.Range(0, count).GroupBy(groupOf).OrderBy(group => GroupSplit.Place(group.Key, options.Seed)).ToList();
        RefuseFewer(groups.Count, options.Folds);
        return
        [
            .. Enumerable
                .Range(0, options.Folds)
                .Select(fold => groups.Where((_, i) => i % options.Folds == fold).SelectMany(group => group).ToHashSet()),
        ];
    }

    /// <exception cref="UnusableInputException"><c>too_little_data</c>: fewer groups than folds.</exception>
    internal static void RefuseFewer(int groups, int? folds)
    {
        if (groups < folds)
        {
            throw new UnusableInputException(
                "too_little_data",
                $"there are finished documents of {groups} groups (patients), and {folds} folds need as many"
            );
        }
    }

    private static T Trained<T>(CrossValidationOptions options, int fold, Action<TrainingOptions> train, Func<ModelBundle, int, T> load)
    {
        string directory = Path.Combine(options.WorkDirectory, $"fold-{fold + 1}");
        try
        {
            train(
                new TrainingOptions
                {
                    OutputDirectory = directory,
                    ModelName = "fold",
                    ModelVersion = $"{fold + 1}",
                    EncoderDirectory = options.EncoderDirectory,
                    Seed = options.Seed,
                    Minutes = options.Minutes / options.Folds,
                    Workers = options.Workers,
                    Time = options.Time,
                }
            );
            return load(ModelBundle.Load(directory), 1);
        }
        finally
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    /// <summary>Says which fold it is.</summary>
    private sealed class OfFold(IProgress<TrainingProgress> progress, int fold, int folds) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(value with { Phase = $"{value.Phase} {fold + 1} of {folds}" });
    }
}
