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
        var without = new Option<string[]>("--without")
        {
            Description =
                "Annotated documents that are left out of --train when their text is the same: those that the model is measured on.",
            AllowMultipleArgumentsPerToken = true,
        };
        var members = new Option<int?>("--members")
        {
            Description =
                "Trainings whose weights are averaged: more are better and take as much longer; by default 4 from an encoder, else 1.",
        };
        var teachers = new Option<string[]>("--teacher")
        {
            Description = "Model folders with the same labels, whose mean answer on --text is learnt beside the gold.",
            AllowMultipleArgumentsPerToken = true,
        };
        var text = new Option<string[]>("--text")
        {
            Description =
                "Text without labels for --teacher: .txt, .txt.gz or JSON lines with \"text\". What quotes --dev or --without is left out.",
            AllowMultipleArgumentsPerToken = true,
        };
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the data; by default 6, with --base 8." };
        var share = new Option<float?>("--share")
        {
            Description = "With --base: how much of the tuned weights goes into their average with the base's, 0 to 1; by default 0.6.",
        };
        var command = new Command("entities", "Trains an entity model on annotated documents.")
        {
            covers,
            labels,
            without,
            members,
            epochs,
            teachers,
            text,
            share,
        };
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
                var count = parsed.GetValue(members);
                if (count is < 1 or > 20)
                    throw new UnusableInputException("invalid_option", "--members is not between 1 and 20.");
                var passes = parsed.GetValue(epochs);
                if (passes is < 1 or > 1000)
                    throw new UnusableInputException("invalid_option", "--epochs is not between 1 and 1000.");
                EntityCorpus[] measured = [.. (parsed.GetValue(without) ?? []).Select(files.Entities)];
                EntityCorpus[] dev = [.. options.Dev(parsed).Select(files.Entities)];
                EntityCorpus[] train = [.. options.Train(parsed).Select(files.Entities).Select(corpus => files.Without(corpus, measured))];
                var tuned = parsed.GetValue(share);
                if (tuned is not (null or (> 0 and <= 1)))
                    throw new UnusableInputException("invalid_option", "--share is not above 0 and at most 1.");
                string[] taught = parsed.GetValue(teachers) ?? [];
                TextCorpus[] running = [.. (parsed.GetValue(text) ?? []).Select(file => files.Text(file))];
                if (taught.Length > 0 != running.Length > 0)
                    throw new UnusableInputException("invalid_option", "--teacher and --text are given together or not at all.");
                options.Run(
                    parsed,
                    console,
                    (training, progress) =>
                        EntityRecipe.Train(
                            train,
                            dev,
                            training with
                            {
                                Members = count,
                                Epochs = passes,
                                TunedShare = tuned,
                                TeacherDirectories = taught,
                                RunningText = running,
                                MeasuredTexts = [.. measured.SelectMany(corpus => corpus.Documents).Select(document => document.Text)],
                            },
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
        var command = new Command("intents", "Trains an intent model on utterances, or on the turns of dialogues.") { sets };
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
                IntentCorpus[] train = [.. options.Train(parsed).Select(file => files.Intents(file, map))];
                IntentCorpus[] dev = [.. options.Dev(parsed).Select(file => files.Intents(file))];
                files.RefuseUnusedWeights();
                options.Run(parsed, console, (training, progress) => IntentRecipe.Train(train, dev, training, progress, cancellation));
            }
        );
        return command;
    }

    /// <summary>What both kinds of model take.</summary>
    private sealed class Options
    {
        private readonly Option<string[]> _train = Files("--train", "Training files; one corpus each.", required: true);
        private readonly Option<string[]> _dev = Files("--dev", "Files that decide when to stop; never trained on.", required: false);
        private readonly Option<string> _encoder = new("--encoder")
        {
            Description = "The encoder folder that a model without --base starts from, or none; by default the newest one that ships.",
        };
        private readonly TrainingRunOptions _run = new();

        public void AddTo(Command command)
        {
            command.Add(_train);
            command.Add(_dev);
            _run.AddTo(command);
            command.Add(_encoder);
        }

        public IReadOnlyList<string> Train(ParseResult parsed) => parsed.GetRequiredValue(_train);

        public IReadOnlyList<string> Dev(ParseResult parsed) => parsed.GetValue(_dev) ?? [];

        public IReadOnlyDictionary<string, double> WeightsOf(ParseResult parsed) => _run.WeightsOf(parsed);

        public void Run(
            ParseResult parsed,
            CommandConsole console,
            Func<TrainingOptions, IProgress<TrainingProgress>, TrainingResult> train
        )
        {
            var encoder = parsed.GetValue(_encoder) switch
            {
                null => DefaultModels.TryNewest(DefaultModels.Encoder),
                "none" => null,
                var given => given,
            };
            _run.Run(parsed, console, (options, progress) => train(options with { EncoderDirectory = encoder }, progress));
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
