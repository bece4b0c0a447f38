using static ClinicalNlp.Benchmarks.MarkdownTable;

namespace ClinicalNlp.Benchmarks;

/// <summary>Every table of BENCHMARKS.md, by the name that its marks carry.</summary>
internal static class ReportTables
{
    private const string Ours = "clinicalnlp";

    public static readonly IReadOnlyList<(string Name, Func<BenchResults, string> Table)> All =
    [
        ("machine", MachineAndDay),
        ("entities", TrainedEntities),
        ("entities-shipped", ShippedEntities),
        ("labels", Labels),
        ("intents", Intents),
        ("peers-entities", PeersOnEntities),
        ("peers-intents", PeersOnIntents),
        ("speed", Speed),
        ("load-annotators", LoadOfAnnotators),
        ("load-writers", LoadOfWriters),
        ("models", Cards),
    ];

    private static string MachineAndDay(BenchResults results)
    {
        if (results.Units.Count == 0)
            return "Not measured.\n";
        string[] machines = [.. results.Units.Values.Select(unit => unit.Machine).Distinct().Order(StringComparer.Ordinal)];
        DateTimeOffset last = results.Units.Values.Max(unit => unit.Measured);
        string load = results.Units.Values.Max(unit => unit.Load) is { } most ? $" Load average up to {Number(most)}." : "";
        return $"{string.Join("; ", machines)}. {last:yyyy-MM-dd}.{load}\n";
    }

    /// <summary>A row a corpus: the seeds' mean and range.</summary>
    private static string TrainedEntities(BenchResults results)
    {
        MarkdownTable table = new(
            "corpus",
            "seeds",
            "F1",
            "lowest to highest",
            "precision",
            "recall",
            "calibration error",
            "of it by chance",
            "training, s",
            "MiB"
        );
        foreach (var (corpus, runs) in BySeed(results, EntitiesVerb.Trained))
        {
            table.Row(
                corpus,
                $"{runs.Count}",
                Points(Mean(runs, "f1")),
                Range(runs, "f1"),
                Points(Mean(runs, "precision")),
                Points(Mean(runs, "recall")),
                Points(Mean(runs, "calibrationError")),
                Points(Mean(runs, "calibrationErrorByChance")),
                Number(Mean(runs, "trainSeconds")),
                Number(Largest(runs, "residentMegabytes"))
            );
        }
        return table.ToString();
    }

    private static string ShippedEntities(BenchResults results)
    {
        MarkdownTable table = new(
            "model",
            "measured on",
            "documents",
            "F1",
            "95% interval",
            "ten types",
            "precision",
            "recall",
            "calibration error",
            "of it by chance"
        );
        foreach ((string corpus, BenchResult result) in Each(results, EntitiesVerb.Shipped))
        {
            table.Row(
                result.Setting,
                corpus,
                Count(result, "documents"),
                Points(result, "f1"),
                $"{Points(result, "f1Low")} to {Points(result, "f1High")}",
                Points(result, "f1TenTypes"),
                Points(result, "precision"),
                Points(result, "recall"),
                Points(result, "calibrationError"),
                Points(result, "calibrationErrorByChance")
            );
        }
        return table.ToString();
    }

    /// <summary>F1 of the shipped model: a row a label, a column a corpus.</summary>
    private static string Labels(BenchResults results)
    {
        (string Corpus, BenchResult Result)[] measured = [.. Each(results, EntitiesVerb.Shipped)];
        MarkdownTable table = new(["label", .. measured.Select(each => each.Corpus)]);
        foreach (string label in measured.SelectMany(each => each.Result.Labels?.Keys ?? []).Distinct().Order(StringComparer.Ordinal))
        {
            table.Row([label, .. measured.Select(each => each.Result.Labels?.TryGetValue(label, out double f1) == true ? Points(f1) : "")]);
        }
        return table.ToString();
    }

