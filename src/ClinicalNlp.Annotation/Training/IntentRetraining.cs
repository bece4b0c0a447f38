using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>Intent models from corrected turns, with our own utterances mixed in so that nothing is forgotten.</summary>
public sealed class IntentRetraining(OwnCorpora corpora) : TaskTrainer
{
    /// <summary>On some hundred utterances two trainings that differ in their seed alone differ by up to two points.</summary>
    public override double OwnMargin => 0.03;

    public override void Train(
        RetrainingJob job,
        TrainingOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        // "Thanks" stands on both sides of any split, as it stands in any two conversations: equal words are not left out here.
        // Transcripts of people who were seen to accept what is wrong come less often.
        var train = job.Side(SnapshotSide.Train)
            .GroupBy(document => document.Weight)
            .OrderByDescending(documents => documents.Key)
            .Select(documents => new IntentCorpus(
                documents.Key == 1 ? "corrections" : $"corrections at {documents.Key}",
                SnapshotStore.ReadIntents(documents),
                documents.Key,
                Sha256: job.Snapshot.Hash
            ))
            .Where(corpus => corpus.Utterances.Count > 0)
            .ToList();
        if (train.Count == 0)
        {
            throw new UnusableInputException("too_little_data", "no finished turn is left to learn from");
        }

        // Nothing is held back for stopping: without it the recipe calibrates by cross-validation, which wastes no corrected turn.
        IntentRecipe.Train([.. train, .. corpora.ReadIntents().Train], [], options, progress, cancellationToken);
    }

    public override HeldOutScores Score(string modelDirectory, RetrainingJob job, CancellationToken cancellationToken)
    {
        using var model = IntentClassifier.Load(ModelBundle.Load(modelDirectory));
        var heldOut = job.Side(SnapshotSide.HeldOut).ToList();
        var ownHeldOut = corpora.ReadIntents().HeldOut;
        var known = ownHeldOut.Select(utterance => utterance.Intent!).ToHashSet();
        return new HeldOutScores(
            Score(model, "project", heldOut.Count, SnapshotStore.ReadIntents(heldOut), null, cancellationToken),
            ownHeldOut.Count == 0 ? null : Score(model, OwnCorpora.Intents, ownHeldOut.Count, ownHeldOut, known, cancellationToken)
        );
    }

    /// <param name="known">
    /// The best of these counts, not the best of all: a team's "side effects" is no mistake on data that only knows <c>side_effect</c>.
    /// What is asked is whether the old intents are still told apart. Null: the answer as it is.
    /// </param>
    private static HeldOutScore Score(
        IntentClassifier model,
        string name,
        int documents,
        IReadOnlyList<Utterance> utterances,
        HashSet<string>? known,
        CancellationToken cancellationToken
    )
    {
        var predictions = model.Classify(utterances, cancellationToken);
        var scorer = new IntentScorer();
        foreach (var (utterance, prediction) in utterances.Zip(predictions))
        {
            var answer = prediction
                .Alternatives.Prepend(new IntentScore(prediction.Intent, prediction.Confidence))
                .FirstOrDefault(score => known is null || known.Contains(score.Intent));
            scorer.Add(utterance.Intent!, answer?.Intent ?? prediction.Intent, answer?.Confidence ?? 0);
        }

        return new HeldOutScore(name, documents, scorer.Result.Accuracy, scorer.Result.Intents);
    }
}
