using System.CommandLine;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Cli;

/// <summary><c>clinicalnlp train entities|intents --train FILE... --dev FILE... --out DIR [--base DIR] [--seed N] [--minutes N]</c></summary>
internal static class TrainVerb
{
    public static Command Command(CommandConsole console) =>
        new("train", "Gold in, model folder out; the folder appears whole or not at all.") { Entities(console), Intents(console) };

    private static Command Entities(CommandConsole console)
    {
        var options = new Options();
        var covers = new Option<string[]>("--covers")
        {
            Description = "FILE=LABEL,LABEL: the labels that the file annotates exhaustively; all of them when not given. May be repeated.",
        };
        var labels = new Option<string>("--map-labels")
        {
            Description =
                "A JSON file that maps each corpus' labels to canonical types and says what it covers; the corpus is the file's folder.",
        };
        var command = new Command("entities", "Trains an entity model on annotated documents.") { covers, labels };
        options.AddTo(command);
        command.Runs(
            (parsed, cancellation) =>
            {
                var files = new TrainingFiles(
                    parsed.GetValue(labels) is { } map ? CanonicalLabels.Load(map) : null,
                    TrainingFiles.Parse<IReadOnlySet<string>>(
                        "--covers",
                        parsed.GetValue(covers),
                        value => value.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet()
                    ),
                    options.WeightsOf(parsed),
                    console.Error
                );
                options.Run(
                    parsed,
                    console,
                    (training, progress) =>
                        EntityRecipe.Train(
                            [.. options.Train(parsed).Select(files.Entities)],
                            [.. options.Dev(parsed).Select(files.Entities)],
                            training,
                            progress,
                            cancellation
                        )
                );
            }
        );
        return command;
    }

    private static Command Intents(CommandConsole console)
    {
        var options = new Options();
        var sets = new Option<string>("--map-labels")
        {
            Description = "A JSON file that maps the intents of public sets to ours, to oos or to nothing; the set is the file's folder.",
        };
        var text = new Option<string[]>("--text")
        {
            Description = "Running text to learn word vectors from first: .txt, .txt.gz or JSON lines with \"text\".",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("intents", "Trains an intent model on utterances, or on the turns of dialogues.") { sets, text };
        options.AddTo(command);
        command.Runs(
            (parsed, cancellation) =>
            {
                var files = new TrainingFiles(
                    null,
                    new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal),
                    options.WeightsOf(parsed),
                    console.Error
                );
                var map = parsed.GetValue(sets) is { } path ? SharedSets.Load(path) : null;
                options.Run(
                    parsed,
                    console,
                    (training, progress) =>
                        IntentRecipe.Train(
                            [.. options.Train(parsed).Select(file => files.Intents(file, map))],
                            [.. options.Dev(parsed).Select(file => files.Intents(file))],
                            training with
                            {
                                RunningText = [.. (parsed.GetValue(text) ?? []).Select(file => TrainingFiles.Text(file, map))],
                            },
                            progress,
                            cancellation
                        )
                );
            }
        );
        return command;
    }

    /// <summary>What both kinds of model take.</summary>
    private sealed class Options
    {
        private readonly Option<string[]> _train = Files("--train", "Training files; one corpus each.", required: true);
        private readonly Option<string[]> _dev = Files("--dev", "Files that decide when to stop; never trained on.", required: false);
        private readonly Option<string> _out = new("--out")
        {
            Description = "The model folder to write; it must not exist.",
            Required = true,
        };
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
            foreach (var option in new Option[] { _train, _dev, _out, _base, _seed, _minutes, _workers, _name, _version, _weight })
                command.Add(option);
        }

        public IReadOnlyList<string> Train(ParseResult parsed) => parsed.GetRequiredValue(_train);

        public IReadOnlyList<string> Dev(ParseResult parsed) => parsed.GetValue(_dev) ?? [];

        public IReadOnlyDictionary<string, double> WeightsOf(ParseResult parsed) =>
            TrainingFiles
                .Parse(
                    "--weight",
                    parsed.GetValue(_weight),
                    value => double.TryParse(value, out var weight) && weight > 0 ? $"{weight:R}" : null
                )
                .ToDictionary(pair => pair.Key, pair => double.Parse(pair.Value), StringComparer.Ordinal);

        public void Run(
            ParseResult parsed,
            CommandConsole console,
            Func<TrainingOptions, IProgress<TrainingProgress>, TrainingResult> train
        )
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
                console.Error.WriteLine(
                    $"{result.Card.Name} {result.Card.Version}: dev {100 * result.DevScore:F2}, written to {result.Directory}"
                );
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

        private static Option<string[]> Files(string name, string description, bool required) =>
            new(name)
            {
                Description = description,
                Required = required,
                AllowMultipleArgumentsPerToken = true,
                Arity = ArgumentArity.OneOrMore,
            };
    }
}
