using System.CommandLine;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp extract [FILE...] [--model DIR] [--input FILE|-] [--output FILE|-]</c></summary>
internal static class ExtractVerb
{
    /// <summary>Characters worked on at once: enough to keep every core busy, little enough to stream.</summary>
    private const int BatchLength = 400_000;

    public static Command Command(CommandConsole console)
    {
        var model = new Option<string>("--model") { Description = $"A model folder; the newest {DefaultModels.Entities} when not given." };
        var output = new Option<string>("--output") { Description = "A file; - is standard output.", DefaultValueFactory = _ => "-" };
        var input = new InputFiles();
        var command = new Command("extract", "Documents in (text files or JSON lines), documents with the model's spans out (JSON lines).")
        {
            model,
            output,
        };
        input.AddTo(command);
        command.Runs(
            (parsed, cancellation) =>
            {
                var bundle = DefaultModels.Load(parsed.GetValue(model), DefaultModels.Entities);
                using var recognizer = EntityRecognizer.Load(bundle, Environment.ProcessorCount);
                console.WriteTo(
                    parsed.GetRequiredValue(output),
                    stream => Extract(input.Of(parsed), console, recognizer, stream, cancellation)
                );
            }
        );
        return command;
    }

    private static void Extract(
        IReadOnlyList<string> paths,
        CommandConsole console,
        EntityRecognizer recognizer,
        Stream output,
        CancellationToken cancellation
    )
    {
        var batch = new List<AnnotatedDocument>();
        var length = 0;
        var replaced = 0;
        foreach (var document in paths.SelectMany(path => InputFiles.Documents(path, console)))
        {
            replaced += document.Spans.Count;
            batch.Add(document);
            length += document.Text.Length;
            if (length < BatchLength)
                continue;
            Finish();
        }
        Finish();
        if (replaced > 0)
            console.Error.WriteLine($"{replaced} spans of the input were replaced by the model's");

        void Finish()
        {
            var found = recognizer.Recognize([.. batch.Select(document => document.Text)], cancellation);
            for (var i = 0; i < batch.Count; i++)
            {
                var spans = found[i]
                    .Select(mention => new AnnotatedSpan(mention.Span, mention.Label, Confidence: Math.Round(mention.Confidence, 4)));
                JsonlFormat.Write(batch[i], spans, output);
            }
            batch.Clear();
            length = 0;
        }
    }
}
