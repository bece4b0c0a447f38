using System.CommandLine;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp convert --from FORMAT --to FORMAT IN OUT</c></summary>
internal static class ConvertVerb
{
    public static Command Command(CommandConsole console)
    {
        var names = string.Join(", ", CorpusFormats.All.Select(format => format.Name));
        var from = new Option<string>("--from") { Description = $"Format of IN: {names}. By its ending when not given." };
        var to = new Option<string>("--to") { Description = "Format of OUT. By its ending when not given." };
        var input = new Argument<string>("IN") { Description = "A file, or a folder for brat." };
        var output = new Argument<string>("OUT") { Description = "A file, or a new folder for brat." };
        var command = new Command(
            "convert",
            "Annotated documents from one format to another; what a format cannot say is listed on standard error."
        )
        {
            from,
            to,
            input,
            output,
        };
        command.Runs(
            (parsed, _) =>
            {
                var source = parsed.GetRequiredValue(input);
                var target = parsed.GetRequiredValue(output);
                var reader = parsed.GetValue(from) is { } given ? CorpusFormats.Find(given) : CorpusFormats.ForFile(source);
                var writer = parsed.GetValue(to) is { } wanted ? CorpusFormats.Find(wanted) : CorpusFormats.ForFile(target);
                var losses = new List<string>();
                var documents = reader.Read(source, losses);
                writer.Write(documents, target, losses);
                LossReport.Write(losses, console.Error);
                console.Error.WriteLine(
                    $"{documents.Count} documents, {documents.Sum(document => document.Spans.Count)} spans from {reader.Name} to {writer.Name}"
                );
            }
        );
        return command;
    }
}
