using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Scoring;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training;

/// <summary>Annotated documents in, entity model bundle out.</summary>
public static class EntityRecipe
{
    /// <summary>Dev documents beyond this many characters are left out of the scores between epochs, never of the card's.</summary>
    private const int DevLength = 700_000;

    /// <summary>Epochs after which dev is scored.</summary>
    private const int MostScored = 12;

    /// <summary>Of the time bound; the rest is for the last evaluation and for writing the bundle.</summary>
    private const double InTime = 0.9;

    /// <summary>Of a time bound, for what comes before the tags of new labels settle.</summary>
    private const double TuningTime = 0.6;

    /// <summary>
    /// Trains on <paramref name="train"/>, keeps the epoch that is best on <paramref name="dev"/> (the last one without any), and writes the bundle.
    /// </summary>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>: no labelled mention; <c>output_exists</c>; a base model that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Nothing was written.</exception>
    public static TrainingResult Train(
        IReadOnlyList<EntityCorpus> train,
        IReadOnlyList<EntityCorpus> dev,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(train);
        // One corpus is of one kind: there is nothing to tell apart.
        return Train(train, dev, options, new EntitySettings { Genre = train.Count > 1 }, null, progress, cancellation);
    }

    internal static TrainingResult Train(
        IReadOnlyList<EntityCorpus> train,
        IReadOnlyList<EntityCorpus> dev,
        TrainingOptions options,
        EntitySettings settings,
        EntityHyperparameters? hyperparameters,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation,
        EntityResources? given = null
    )
    {
        long started = options.Time.GetTimestamp();
        ModelBundleWriter.RefuseExisting(options.OutputDirectory);
        progress?.Report(new TrainingProgress("preparing", 0, train.Sum(corpus => corpus.Documents.Count), "documents", 0, null));
        EntityBase? parent = options.BaseModelDirectory is null ? null : EntityBase.Load(options.BaseModelDirectory);
        EntityBase? encoder =
            parent is null && options.EncoderDirectory is not null
                ? EntityBase.Load(options.EncoderDirectory, ModelCard.EncoderKind)
                : null;
        EntityResources resources = (parent ?? encoder)?.Resources ?? given ?? EntityResources.None;
        if (encoder is not null)
            settings = settings.WithLayersOf(encoder.Settings);
        settings = parent is null
            ? settings with
            {
                Guidelines = Guidelines(train),
            }
            : parent.Settings with
            {
                Genre = parent.Settings.Genre || settings.Genre,
            };
        EntityHyperparameters hyper =
            hyperparameters
            ?? (
                parent is not null ? EntityHyperparameters.FineTuning
                : encoder is not null ? EntityHyperparameters.FromEncoder
                : new()
            );
        hyper = hyper with
        {
            Members = options.Members ?? hyper.Members,
            Epochs = options.Epochs ?? hyper.Epochs,
            LeastSteps = options.Epochs is null ? hyper.LeastSteps : 0,
            TunedShare = options.TunedShare ?? hyper.TunedShare,
        };
        string[] labels = Labels(train, parent?.Labels ?? []);
        // The threshold was decided for the labels of the base: of new ones, which stay unsure for long, the path answers more (EXPERIMENTS.md).
        if (labels.Length > parent?.Labels.Count)
            settings = settings with { Threshold = 0 };
        EntityNetwork network = new(labels, settings, resources, options.Seed);
        if ((parent ?? encoder) is { } start)
            network.CopyFrom(start);
        BaseBlend? blend = parent is null ? null : new BaseBlend(network, parent.Labels.Count);

        bool settles = blend is { HasNewLabels: true } && hyper is { TunedShare: < 1, SettlingEpochs: > 0 };
        TrainingOptions first = settles ? options with { Minutes = options.Minutes * TuningTime } : options;
        TimeSpan elapsed = Fit(network, train, dev, first, hyper, started, progress, cancellation);
        blend?.Apply(hyper.TunedShare);
        if (settles)
            elapsed = Fit(network, train, dev, options, hyper.ToSettle(), started, progress, cancellation, blend!.Hold);

        progress?.Report(new TrainingProgress("writing", 0, 1, "models", 0, null));
        EntityModelParts model = network.ToParts(ActivationRanges.Measure(network, train, cancellation));
        settings = Calibration.Fit(model, settings, dev, options.Workers, cancellation);
        EntityScores[] final = Evaluate(model, settings, dev, int.MaxValue, options.Workers, cancellation);
        ModelCard card = new()
        {
            Kind = ModelCard.EntitiesKind,
            Name = options.ModelName,
            Version = options.ModelVersion,
            Created = options.Time.GetUtcNow(),
            Labels = labels,
            Settings = Describe(settings, hyper),
            Corpora =
            [
                .. train.Select(corpus => new CardCorpus(corpus.Name, corpus.Documents.Count, corpus.Licence, corpus.Sha256)),
                .. options.TeacherDirectories.Count > 0 ? options.RunningText.Select(Intents.RunningText.Describe) : [],
            ],
            Parent = parent?.Identity,
            Scores = [.. dev.Zip(final, (corpus, score) => Score(corpus.Name, score))],
            Training = new CardTraining(options.Seed, Math.Round(elapsed.TotalSeconds, 1), options.Workers, options.Command),
        };
        cancellation.ThrowIfCancellationRequested();
        card = ModelBundleWriter.Write(card, options.OutputDirectory, model.Save);
        return new TrainingResult(options.OutputDirectory, card, Micro(final).F1);
    }

