using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ClinicalNlp.Corpora;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp agreement FILE FILE... [--seed N] [--json]</c>: one file an annotator, documents paired by id.</summary>
internal static class AgreementVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Command(CommandConsole console)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Annotated documents in any format, one file (or brat folder) an annotator.",
            Arity = new ArgumentArity(2, 100),
        };
        var seed = new Option<int>("--seed") { Description = "Of the resampling that makes the intervals.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "The figures as JSON." };
        var command = new Command(
            "agreement",
            "How far annotators of the same documents agree: F1 of mentions, kappa and Krippendorff's alpha over tokens and of mention edges, with 95% intervals."
        )
        {
            files,
            seed,
            json,
        };
        command.Runs(
            (parsed, _) =>
            {
                var documents = Read(parsed.GetRequiredValue(files), console);
                var report = AnnotatorAgreement.Of(documents, parsed.GetValue(seed));
                if (report.Documents == 0)
                    throw new UnusableInputException(
                        "nothing_shared",
                        "No document is in two of the files; documents are paired by their id."
                    );
                var text = parsed.GetValue(json) ? JsonSerializer.Serialize(report, Json) + "\n" : Table(report);
                console.WriteTo("-", stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            }
        );
        return command;
    }

    /// <exception cref="UnusableInputException"><c>different_text</c>: a document's text is not the same in two files.</exception>
    private static List<MultiplyAnnotated> Read(string[] files, CommandConsole console)
    {
        var names = Array.ConvertAll(files, file => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(file)));
        if (names.Distinct().Count() < names.Length)
            names = files;
        if (names.Distinct().Count() < names.Length)
            throw new UnusableInputException("same_file", "The same file is given twice.");
        var losses = new List<string>();
        var read = files.Select((file, i) => (Annotator: names[i], Documents: CorpusFormats.ForFile(file).Read(file, losses))).ToList();
        LossReport.Write(losses, console.Error);
        var documents = new List<MultiplyAnnotated>();
        foreach (
            var same in read.SelectMany(file => file.Documents.Select(document => (file.Annotator, document)))
                .GroupBy(item => item.document.Id)
        )
        {
            var text = same.First().document.Text;
            if (same.FirstOrDefault(item => item.document.Text != text).Annotator is { } other)
            {
                throw new UnusableInputException(
                    "different_text",
                    $"The document \"{same.Key}\" has one text from {same.First().Annotator} and another from {other}."
                );
            }
            documents.Add(new(same.Key, text, same.ToDictionary(item => item.Annotator, item => item.document.Spans)));
        }
        return documents;
    }

    private static string Table(AgreementReport report)
    {
        var table = new StringBuilder();
        table.Append($"{report.Documents} documents by {string.Join(", ", report.Annotators)}\n\n");
        Rows(
            "",
            ["figure", "95% interval"],
            [
                ("F1 of mentions, exact", "", [report.ExactF1]),
                ("F1 of mentions, overlapping", "", [report.OverlapF1]),
                ("Fleiss' kappa, tokens", "", [report.FleissKappa]),
                ("Krippendorff's alpha, tokens", "", [report.Alpha]),
                ("Krippendorff's alpha, unitising", "", [report.AlphaU]),
            ]
        );
        Rows(
            "pair",
            ["exact F1", "overlap F1", "Cohen's kappa"],
            [
                .. report.Pairs.Select(pair =>
                    ($"{pair.First}, {pair.Second}", $"{pair.Documents}", new[] { pair.ExactF1, pair.OverlapF1, pair.Kappa })
                ),
            ]
        );
        Rows(
            "label",
            ["exact F1", "overlap F1", "alpha, unitising"],
            [.. report.Labels.Select(label => (label.Label, $"{label.Mentions}", new[] { label.ExactF1, label.OverlapF1, label.AlphaU }))]
        );
        return table.ToString().TrimEnd('\n') + "\n";

        void Rows(string first, string[] heads, IReadOnlyList<(string Name, string Count, Estimate[] Figures)> rows)
        {
            if (rows.Count == 0)
                return;
            var width = rows.Max(row => row.Name.Length);
            width = Math.Max(width, first.Length);
            var counted = rows[0].Count.Length > 0;
            if (first.Length > 0)
            {
                table.Append(first.PadRight(width)).Append(counted ? $"  {"count", 9}" : "");
                foreach (var head in heads)
                    table.Append($"  {head, 22}");
                table.Append('\n');
            }
            foreach (var (name, count, figures) in rows)
            {
                table.Append(name.PadRight(width)).Append(counted ? $"  {count, 9}" : "");
                foreach (var figure in figures)
                    table.Append($"  {Text(figure), 22}");
                table.Append('\n');
            }
            table.Append('\n');
        }
    }

    private static string Text(Estimate estimate) =>
        estimate.Value is not { } value ? "undefined"
        : estimate is { Low: { } low, High: { } high } ? $"{value:F3} [{low:F3}, {high:F3}]"
        : $"{value:F3}";
}