    private static string Intents(BenchResults results)
    {
        MarkdownTable table = new(
            "set",
            "seeds",
            "utterances",
            "accuracy",
            "in scope",
            "out-of-scope recall",
            "calibration error",
            "of it by chance",
            "training, s",
            "MiB"
        );
        foreach (var (set, runs) in BySeed(results, IntentsVerb.Trained))
            Row(set, $"{runs.Count}", runs);
        foreach ((string set, BenchResult result) in Each(results, IntentsVerb.Shipped))
            Row($"{set}, shipped ({result.Setting})", "", [result]);
        return table.ToString();

        void Row(string set, string seeds, IReadOnlyList<BenchResult> runs) =>
            table.Row(
                set,
                seeds,
                Count(runs[0], "utterances"),
                Points(Mean(runs, "accuracy")),
                Points(Mean(runs, "inScopeAccuracy")),
                Points(Mean(runs, "outOfScopeRecall")),
                Points(Mean(runs, "calibrationError")),
                Points(Mean(runs, "calibrationErrorByChance")),
                Number(Mean(runs, "trainSeconds")),
                Number(Largest(runs, "residentMegabytes"))
            );
    }

    private static string PeersOnEntities(BenchResults results)
    {
        MarkdownTable table = new(
            "corpus",
            "system",
            "F1",
            "training, s",
            "of ours",
            "tokens/s, one thread",
            "ours is",
            "tokens/s, whole command",
            "ours is",
            "MiB"
        );
        foreach ((string corpus, BenchResult ours, BenchResult result) in AgainstOurs(results, PeersVerb.Entities))
        {
            table.Row(
                corpus,
                result.System,
                Points(result, "f1"),
                Number(result, "trainSeconds"),
                Theirs(result, "trainSeconds", ours),
                Number(result, "tokensPerSecond"),
                Faster(result, "tokensPerSecond", ours),
                Number(result, "commandTokensPerSecond"),
                Faster(result, "commandTokensPerSecond", ours),
                Number(result, "residentMegabytes")
            );
        }
        return table.ToString();
    }

    private static string PeersOnIntents(BenchResults results)
    {
        MarkdownTable table = new(
            "set",
            "system",
            "accuracy",
            "in scope",
            "out-of-scope recall",
            "training, s",
            "of ours",
            "utterances/s, one thread",
            "ours is",
            "MiB"
        );
        foreach ((string set, BenchResult ours, BenchResult result) in AgainstOurs(results, PeersVerb.Intents))
        {
            table.Row(
                set,
                result.System,
                Points(result, "accuracy"),
                Points(result, "inScopeAccuracy"),
                Points(result, "outOfScopeRecall"),
                Number(result, "trainSeconds"),
                Theirs(result, "trainSeconds", ours),
                Number(result, "utterancesPerSecond"),
                Faster(result, "utterancesPerSecond", ours),
                Number(result, "residentMegabytes")
            );
        }
        return table.ToString();
    }

    private static string Speed(BenchResults results)
    {
        MarkdownTable table = new("what", "how", "tokens/s", "utterances/s", "seconds", "median, ms", "95th percentile, ms", "MiB");
        foreach ((_, BenchResult result) in Each(results, SpeedVerb.Part))
        {
            table.Row(
                result.System,
                result.Setting,
                Number(result, "tokensPerSecond"),
                Number(result, "utterancesPerSecond"),
                Number(result, "seconds"),
                Number(result, "medianMilliseconds"),
                Number(result, "p95Milliseconds"),
                Number(result, "residentMegabytes")
            );
        }
        return table.ToString();
    }

