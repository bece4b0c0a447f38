using System.CommandLine;
using ClinicalNlp.Training;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp pretrain --text FILE... --out DIR [--minutes N]</c></summary>
internal static class PretrainVerb
{
    /// <summary>A bundle of more would not fit what a model may weigh.</summary>
    private const int MostColumns = 512;

    public static Command Command(CommandConsole console)
    {
        var run = new TrainingRunOptions();
        var text = new Option<string[]>("--text")
        {
            Description = "Running text without labels: .txt, .txt.gz, or JSON lines with \"text\".",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var entities = new Option<string[]>("--entities")
        {
            Description = "Annotated documents that the layers learn from last; needs --map-labels where their labels differ.",
            AllowMultipleArgumentsPerToken = true,
        };
        var without = new Option<string[]>("--without")
        {
            Description =
                "Annotated documents that are left out of --entities when their text is the same: those that models are measured on.",
            AllowMultipleArgumentsPerToken = true,
        };
        var labels = new Option<string>("--map-labels") { Description = "A JSON file that maps each corpus' labels to canonical types." };
        var terminologies = new Option<string>("--terminologies")
        {
            Description =
                "A folder of public terminologies as JSON lines; without it the dictionaries of --base, or the built-in lists only.",
        };
        var terms = new Option<string[]>("--terms")
        {
            Description = "NAME=FILE: terms of your own, one a line or JSON lines, added to the dictionary NAME (drug, disease, ...).",
            AllowMultipleArgumentsPerToken = true,
        };
        var width = new Option<int?>("--width")
        {
            Description = "Columns of its layers, a multiple of 16. Other than those of --base, the layers begin anew.",
        };
        var keep = new Option<bool>("--keep-vectors")
        {
            Description = "The word vectors of --base stay as they are: only the layers learn.",
        };
        var command = new Command(
            "pretrain",
            "Text in, encoder out: what every recipe starts from. A killed run goes on when it is started again."
        )
        {
            text,
            entities,
            without,
            labels,
            terminologies,
            terms,
            width,
            keep,
        };
        run.AddTo(command);
        command.Runs(
            (parsed, cancellation) =>
            {
                if (parsed.GetValue(width) is { } columns && (columns is < 16 or > MostColumns || columns % 16 > 0))
                    throw new UnusableInputException("invalid_option", $"--width is not a multiple of 16 from 16 to {MostColumns}.");
                var weights = run.WeightsOf(parsed);
                var files = new TrainingFiles(
                    parsed.GetValue(labels) is { } map ? CanonicalLabels.Load(map) : null,
                    new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal),
                    weights,
                    console.Error
                );
                var texts = parsed.GetRequiredValue(text).Select(file => files.Text(file)).ToArray();
                var measured = (parsed.GetValue(without) ?? []).Select(files.Entities).ToArray();
                var labelled = (parsed.GetValue(entities) ?? [])
                    .Select(files.Entities)
                    .Select(corpus => files.Without(corpus, measured))
                    .ToArray();
                files.RefuseUnusedWeights();
                var added = TrainingFiles.ParsePairs("--terms", parsed.GetValue(terms));
                run.Run(
                    parsed,
                    console,
                    (training, progress) =>
                        EncoderRecipe.Train(
                            texts,
                            labelled,
                            training with
                            {
                                TerminologyDirectory = parsed.GetValue(terminologies),
                                TermFiles = added,
                                Width = parsed.GetValue(width),
                                KeepVectors = parsed.GetValue(keep),
                            },
                            progress,
                            cancellation
                        )
                );
            }
        );
        return command;
    }
}
