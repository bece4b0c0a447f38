using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Training.Intents;

/// <summary>Held-out scores as the entries of a model card.</summary>
internal static class IntentEvaluation
{
    /// <param name="gold">The intent of each utterance, also one that the model does not know.</param>
    public static IntentScores Score(
        IReadOnlyList<HeldScores> held,
        IEnumerable<string> gold,
        IReadOnlyList<string> labels,
        int outOfScope,
        IntentSettings settings
    )
    {
        IntentScorer scorer = new();
        foreach ((HeldScores example, string intent) in held.Zip(gold))
        {
            float[] scores = [.. example.Scores];
            settings.Calibrate(scores, outOfScope, example.InDialogue);
            scorer.Add(intent, IntentClassifier.Ranked(labels, scores));
        }
        return scorer.Result;
    }

    public static IEnumerable<CardScore> Describe(string corpus, string split, IntentScores scores)
    {
        yield return new CardScore(corpus, split, "accuracy", Math.Round(scores.Accuracy, 4), Each(scores, score => score.F1));
        yield return new CardScore(
            corpus,
            split,
            "precision",
            Mean(scores, score => score.Precision),
            Each(scores, score => score.Precision)
        );
        yield return new CardScore(corpus, split, "recall", Mean(scores, score => score.Recall), Each(scores, score => score.Recall));
        yield return new CardScore(corpus, split, "in_scope_accuracy", Math.Round(scores.InScopeAccuracy, 4));
        if (scores.Intents.ContainsKey(IntentPrediction.OutOfScope))
            yield return new CardScore(corpus, split, "oos_recall", Math.Round(scores.OutOfScopeRecall, 4));
        yield return new CardScore(corpus, split, "calibration_error", Math.Round(scores.CalibrationError, 4));
    }

    private static Dictionary<string, double> Each(IntentScores scores, Func<LabelScore, double> measure) =>
        scores.Intents.ToDictionary(intent => intent.Key, intent => Math.Round(measure(intent.Value), 4), StringComparer.Ordinal);

    /// <summary>The mean over the intents, each counting the same.</summary>
    private static double Mean(IntentScores scores, Func<LabelScore, double> measure) =>
        scores.Intents.Count == 0 ? 0 : Math.Round(scores.Intents.Values.Average(measure), 4);
}
