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
        var input = new Argument<string>("IN")
        {
            Description = "A file; of formats with a file a document a folder, a zip archive or one of its files.",
        };
        var output = new Argument<string>("OUT")
        {
            Description = "A file; of formats with a file a document a new folder, or a zip archive where the name ends so.",
        };
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
                var documents = Read(reader, source, losses, console);
                if (writer.IsFolder && target.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                    WholeFile.Write(target, stream => writer.WriteTo(documents, stream, losses));
                else
                    writer.Write(documents, target, losses);
                LossReport.Write(losses, console.Error);
                console.Error.WriteLine(
                    $"{documents.Count} documents, {documents.Sum(document => document.Spans.Count)} spans from {reader.Name} to {writer.Name}"
                );
            }
        );
        return command;
    }

    /// <summary>Offsets that miss their words are shown with both texts: here they are of use, and in no log.</summary>
    private static IReadOnlyList<AnnotatedDocument> Read(CorpusFormat reader, string source, List<string> losses, CommandConsole console)
    {
        try
        {
            return reader.Read(source, losses);
        }
        catch (UnusableInputException exception) when (exception.Surfaces is { } surfaces)
        {
            console.Error.WriteLine($"the file says: {surfaces.Given}");
            console.Error.WriteLine($"the text has:  {surfaces.Found}");
            throw;
        }
    }
}
