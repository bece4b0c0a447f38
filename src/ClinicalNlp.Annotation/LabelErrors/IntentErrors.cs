using ClinicalNlp.Intents;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <summary>An utterance with what a model says of it that has not learnt from it.</summary>
public sealed record HeldOutUtterance(string DocumentId, int Turn, string Intent, IntentPrediction Prediction)
{
    internal IEnumerable<IntentScore> Scores => Prediction.Alternatives.Prepend(new IntentScore(Prediction.Intent, Prediction.Confidence));

    internal double Given => Scores.FirstOrDefault(score => score.Intent == Intent)?.Confidence ?? 0;
}

/// <summary>Confident learning over utterances (Northcutt, Jiang and Chuang 2021), with a threshold for each intent.</summary>
public static class IntentErrors
{
    /// <summary>An utterance has one intent of many, so that weaker models help: at 0.23, 15 of the first 25 entries were errors (EXPERIMENTS.md).</summary>
    public const double LeastAgreement = 0.2;

    /// <returns>The most probable first: those whose likeliest intent above its threshold is another one.</returns>
    public static IReadOnlyList<ProbableError> Find(IReadOnlyList<HeldOutUtterance> utterances)
    {
        var thresholds = utterances
            .GroupBy(utterance => utterance.Intent)
            .ToDictionary(same => same.Key, same => same.Average(utterance => utterance.Given));
        return
        [
            .. utterances
                .Select(utterance => Of(utterance, thresholds))
                .OfType<ProbableError>()
                .OrderByDescending(error => error.Score)
                .ThenBy(error => error.DocumentId, StringComparer.Ordinal)
                .ThenBy(error => error.Turn),
        ];
    }

    /// <summary>The share of utterances whose likeliest intent is the one that people gave.</summary>
    public static double Agreement(IReadOnlyList<HeldOutUtterance> utterances) =>
        utterances.Average(utterance => utterance.Prediction.Intent == utterance.Intent ? 1.0 : 0);

    private static ProbableError? Of(HeldOutUtterance utterance, Dictionary<string, double> thresholds)
    {
        // An intent that nobody has given has no threshold: nobody has said that the project has it.
        var likeliest = utterance
            .Scores.Where(score => thresholds.TryGetValue(score.Intent, out double threshold) && score.Confidence >= threshold)
            .MaxBy(score => score.Confidence);
        double margin = (likeliest?.Confidence ?? 0) - utterance.Given;
        return likeliest is null || likeliest.Intent == utterance.Intent || margin <= 0
            ? null
            : new(utterance.DocumentId, ErrorKind.WrongIntent, null, utterance.Intent, null, likeliest.Intent, utterance.Turn, margin);
    }
}
