using ClinicalNlp.Intents;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Intents;

/// <summary>What a project calls the intents of a model that was trained when they had other names.</summary>
internal static class StoredIntentNames
{
    /// <summary>Renamed and merged intents, to the name that they have now.</summary>
    public static Dictionary<string, string> Load(SqliteConnection connection, string projectId) =>
        connection
            .Query<(string Name, string Now)>(
                "SELECT name, now FROM former_intents WHERE project_id = @projectId AND now IS NOT NULL",
                new { projectId }
            )
            .ToDictionary(pair => pair.Name, pair => pair.Now);

    /// <summary>The same prediction in the project's names; the probabilities of merged intents add up.</summary>
    public static IntentPrediction Rename(IntentPrediction prediction, IReadOnlyDictionary<string, string> names)
    {
        var scores = prediction
            .Alternatives.Where(other => other.Intent != prediction.Intent)
            .Prepend(new IntentScore(prediction.Intent, prediction.Confidence))
            .ToList();
        if (!scores.Exists(score => names.ContainsKey(score.Intent)))
        {
            return prediction;
        }

        var summed = scores
            .GroupBy(score => names.GetValueOrDefault(score.Intent, score.Intent))
            .Select(group => new IntentScore(group.Key, Math.Min(1, group.Sum(score => score.Confidence))))
            .OrderByDescending(score => score.Confidence)
            .ThenBy(score => score.Intent, StringComparer.Ordinal)
            .ToList();
        return new IntentPrediction(summed[0].Intent, summed[0].Confidence, [.. summed.Skip(1)]);
    }
}