    /// <summary>Trains a network and leaves it with the weights of the epoch that was best on dev; how long it took since the start.</summary>
    /// <param name="started">When the run began, for its time bound.</param>
    /// <param name="hold">Clears of the gradients what must not move; null lets everything move.</param>
    internal static TimeSpan Fit(
        EntityNetwork network,
        IReadOnlyList<EntityCorpus> train,
        IReadOnlyList<EntityCorpus> dev,
        TrainingOptions options,
        EntityHyperparameters hyper,
        long started,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation,
        Action<GradientSum>? hold = null
    )
    {
        Vocabulary vocabulary = new(network.Resources.Vectors);
        ExampleBuilder builder = new(network.Scheme, network.Settings, network.Resources, vocabulary);
        List<(List<EntityExample> Examples, double Weight)> sets = [];
        long documents = train.Sum(corpus => (long)corpus.Documents.Count);
        long built = 0;
        long building = options.Time.GetTimestamp();
        foreach (EntityCorpus corpus in train)
        {
            int guideline = corpus.Guideline is null ? -1 : network.Settings.Guidelines.ToList().IndexOf(corpus.Guideline);
            List<EntityExample> examples = [];
            foreach (AnnotatedDocument document in corpus.Documents)
            {
                cancellation.ThrowIfCancellationRequested();
                examples.AddRange(builder.Build(document, corpus.Covers, guideline));
                if (++built % 200 != 0)
                    continue;
                TimeSpan taken = options.Time.GetElapsedTime(building);
                progress?.Report(
                    new TrainingProgress(
                        "preparing",
                        built,
                        documents,
                        "documents",
                        built / taken.TotalSeconds,
                        taken * (documents - built) / built
                    )
                );
            }
            sets.Add((examples, corpus.Weight));
        }
        if (options.TeacherDirectories.Count > 0)
            sets.AddRange(new Teachers(network, vocabulary, builder, options).Teach(dev, hyper.Epochs, cancellation));
        long epochTokens = (long)sets.Sum(set => set.Examples.Sum(example => (double)example.Length) * set.Weight);
        long stepsPerEpoch = Math.Max(1, epochTokens / hyper.BatchTokens);
        hyper = hyper with { Epochs = hyper.EpochsOf(stepsPerEpoch) };

        using EntityTask task = EntityTask.Tags(network);
        WeightSoup? soup = hyper.Members > 1 ? new WeightSoup(network) : null;
        TimeSpan longest = TimeSpan.Zero;
        for (int member = 0; member < hyper.Members; member++)
        {
            long memberStarted = options.Time.GetTimestamp();
            // A member that would not end in time is not begun.
            if (
                member > 0
                && options.Minutes is { } bound
                && options.Time.GetElapsedTime(started) + longest > TimeSpan.FromMinutes(bound) * InTime
            )
                break;
            int seed = options.Seed + (1000 * member);
            string phase =
                hold is not null ? "settling new labels"
                : hyper.Members == 1 ? "training"
                : $"training {member + 1} of {hyper.Members}";
            EntityTrainer trainer = new(network, task, vocabulary, hyper, seed, options.Workers, options.Time) { Hold = hold };
            TrainingClock clock = new(options.Time, options.Minutes, stepsPerEpoch * hyper.Epochs, started);
            BestWeights best = new(network);
            foreach (EpochEnd epoch in Epochs(sets, trainer, hyper, clock, seed, phase, progress, cancellation))
            {
                if (dev.Count == 0 || !IsScored(epoch.Number, hyper.Epochs))
                    continue;
                EntityScores[] scores = Evaluate(network.ToParts(), network.Settings, dev, DevLength, options.Workers, cancellation);
                double score = Micro(scores).F1;
                best.Offer(score);
                progress?.Report(
                    new TrainingProgress("evaluating", epoch.Number, hyper.Epochs, "epochs", 0, clock.Left, epoch.Number, epoch.Loss, score)
                );
            }
            best.Restore();
            soup?.Add();
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, options.Time.GetElapsedTime(memberStarted).Ticks));
        }
        soup?.Serve();
        return options.Time.GetElapsedTime(started);
    }

    /// <summary>Whether dev is looked at after an epoch: always, but of many short ones at twelve places.</summary>
    private static bool IsScored(int epoch, int epochs) => epoch * MostScored / epochs != (epoch - 1) * MostScored / epochs;

    /// <summary>The training loop: batches of an epoch, one update each, until the epochs or the time are used up.</summary>
    private static IEnumerable<EpochEnd> Epochs(
        List<(List<EntityExample> Examples, double Weight)> sets,
        EntityTrainer trainer,
        EntityHyperparameters hyper,
        TrainingClock clock,
        int seed,
        string phase,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        Random random = new(seed);
        LearningRate rate = new(hyper.Rate, hyper.WarmUp);
        LearningRate tableRate = new(hyper.TableRate, hyper.WarmUp);
        for (int epoch = 1; epoch <= hyper.Epochs && !clock.IsOver; epoch++)
        {
            List<EntityExample> examples = Draw(sets, random);
            long total = examples.Sum(example => (long)example.Length);
            long done = 0;
            double loss = 0;
            long reported = 0;
            foreach (List<EntityExample> batch in EntityTrainer.Batches(examples, hyper.BatchTokens, random))
            {
                cancellation.ThrowIfCancellationRequested();
                if (clock.IsOver)
                    break;
                TrainingStep step = trainer.Step(batch, rate.At(clock.Done), tableRate.At(clock.Done));
                clock.Count();
                done += step.Tokens;
                loss += step.Loss * step.Tokens;
                if (done - reported < 20 * hyper.BatchTokens)
                    continue;
                reported = done;
                progress?.Report(
                    new TrainingProgress(phase, done, total, "tokens", trainer.TokensPerSecond, clock.Left, epoch, loss / done)
                );
            }
            if (done > 0)
                yield return new EpochEnd(epoch, loss / done);
        }
    }

    /// <summary>One epoch's windows: each corpus as often as its weight says, a fraction by lot.</summary>
    private static List<EntityExample> Draw(List<(List<EntityExample> Examples, double Weight)> sets, Random random)
    {
        List<EntityExample> drawn = [];
        foreach ((List<EntityExample> examples, double weight) in sets)
        {
            foreach (EntityExample example in examples)
            {
                int times = (int)weight;
                if (random.NextDouble() < weight - times)
                    times++;
                for (int i = 0; i < times; i++)
                    drawn.Add(example);
            }
        }
        return drawn;
    }

    /// <summary>The labels of the base model, then the new ones in alphabetical order.</summary>
    private static string[] Labels(IReadOnlyList<EntityCorpus> train, IReadOnlyList<string> known)
    {
        SortedSet<string> labels = new(StringComparer.Ordinal);
        foreach (EntityCorpus corpus in train)
        {
            foreach (AnnotatedDocument document in corpus.Documents)
                labels.UnionWith(document.Spans.Select(span => span.Label));
        }
        if (labels.Count == 0)
            throw new UnusableInputException("too_little_data", "The training documents have no labelled mention.");
        labels.ExceptWith(known);
        return [.. known, .. labels];
    }

    /// <summary>Corpora that follow another guideline than ours, by name, when there is more than one corpus to tell apart.</summary>
    internal static string[] Guidelines(IReadOnlyList<EntityCorpus> train) =>
        [.. train.Select(corpus => corpus.Guideline).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static EntityScores[] Evaluate(
        EntityModelParts parts,
        EntitySettings settings,
        IReadOnlyList<EntityCorpus> dev,
        int length,
        int threads,
        CancellationToken cancellation
    )
    {
        using EntityModel model = parts.Open(settings);
        return [.. dev.Select(corpus => EntityEvaluation.Score(model, corpus, length / dev.Count, threads, cancellation))];
    }

    private static LabelScore Micro(IEnumerable<EntityScores> scores) =>
        scores.Aggregate(new LabelScore(0, 0, 0), (sum, score) => sum + score.Micro);

    internal static CardScore Score(string corpus, EntityScores scores) =>
        new(
            corpus,
            "dev",
            "f1",
            Math.Round(scores.Micro.F1, 4),
            scores.Labels.ToDictionary(label => label.Key, label => Math.Round(label.Value.F1, 4), StringComparer.Ordinal)
        );

    private static JsonObject Describe(EntitySettings settings, EntityHyperparameters hyper)
    {
        JsonObject described = settings.ToJson();
        described["training"] = hyper.ToJson();
        return described;
    }

    private readonly record struct EpochEnd(int Number, double Loss);
}
