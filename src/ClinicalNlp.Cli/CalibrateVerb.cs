using System.CommandLine;
using System.Globalization;
using System.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp calibrate --model DIR --data FILE... [--twin DIR --twin-data FILE...] [--map-labels FILE] --out DIR</c></summary>
internal static class CalibrateVerb
{
    public static Command Command(CommandConsole console)
    {
        var model = new Option<string>("--model")
        {
            Description = "The entity model; its weights stay as they are. One in floats is written in bytes.",
            Required = true,
        };
        var data = Files("--data", "Annotated documents that it has not learnt from; one corpus each.");
        var twin = new Option<string>("--twin") { Description = "A model trained in the same way without the documents of --twin-data." };
        var learnt = Files("--twin-data", "Documents that the model has learnt from: the twin is asked in its place.");
        var labels = new Option<string>("--map-labels")
        {
            Description =
                "A JSON file that maps each corpus' labels to canonical types and says what it covers; the corpus is the file's folder.",
        };
        var output = new Option<string>("--out") { Description = "The model folder to write.", Required = true };
        var command = new Command(
            "calibrate",
            "Chooses from which probability an entity model answers a mention, and fits its confidences to how often they are right."
        )
        {
            model,
            data,
            twin,
            learnt,
            labels,
            output,
        };
        command.Runs(
            (parsed, cancellation) =>
            {
                var files = new TrainingFiles(
                    parsed.GetValue(labels) is { } map ? CanonicalLabels.Load(map) : null,
                    new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal),
                    new Dictionary<string, double>(StringComparer.Ordinal),
                    console.Error
                );
                var other = parsed.GetValue(twin);
                string[] known = parsed.GetValue(learnt) ?? [];
                if (other is null != (known.Length == 0))
                    throw new UnusableInputException("invalid_option", "--twin and --twin-data are given together or not at all.");
                (EntityCorpus, string?)[] measured =
                [
                    .. (parsed.GetValue(data) ?? []).Select(file => (files.Entities(file), (string?)null)),
                    .. known.Select(file => (files.Entities(file), other)),
                ];
                var corpora = CalibrationRecipe.Run(
                    parsed.GetRequiredValue(model),
                    measured,
                    parsed.GetRequiredValue(output),
                    cancellation
                );
                console.WriteTo("-", stream => stream.Write(Encoding.UTF8.GetBytes(Table(corpora))));
            }
        );
        return command;
    }

    /// <summary>F1 and expected calibration errors in points.</summary>
    private static string Table(IReadOnlyList<CalibratedCorpus> corpora)
    {
        var table = new StringBuilder("corpus                mentions  F1 by path   F1  error before  after  held-out folds\n");
        foreach (var corpus in corpora)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"{corpus.Name, -20} {corpus.Mentions, 9} {100 * corpus.PathF1, 11:F1} {100 * corpus.F1, 4:F1} {100 * corpus.ErrorBefore, 13:F1} {100 * corpus.ErrorAfter, 6:F1} {100 * corpus.ErrorHeldOut, 15:F1}\n"
            );
        }
        return table.ToString();
    }

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
