using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Cli;

/// <summary>Scores as a table for people and as JSON for programs.</summary>
/// <param name="Unit">What was counted: documents or utterances.</param>
/// <param name="Rates">Overall rates by their JSON name, in [0, 1].</param>
/// <param name="Micro">All labels together; null where accuracy says it better.</param>
internal sealed record EvaluationResult(
    string Unit,
    int Count,
    IReadOnlyList<(string Name, double Value)> Rates,
    LabelScore? Micro,
    IReadOnlyDictionary<string, LabelScore> Labels
)
{
    /// <param name="interval">Of micro F1.</param>
    public static EvaluationResult Of(int documents, EntityScores scores, (double Low, double High) interval) =>
        new("documents", documents, [("microF1Low", interval.Low), ("microF1High", interval.High)], scores.Micro, scores.Labels);

    public static EvaluationResult Of(IntentScores scores) =>
        new(
            "utterances",
            scores.Utterances,
            [
                ("accuracy", scores.Accuracy),
                ("inScopeAccuracy", scores.InScopeAccuracy),
                ("outOfScopeRecall", scores.OutOfScopeRecall),
                ("calibrationError", scores.CalibrationError),
                ("calibrationErrorByChance", scores.CalibrationErrorByChance),
            ],
            null,
            scores.Intents
        );

    public string Table()
    {
        var width = Math.Max("label".Length, Labels.Keys.Append("micro").Max(label => label.Length));
        var table = new StringBuilder();
        table.Append($"{"label".PadRight(width)}  precision  recall      f1  support\n");
        foreach (var (label, score) in Labels)
            Row(label, score);
        if (Micro is not null)
            Row("micro", Micro);
        table.Append('\n');
        foreach (var (name, value) in Rates)
            table.Append($"{name} {100 * value:F2}\n");
        table.Append($"{Unit} {Count}\n");
        return table.ToString();

        void Row(string label, LabelScore score) =>
            table.Append(
                $"{label.PadRight(width)}  {100 * score.Precision, 9:F2}  {100 * score.Recall, 6:F2}  {100 * score.F1, 6:F2}  {score.Support, 7}\n"
            );
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject { [Unit] = Count };
        foreach (var (name, value) in Rates)
            json[name] = value;
        if (Micro is not null)
            json["micro"] = Describe(Micro);
        json["labels"] = new JsonObject(Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)Describe(label.Value))));
        return json;
    }

    private static JsonObject Describe(LabelScore score) =>
        new()
        {
            ["precision"] = score.Precision,
            ["recall"] = score.Recall,
            ["f1"] = score.F1,
            ["support"] = score.Support,
            ["truePositives"] = score.TruePositives,
            ["falsePositives"] = score.FalsePositives,
            ["falseNegatives"] = score.FalseNegatives,
        };
}
