using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>
/// The second half of a pretraining: the network's layers learn what stands where, by naming words that are hidden from them
/// (masked-word pretraining after Devlin et al. 2019, with vectors in place of a vocabulary).
/// </summary>
internal static class MaskedWordPretraining
{
    private const string Phase = "masked-words";

    /// <summary>Of a window's words. All occurrences in the window are hidden with it, because the network looks at them.</summary>
    private const double MaskedShare = 0.15;

    /// <summary>Words more frequent than this are grammar, not meaning.</summary>
    private const float MostFrequent = 2e-3f;

    /// <summary>Below this many characters a paragraph shows too little.</summary>
    private const int ShortestParagraph = 120;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);

    /// <param name="characters">Of text to learn from.</param>
    /// <returns>The mean loss of the last tenth of the run.</returns>
    public static double Run(
        EntityNetwork network,
        IReadOnlyList<TextCorpus> texts,
        long characters,
        TrainingOptions options,
        double? minutes,
        PretrainingState state,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        progress?.Report(new TrainingProgress("reading", 0, texts.Count, "files", 0, null));
        string[] paragraphs = DrawnText.Sample(texts, characters, ShortestParagraph, options.Seed, cancellation);
        Vocabulary vocabulary = new(network.Resources.Vectors);
        EntityHyperparameters hyper = new();
        using EntityTask task = network.MaskedWords(network.Resources.Vectors!.Width, () => new MaskedWordLoss(vocabulary), options.Seed);
        EntityTrainer trainer = new(network, task, vocabulary, hyper, options.Seed, options.Workers, options.Time);
        float[][] arrays = [.. network.Tables.Select(table => table.Values), .. task.Parameters.Select(parameter => parameter.Values)];
        long first = state.Restore(Phase, arrays) ? state.Done : 0;

        ExampleBuilder builder = new(network.Scheme, network.Settings, network.Resources, vocabulary);
        LearningRate rate = new(hyper.Rate, hyper.WarmUp);
        LearningRate tableRate = new(hyper.TableRate, hyper.WarmUp);
        long began = options.Time.GetTimestamp();
        long saved = began;
        double startShare = (double)first / Math.Max(1, paragraphs.Length);
        double sum = 0;
        double recent = 0;
        int steps = 0;
        List<EntityExample> batch = [];
        int tokens = 0;
        for (long p = first; p < paragraphs.Length; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            double seconds = options.Time.GetElapsedTime(began).TotalSeconds;
            double share = Math.Max(
                (double)p / paragraphs.Length,
                minutes is { } bound ? startShare + ((1 - startShare) * seconds / (60 * bound)) : 0
            );
            if (share >= 1)
                break;
            // A random stream of its own for each paragraph: a run that was killed goes on with the same masks.
            Noise noise = new(options.Seed, (int)p);
            foreach (EntityExample example in builder.Build(new AnnotatedDocument("", paragraphs[p], []), null))
            {
                batch.Add(example with { Masked = Mask(example, vocabulary, noise) });
                tokens += example.Length;
            }
            if (tokens < hyper.BatchTokens)
                continue;
            TrainingStep step = trainer.Step(batch, rate.At(share), tableRate.At(share));
            int masked = batch.Sum(example => example.Masked.Count(hidden => hidden));
            double loss = step.Loss * step.Tokens / Math.Max(1, masked);
            sum += loss;
            recent = steps++ == 0 ? loss : (0.98 * recent) + (0.02 * loss);
            batch = [];
            tokens = 0;
            TimeSpan left = TimeSpan.FromSeconds(seconds * (1 - share) / Math.Max(share - startShare, 1e-6));
            progress?.Report(
                new TrainingProgress(
                    "learning contexts",
                    p + 1,
                    paragraphs.Length,
                    "paragraphs",
                    (p + 1 - first) / Math.Max(seconds, 1e-3),
                    left,
                    Loss: recent
                )
            );
            if (options.Time.GetElapsedTime(saved) < SaveEvery)
                continue;
            state.Save(Phase, p + 1, arrays);
            saved = options.Time.GetTimestamp();
        }
        return recent;
    }

    private static bool[] Mask(EntityExample example, Vocabulary vocabulary, Noise noise)
    {
        bool[] groups = new bool[example.Length];
        bool[] decided = new bool[example.Length];
        bool[] masked = new bool[example.Length];
        for (int t = 0; t < example.Length; t++)
        {
            int group = example.Groups[t];
            if (!decided[group])
            {
                decided[group] = true;
                groups[group] =
                    vocabulary.PretrainingFrequency(example.Words[t]) is > 0 and < MostFrequent && noise.NextSingle() < MaskedShare;
            }
            masked[t] = groups[group];
        }
        return masked;
    }
}
