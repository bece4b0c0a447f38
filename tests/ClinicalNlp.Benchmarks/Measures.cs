using System.Diagnostics;
using ClinicalNlp.Intents;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Benchmarks;

/// <summary>What several parts measure in the same way, under the same names.</summary>
internal static class Measures
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);

    public static Dictionary<string, double> OfTraining(MeasuredProcess process)
    {
        Dictionary<string, double> measures = new(StringComparer.Ordinal) { ["trainSeconds"] = process.Seconds };
        AddMemory(measures, process);
        return measures;
    }

    /// <summary>The most memory of all processes measured so far: a user needs that much.</summary>
    public static void AddMemory(Dictionary<string, double> measures, MeasuredProcess process)
    {
        if (process.ResidentMegabytes is { } resident)
            measures["residentMegabytes"] = Math.Max(resident, measures.GetValueOrDefault("residentMegabytes"));
    }

    /// <param name="confidences">Null where the system has none that claim to be probabilities.</param>
    public static void AddIntents(
        Dictionary<string, double> measures,
        IReadOnlyList<string> gold,
        IReadOnlyList<string> predicted,
        IReadOnlyList<double>? confidences
    )
    {
        IntentScorer scorer = new();
        for (int i = 0; i < gold.Count; i++)
            scorer.Add(gold[i], predicted[i], confidences?[i] ?? 1);
        IntentScores scores = scorer.Result;
        measures["utterances"] = scores.Utterances;
        measures["accuracy"] = scores.Accuracy;
        measures["inScopeAccuracy"] = scores.InScopeAccuracy;
        if (gold.Contains(IntentPrediction.OutOfScope))
            measures["outOfScopeRecall"] = scores.OutOfScopeRecall;
        if (confidences is not null)
        {
            measures["calibrationError"] = scores.CalibrationError;
            measures["calibrationErrorByChance"] = scores.CalibrationErrorByChance;
        }
    }

    /// <summary>The value below which this share of the sorted values lies; not a number where there is none.</summary>
    public static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];

    /// <summary>How often a second the action is done, repeated until the clock's grain and the first, cold run no longer matter.</summary>
    public static double Rate(Action action)
    {
        action();
        long started = Stopwatch.GetTimestamp();
        int done = 0;
        do
        {
            action();
            done++;
        } while (Stopwatch.GetElapsedTime(started) < LongEnough);
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