    private static string LoadOfAnnotators(BenchResults results)
    {
        MarkdownTable table = new(
            "who",
            "saves",
            "errors",
            "saves/s",
            "save median, ms",
            "99th percentile, ms",
            "longest, ms",
            "open with suggestions median, ms",
            "99th percentile, ms",
            "MiB"
        );
        foreach ((_, BenchResult result) in Each(results, LoadVerb.Part).Where(unit => unit.Task == LoadVerb.AnnotatorsTask))
        {
            table.Row(
                result.System,
                Number(result, "saves"),
                Number(result, "errors"),
                Number(result, "savesPerSecond"),
                Number(result, "saveMedianMilliseconds"),
                Number(result, "saveP99Milliseconds"),
                Number(result, "saveMaximumMilliseconds"),
                Number(result, "openMedianMilliseconds"),
                Number(result, "openP99Milliseconds"),
                Number(result, "serviceMegabytes")
            );
        }
        return table.ToString();
    }

    private static string LoadOfWriters(BenchResults results)
    {
        MarkdownTable table = new("who", "acknowledged", "stored", "lost", "doubled", "conflicts merged", "resent", "seconds");
        foreach ((_, BenchResult result) in Each(results, LoadVerb.Part).Where(unit => unit.Task == LoadVerb.WritersTask))
        {
            table.Row(
                result.System,
                Number(result, "acknowledged"),
                Number(result, "stored"),
                Number(result, "lost"),
                Number(result, "doubled"),
                Number(result, "conflicts"),
                Number(result, "resent"),
                Number(result, "seconds")
            );
        }
        return table.ToString();
    }

    private static string Cards(BenchResults results)
    {
        MarkdownTable table = new("model", "score", "card", "measured again", "largest difference of it and its labels");
        foreach ((string model, BenchResult result) in Each(results, ModelsVerb.Part))
        {
            double? difference = Of(result, "largestDifference");
            table.Row(
                model,
                result.System,
                Points(result, "card"),
                difference is null ? result.Setting : Points(result, "measured"),
                difference is null ? ""
                    : ModelsVerb.Agrees(result) ? $"{100 * difference.Value:F2}"
                    : $"**{100 * difference.Value:F2}** ({result.Setting})"
            );
        }
        return table.ToString();
    }

    private static IEnumerable<(string Task, BenchResult Result)> Each(BenchResults results, string part) =>
        results.Of(part).SelectMany(unit => unit.Unit.Results.Select(result => (unit.Task, result)));

    /// <summary>Runs whose keys differ in the seed alone.</summary>
    private static IEnumerable<(string Task, IReadOnlyList<BenchResult> Runs)> BySeed(BenchResults results, string part) =>
        Each(results, part)
            .GroupBy(run => run.Task[..run.Task.LastIndexOf('/')], run => run.Result)
            .Select(runs => (runs.Key, (IReadOnlyList<BenchResult>)[.. runs]));

    /// <summary>Each result beside ours of the same unit: they were measured together.</summary>
    private static IEnumerable<(string Task, BenchResult Ours, BenchResult Result)> AgainstOurs(BenchResults results, string part) =>
        results
            .Of(part)
            .SelectMany(unit =>
                unit.Unit.Results.Select(result => (unit.Task, unit.Unit.Results.First(each => each.System == Ours), result))
            );

    private static string Theirs(BenchResult result, string measure, BenchResult ours) =>
        result == ours ? "" : Ratio(Of(result, measure), Of(ours, measure));

    private static string Faster(BenchResult result, string measure, BenchResult ours) =>
        result == ours ? "" : Ratio(Of(ours, measure), Of(result, measure));

    private static double? Mean(IReadOnlyList<BenchResult> runs, string measure) =>
        runs.All(run => run.Measures.ContainsKey(measure)) ? runs.Average(run => run.Measures[measure]) : null;

    private static double? Largest(IReadOnlyList<BenchResult> runs, string measure) => runs.Max(run => Of(run, measure));

    private static string Range(IReadOnlyList<BenchResult> runs, string measure) =>
        runs.Count < 2 ? "" : $"{Points(runs.Min(run => Of(run, measure)))} to {Points(runs.Max(run => Of(run, measure)))}";
}
