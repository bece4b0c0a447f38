using ClinicalNlp.Intents;

namespace ClinicalNlp.Scoring;

/// <param name="Accuracy">Over all utterances, out-of-scope ones included.</param>
/// <param name="InScopeAccuracy">Over utterances with an intent in gold; answering <c>oos</c> to one is an error.</param>
/// <param name="OutOfScopeRecall">The share of gold <c>oos</c> utterances that were answered <c>oos</c>.</param>
/// <param name="CalibrationError">Expected calibration error over fifteen equal bins of confidence (Guo et al. 2017).</param>
/// <param name="CalibrationErrorByChance">What it would be on average for perfect confidences on so few (<see cref="ExpectedCalibrationError.ByChance"/>).</param>
/// <param name="Confusion">Gold intent, then predicted intent, to how often.</param>
public sealed record IntentScores(
    int Utterances,
    double Accuracy,
    double InScopeAccuracy,
    double OutOfScopeRecall,
    double CalibrationError,
    double CalibrationErrorByChance,
    IReadOnlyDictionary<string, LabelScore> Intents,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Confusion
);

/// <summary>Gathers predictions beside gold intents and says how good they are.</summary>
public sealed class IntentScorer
{
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _confusion = new(StringComparer.Ordinal);
    private readonly ExpectedCalibrationError _calibration = new();

    /// <param name="confidence">Of the predicted intent, in [0, 1].</param>
    public void Add(string gold, string predicted, double confidence)
    {
        if (!_confusion.TryGetValue(gold, out var row))
            _confusion[gold] = row = new(StringComparer.Ordinal);
        row[predicted] = row.GetValueOrDefault(predicted) + 1;
        _calibration.Add(confidence, gold == predicted);
    }

    public void Add(string gold, IntentPrediction prediction) => Add(gold, prediction.Intent, prediction.Confidence);

    public IntentScores Result
    {
        get
        {
            int all = 0,
                right = 0,
                outOfScope = 0,
                outOfScopeRight = 0;
            var intents = new SortedDictionary<string, LabelScore>(StringComparer.Ordinal);
            foreach (var (gold, row) in _confusion)
            {
                foreach (var (predicted, count) in row)
                {
                    all += count;
                    if (gold == predicted)
                        right += count;
                    if (gold == IntentPrediction.OutOfScope)
                    {
                        outOfScope += count;
                        outOfScopeRight += predicted == gold ? count : 0;
                    }
                    Count(gold, gold == predicted ? new(count, 0, 0) : new(0, 0, count));
                    if (gold != predicted)
                        Count(predicted, new(0, count, 0));
                }
            }
            return new(
                all,
                LabelScore.Ratio(right, all),
                LabelScore.Ratio(right - outOfScopeRight, all - outOfScope),
                LabelScore.Ratio(outOfScopeRight, outOfScope),
                _calibration.Result,
                _calibration.ByChance,
                intents,
                _confusion.ToDictionary(row => row.Key, row => (IReadOnlyDictionary<string, int>)row.Value)
            );

            void Count(string intent, LabelScore score) => intents[intent] = intents.TryGetValue(intent, out var sum) ? sum + score : score;
        }
    }
}
