using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Training.Intents;

/// <summary>A saved classifier to continue from.</summary>
internal sealed record IntentBase(ModelBundle Bundle, FeatureVocabulary Vocabulary)
{
    public static IntentBase Load(string directory)
    {
        ModelBundle bundle = ModelBundle.Load(directory);
        IntentClassifier.Check(bundle);
        return new IntentBase(bundle, FeatureVocabulary.Load(bundle.PathOf(IntentClassifier.VocabularyFile)));
    }
}

/// <summary>A trained model, not yet calibrated and not yet written.</summary>
internal sealed record IntentModel(byte[] Network, FeatureVocabulary Vocabulary)
{
    /// <summary>What the model that would ship scores, through the code that will run it.</summary>
    public List<HeldScores> Score(IReadOnlyList<IntentExample> examples, CancellationToken cancellation)
    {
        using IntentNetworkRun run = new(OnnxSession.Load(Network), Vocabulary);
        Utterance[] utterances = [.. examples.Select(example => new Utterance(example.Text, null, example.Before))];
        return
        [
            .. examples.Select(
                (example, i) =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return new HeldScores(run.Scores(utterances[i]), example.Intent, InDialogue: example.Before is { Count: > 0 });
                }
            ),
        ];
    }
}

/// <summary>
/// One training run's budget: fits networks on as many threads as there are workers, one network a thread, so that the outcome depends
/// on the seed and not on the number of workers; reports and keeps to the time.
/// </summary>
internal sealed class IntentRun(
    IntentRecipeSettings settings,
    TrainingOptions options,
    string[] labels,
    IntentBase? parent,
    WordVectors? vectors,
    long started,
    IProgress<TrainingProgress>? progress,
    CancellationToken cancellation
)
{
    /// <summary>Of the time bound, kept for scoring and writing.</summary>
    private const double Reserve = 0.1;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    private readonly int outOfScope = Array.IndexOf(labels, IntentPrediction.OutOfScope);
    private readonly Lock reporting = new();
    private readonly long trainingStarted = options.Time.GetTimestamp();
    private long reported;
    private long planned;
    private long done;
    private double loss;
    private long lossExamples;
    private int wavesLeft;

    public int OutOfScope => outOfScope;

    /// <summary>A base model is continued as the one wide network that it is.</summary>
    public int FinalMembers => parent is null ? settings.Members : 1;

    /// <summary>To be called before the first <see cref="Fit"/>: what is to come, for the estimates of time left and for sharing out a time bound.</summary>
    public void Plan(IReadOnlyList<IntentExample> set, int networks)
    {
        int examples = IntentExamples.Drawn(set);
        planned += (long)examples * settings.EpochsFor(examples, parent is not null) * networks;
        wavesLeft += Waves(networks);
    }

    /// <summary>Trains on each set of examples and averages its members; the sets are trained side by side.</summary>
    public IntentModel[] Fit(IReadOnlyList<IReadOnlyList<IntentExample>> sets, int members)
    {
        FeatureVocabulary[] vocabularies = new FeatureVocabulary[sets.Count];
        FeatureBag[][][] bags = new FeatureBag[sets.Count][][];
        WordBag[][][] words = new WordBag[sets.Count][][];
        Parallel.For(0, sets.Count, Parallelism(), Prepare);
        IntentNetwork?[] networks = new IntentNetwork?[sets.Count * members];
        double allowance = Allowance(networks.Length);
        try
        {
            Parallel.For(0, networks.Length, Parallelism(), Train);
            return
            [
                .. sets.Select(
                    (_, set) =>
                        new IntentModel(
                            IntentBundle.ToModel(
                                [.. networks.Skip(set * members).Take(members).Select(network => network!)],
                                vocabularies[set]
                            ),
                            vocabularies[set]
                        )
                ),
            ];
        }
        finally
        {
            foreach (IntentNetwork? network in networks)
                network?.Dispose();
        }

        void Prepare(int set)
        {
            vocabularies[set] = VocabularyBuilder.Build(sets[set], settings.MaximumRows, parent?.Vocabulary, vectors);
            bags[set] = [.. sets[set].Select(example => vocabularies[set].Weigh(example.Text, example.Before))];
            words[set] = [.. sets[set].Select(example => vocabularies[set].WeighWords(example.Text))];
        }

        void Train(int index)
        {
            int set = index / members;
            IReadOnlyList<IntentExample> examples = sets[set];
            // Far apart, so that no member of one seed is a member of the next.
            int seed = unchecked((options.Seed * 7919) + index);
            IntentNetwork network = networks[index] = parent is null
                ? IntentNetwork.Create(vocabularies[set], labels.Length, settings, seed, vectors)
                : SavedIntentNetwork.Continue(parent.Bundle, vocabularies[set], labels.Length, settings, seed);
            float rate = parent is null ? settings.LearningRate : settings.FineTuningRate;
            IntentTrainer trainer = new(
                settings,
                examples,
                bags[set],
                network.ReadsWords ? words[set] : [.. examples.Select(_ => Array.Empty<WordBag>())],
                outOfScope,
                vocabularies[set].Families.ToList().IndexOf(FeatureFamily.Context),
                seed
            );
            long began = options.Time.GetTimestamp();
            foreach (
                TrainingStep step in trainer.Train(
                    network,
                    settings.EpochsFor(IntentExamples.Drawn(examples), parent is not null),
                    rate,
                    TimeDone
                )
            )
            {
                cancellation.ThrowIfCancellationRequested();
                Count(step);
            }

            double TimeDone() => options.Time.GetElapsedTime(began).TotalSeconds / allowance;
        }
    }

    private ParallelOptions Parallelism() =>
        new() { MaxDegreeOfParallelism = Math.Max(1, options.Workers), CancellationToken = cancellation };

    private int Waves(int networks) => (networks + Math.Max(1, options.Workers) - 1) / Math.Max(1, options.Workers);

    /// <summary>Seconds that each of these networks may train, when the rest of the bound is shared out evenly.</summary>
    private double Allowance(int networks)
    {
        if (options.Minutes is not { } minutes)
            return double.PositiveInfinity;
        double left = (minutes * 60 * (1 - Reserve)) - options.Time.GetElapsedTime(started).TotalSeconds;
        double allowance = Math.Max(left, 1e-3) / Math.Max(1, wavesLeft);
        wavesLeft -= Waves(networks);
        return allowance;
    }

    private void Count(TrainingStep step)
    {
        lock (reporting)
        {
            done += step.Examples;
            loss += step.Loss * step.Examples;
            lossExamples += step.Examples;
            long now = options.Time.GetTimestamp();
            if (options.Time.GetElapsedTime(reported, now) < Between)
                return;
            reported = now;
            double seconds = Math.Max(options.Time.GetElapsedTime(trainingStarted, now).TotalSeconds, 1e-3);
            double perSecond = done / seconds;
            TimeSpan left = TimeSpan.FromSeconds(Math.Max(0, planned - done) / perSecond);
            if (options.Minutes is { } minutes)
            {
                TimeSpan untilBound = TimeSpan.FromMinutes(minutes) - options.Time.GetElapsedTime(started, now);
                left = left < untilBound ? left : untilBound;
            }
            progress?.Report(
                new TrainingProgress("training", done, planned, "utterances", perSecond, left, step.Epoch, loss / lossExamples)
            );
            loss = 0;
            lossExamples = 0;
        }
    }
}
