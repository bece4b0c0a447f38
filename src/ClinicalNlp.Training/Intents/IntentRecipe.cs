using System.Text.Json.Nodes;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Training;

/// <summary>Utterances in, intent model bundle out.</summary>
public static class IntentRecipe
{
    /// <summary>
    /// Trains on <paramref name="train"/> and writes the bundle. <paramref name="dev"/> decides the bias of <c>oos</c> and the temperature and
    /// nothing else; without dev, or with a tiny one, they come from cross-validation, or from the base
    /// model where there is one.
    /// </summary>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>, <c>missing_field</c>, <c>output_exists</c>, or a base model that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Nothing was written.</exception>
    public static TrainingResult Train(
        IReadOnlyList<IntentCorpus> train,
        IReadOnlyList<IntentCorpus> dev,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Train(train, dev, options, new IntentRecipeSettings(), progress, cancellation);

    internal static TrainingResult Train(
        IReadOnlyList<IntentCorpus> train,
        IReadOnlyList<IntentCorpus> dev,
        TrainingOptions options,
        IntentRecipeSettings settings,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(dev);
        ArgumentNullException.ThrowIfNull(options);
        long started = options.Time.GetTimestamp();
        ModelBundleWriter.RefuseExisting(options.OutputDirectory);
        progress?.Report(new TrainingProgress("preparing", 0, train.Sum(corpus => corpus.Utterances.Count), "utterances", 0, null));

        IntentBase? parent = options.BaseModelDirectory is null ? null : IntentBase.Load(options.BaseModelDirectory);
        string[] labels = IntentExamples.Labels(train, parent?.Bundle.Card.Labels);
        List<IntentExample> examples = IntentExamples.Training(train, labels);
        List<IntentExample> devExamples = IntentExamples.Read(dev, labels);
        WordVectors? vectors = parent is null ? Vectors(train, options, settings) : null;
        IntentRun run = new(settings, options, labels, parent, vectors, started, progress, cancellation);

        bool devDecides = devExamples.Count(example => example.Intent >= 0) >= IntentCalibrator.Fewest;
        // What a base model has seen already cannot be held out from it.
        bool parentDecides = !devDecides && parent is not null;
        IReadOnlyList<IntentFold> folds = devDecides || parentDecides ? [] : IntentFold.Split(examples, run.OutOfScope, options.Seed);
        // A base model has learned its intents already: their names would only pull at it.
        if (parent is null)
        {
            foreach (List<IntentExample> set in folds.Select(fold => fold.Train).Append(examples))
            {
                set.AddRange(ShortReplies.After(set, settings.ReplyDraws, options.Seed));
                set.AddRange(IntentExamples.Names(labels, set, settings.NameDraws));
            }
        }
        foreach (IntentFold fold in folds)
            run.Plan(fold.Train, 1);
        run.Plan(examples, run.FinalMembers);
        List<HeldScores> crossHeld = CrossValidate(run, folds, cancellation);
        IntentModel model = run.Fit([examples], run.FinalMembers)[0];

        progress?.Report(new TrainingProgress("evaluating", 0, devExamples.Count, "utterances", 0, null));
        List<HeldScores> devHeld = model.Score(devExamples, cancellation);
        IntentSettings calibrated = parentDecides
            ? IntentClassifier.Check(parent!.Bundle)
            : IntentCalibrator.Fit(devDecides ? devHeld : crossHeld, run.OutOfScope);
        List<CardScore> cardScores = [];
        double devScore = 0;
        if (devExamples.Count > 0)
        {
            List<HeldScores> left = devHeld;
            foreach (IntentCorpus corpus in dev.Where(corpus => corpus.Utterances.Count > 0))
            {
                IEnumerable<string> gold = corpus.Utterances.Select(utterance => utterance.Intent!);
                IntentScores scores = IntentEvaluation.Score(left, gold, labels, run.OutOfScope, calibrated);
                left = left[corpus.Utterances.Count..];
                devScore += scores.Accuracy * corpus.Utterances.Count / devExamples.Count;
                cardScores.AddRange(IntentEvaluation.Describe(corpus.Name, "dev", scores));
            }
        }
        List<HeldScores> crossKnown = [.. crossHeld.Where(example => !example.LeftOut)];
        if (crossKnown.Count > 0)
        {
            IEnumerable<string> gold = crossKnown.Select(example => labels[example.Intent]);
            IntentScores scores = IntentEvaluation.Score(crossKnown, gold, labels, run.OutOfScope, calibrated);
            cardScores.AddRange(
                IntentEvaluation.Describe(string.Join('+', train.Select(corpus => corpus.Name)), "cross-validation", scores)
            );
        }

        progress?.Report(new TrainingProgress("writing", 0, 1, "models", 0, null));
        ModelCard card = new()
        {
            Kind = ModelCard.IntentsKind,
            Name = options.ModelName,
            Version = options.ModelVersion,
            Created = options.Time.GetUtcNow(),
            Labels = labels,
            Settings = Describe(calibrated, settings),
            Corpora =
            [
                .. train.Select(corpus => new CardCorpus(corpus.Name, corpus.Utterances.Count, corpus.Licence, corpus.Sha256)),
                .. vectors is null ? (CardCorpus[])[] : [EncoderVectors.Describe(options.EncoderDirectory!, vectors)],
            ],
            Parent = Parent(parent),
            Scores = cardScores,
            Training = new CardTraining(
                options.Seed,
                Math.Round(options.Time.GetElapsedTime(started).TotalSeconds, 1),
                options.Workers,
                options.Command
            ),
        };
        cancellation.ThrowIfCancellationRequested();
        card = ModelBundleWriter.Write(card, options.OutputDirectory, Write);
        return new TrainingResult(options.OutputDirectory, card, devScore);

        void Write(string directory)
        {
            File.WriteAllBytes(Path.Combine(directory, IntentClassifier.ModelFile), model.Network);
            model.Vocabulary.Save(Path.Combine(directory, IntentClassifier.VocabularyFile));
        }
    }

    /// <summary>The encoder's, for a model from scratch; null without one.</summary>
    private static WordVectors? Vectors(IReadOnlyList<IntentCorpus> train, TrainingOptions options, IntentRecipeSettings settings)
    {
        if (options.EncoderDirectory is null)
            return null;
        IEnumerable<string> own = train.SelectMany(corpus => corpus.Utterances).Select(utterance => utterance.Text);
        return EncoderVectors.Load(options.EncoderDirectory, own, settings.EncoderWords);
    }

    /// <summary>Scores of every held-out example by a network that has not seen it; empty without folds.</summary>
    private static List<HeldScores> CrossValidate(IntentRun run, IReadOnlyList<IntentFold> folds, CancellationToken cancellation)
    {
        List<HeldScores> scores = [];
        if (folds.Count == 0)
            return scores;
        IntentModel[] models = run.Fit([.. folds.Select(fold => fold.Train)], 1);
        foreach ((IntentModel model, IntentFold fold) in models.Zip(folds))
        {
            scores.AddRange(model.Score(fold.Held, cancellation));
            scores.AddRange(model.Score(fold.LeftOut, cancellation).Select(held => held with { LeftOut = true }));
        }
        return scores;
    }

    private static CardParent? Parent(IntentBase? parent) =>
        parent is null ? null : new CardParent(parent.Bundle.Card.Name, parent.Bundle.Card.Version, parent.Bundle.Fingerprint);

    private static JsonObject Describe(IntentSettings calibrated, IntentRecipeSettings settings)
    {
        JsonObject described = calibrated.ToJson();
        described["training"] = settings.ToJson();
        return described;
    }
}
