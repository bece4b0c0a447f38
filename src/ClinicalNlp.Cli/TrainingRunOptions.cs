using System.CommandLine;
using ClinicalNlp.Training;

namespace ClinicalNlp.Cli;

/// <summary>The options of every verb that makes a model, and the run itself: names, progress, the last line.</summary>
internal sealed class TrainingRunOptions
{
    private readonly Option<string> _out = new("--out") { Description = "The model folder to write; it must not exist.", Required = true };
    private readonly Option<string> _base = new("--base") { Description = "A model folder to start from." };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The same seed and files give the same model.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double?> _minutes = new("--minutes") { Description = "Bounds the wall-clock time of the training." };
    private readonly Option<int?> _workers = new("--workers") { Description = "Data-parallel workers of one thread each." };
    private readonly Option<string> _name = new("--name")
    {
        Description = "The model's name; by default the folder's, or its parent's when that is a version.",
    };
    private readonly Option<string> _version = new("--version-name")
    {
        Description = "The model's version; by default the folder's name when it is a number, else 1.",
    };
    private readonly Option<string[]> _weight = new("--weight")
    {
        Description = "FILE=N: how often its documents are drawn. May be repeated.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _out, _base, _seed, _minutes, _workers, _name, _version, _weight })
            command.Add(option);
    }

    public IReadOnlyDictionary<string, double> WeightsOf(ParseResult parsed) =>
        TrainingFiles
            .Parse(
                "--weight",
                parsed.GetValue(_weight),
                value => double.TryParse(value, out var weight) && weight > 0 ? $"{weight:R}" : null
            )
            .ToDictionary(pair => pair.Key, pair => double.Parse(pair.Value), StringComparer.Ordinal);

    public void Run(ParseResult parsed, CommandConsole console, Func<TrainingOptions, IProgress<TrainingProgress>, TrainingResult> train)
    {
        var minutes = parsed.GetValue(_minutes);
        if (minutes is <= 0)
            throw new UnusableInputException("invalid_option", "--minutes is not above 0.");
        var (name, version) = Identity(parsed.GetRequiredValue(_out));
        var options = new TrainingOptions
        {
            OutputDirectory = parsed.GetRequiredValue(_out),
            ModelName = parsed.GetValue(_name) ?? name,
            ModelVersion = parsed.GetValue(_version) ?? version,
            BaseModelDirectory = parsed.GetValue(_base),
            Seed = parsed.GetValue(_seed),
            Minutes = minutes,
            Command = "clinicalnlp " + string.Join(' ', parsed.Tokens.Select(token => token.Value)),
            Time = console.Time,
        };
        if (parsed.GetValue(_workers) is { } workers)
            options = options with
            {
                Workers = workers > 0 ? workers : throw new UnusableInputException("invalid_option", "--workers is not above 0."),
            };
        Models.ModelBundleWriter.RefuseExisting(options.OutputDirectory);
        var progress = new ProgressLine(console);
        try
        {
            var result = train(options, progress);
            progress.EndLine();
            var dev = result.Card.Scores.Count > 0 ? $"dev {100 * result.DevScore:F2}, " : "";
            console.Error.WriteLine($"{result.Card.Name} {result.Card.Version}: {dev}written to {result.Directory}");
        }
        finally
        {
            progress.EndLine();
        }
    }

    /// <summary><c>models/clinical-entities/2</c> is version 2 of clinical-entities; <c>out/bc5cdr</c> is version 1 of bc5cdr.</summary>
    internal static (string Name, string Version) Identity(string directory)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var last = Path.GetFileName(directory);
        var parent = Path.GetFileName(Path.GetDirectoryName(directory));
        return last.Length > 0 && char.IsAsciiDigit(last[0]) && !string.IsNullOrEmpty(parent) ? (parent, last) : (last, "1");
    }
}
