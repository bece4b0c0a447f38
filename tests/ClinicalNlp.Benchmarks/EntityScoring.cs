using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Benchmarks;

/// <summary>Exact-match scores of found mentions as the measures of a result.</summary>
internal static class EntityScoring
{
    /// <summary>The types that every clinical note has; AGE and DATE are scored where a corpus has them, but are no part of this average.</summary>
    public static readonly IReadOnlySet<string> TenTypes = new HashSet<string>(StringComparer.Ordinal)
    {
        "PROBLEM",
        "MEDICATION",
        "DOSAGE",
        "ROUTE",
        "FREQUENCY",
        "DURATION",
        "TEST",
        "LAB_VALUE",
        "PROCEDURE",
        "ANATOMY",
    };

    /// <param name="found">Mentions of each document.</param>
    /// <param name="covers">The labels that the corpus annotates; others count on neither side. Null: all.</param>
    /// <param name="confidences">Whether the confidences mean anything, so that their calibration is measured.</param>
    public static BenchResult Score(
        string system,
        string setting,
        IReadOnlyList<AnnotatedDocument> documents,
        IReadOnlyList<IReadOnlyList<Mention>> found,
        IReadOnlySet<string>? covers,
        bool confidences,
        IReadOnlyDictionary<string, double>? more = null
    )
    {
        EntityScorer all = new();
        EntityScorer ten = new();
        ExpectedCalibrationError calibration = new();
        for (int d = 0; d < documents.Count; d++)
        {
            List<AnnotatedSpan> gold = [.. documents[d].Spans.Where(span => Counts(span.Label))];
            List<Mention> mentions = [.. found[d].Where(mention => Counts(mention.Label))];
            all.Add(gold, mentions);
            ten.Add(gold.Where(span => TenTypes.Contains(span.Label)), mentions.Where(mention => TenTypes.Contains(mention.Label)));
            HashSet<(Text.TextSpan, string)> right = [.. gold.Select(span => (span.Span, span.Label))];
            foreach (Mention mention in mentions)
                calibration.Add(mention.Confidence, right.Contains((mention.Span, mention.Label)));
        }
        EntityScores scores = all.Result;
        (double low, double high) = all.MicroF1Interval();
        Dictionary<string, double> measures = new(more ?? new Dictionary<string, double>(), StringComparer.Ordinal)
        {
            ["documents"] = documents.Count,
            ["f1"] = scores.Micro.F1,
            ["precision"] = scores.Micro.Precision,
            ["recall"] = scores.Micro.Recall,
            ["f1Low"] = low,
            ["f1High"] = high,
        };
        if (scores.Labels.Keys.Count(TenTypes.Contains) > 1 && scores.Labels.Keys.Any(label => !TenTypes.Contains(label)))
            measures["f1TenTypes"] = ten.Result.Micro.F1;
        if (confidences)
        {
            measures["calibrationError"] = calibration.Result;
            measures["calibrationErrorByChance"] = calibration.ByChance;
        }
        return new BenchResult(system, setting, measures, scores.Labels.ToDictionary(label => label.Key, label => label.Value.F1));

        bool Counts(string label) => covers?.Contains(label) ?? true;
    }
}
