using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>The first half of a pretraining: word vectors from running text, stretch by stretch, kept on disk every few.</summary>
internal static class WordVectorPretraining
{
    private const string Phase = "word-vectors";

    /// <summary>Stretches of the whole run; the state is saved at most every <see cref="SaveEvery"/>.</summary>
    private const int Stretches = 200;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(30);

    /// <param name="minutes">Bounds the learning; null: all passes are made.</param>
    /// <returns>The finished vectors, also those of a run before this one.</returns>
    public static SubwordVectors Run(
        IReadOnlyList<TextCorpus> texts,
        SkipGramSettings settings,
        SubwordVectors? start,
        TrainingOptions options,
        double? minutes,
        PretrainingState state,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation
    )
    {
        string finished = state.PathOf(SubwordVectors.FileName);
        if (File.Exists(finished))
            return SubwordVectors.Load(finished);
        progress?.Report(new TrainingProgress("reading", 0, texts.Count, "files", 0, null));
        EncodedText text = EncodedText
            .Of(DrawnText.Lines(texts, options.Seed), settings.MinimumCount, settings.MostWords, cancellation)
            .Shuffled(options.Seed);
        if (text.Words.Length < 2)
            throw new UnusableInputException(
                "too_little_data",
                $"The texts have fewer than two words that occur {settings.MinimumCount} times."
            );
        SkipGram skipGram = new(text, settings, options.Seed);
        if (start is not null)
            skipGram.StartFrom(start);
        float[][] arrays = [skipGram.Inputs, skipGram.Outputs];
        long first = state.Restore(Phase, arrays) ? state.Done : 0;

        long began = options.Time.GetTimestamp();
        long saved = began;
        double startShare = (double)first / Stretches;
        long total = (long)text.Tokens.Length * settings.Epochs;
        for (long stretch = first; stretch < Stretches; stretch++)
        {
            double seconds = options.Time.GetElapsedTime(began).TotalSeconds;
            double share = Math.Max(
                (double)stretch / Stretches,
                minutes is { } bound ? startShare + ((1 - startShare) * seconds / (60 * bound)) : 0
            );
            if (share >= 1)
                break;
            double passes = (double)stretch * settings.Epochs / Stretches;
            double next = (double)(stretch + 1) * settings.Epochs / Stretches;
            int from = (int)(text.Paragraphs * (passes % 1));
            int to = Math.Floor(next) > Math.Floor(passes) && next % 1 == 0 ? text.Paragraphs : (int)(text.Paragraphs * (next % 1));
            float rate = settings.Rate * (float)Math.Max(1e-3, 1 - share);
            bool frozen = start is not null && share < WarmUp;
            if (to > from)
                skipGram.Learn(from, to, rate, options.Workers, HashCode(options.Seed, stretch), frozen, cancellation);
            else
            {
                skipGram.Learn(from, text.Paragraphs, rate, options.Workers, HashCode(options.Seed, stretch), frozen, cancellation);
                skipGram.Learn(0, to, rate, options.Workers, HashCode(options.Seed, stretch), frozen, cancellation);
            }
            long done = total * (stretch + 1) / Stretches;
            seconds = options.Time.GetElapsedTime(began).TotalSeconds;
            double rateOfWork = (done - (total * first / Stretches)) / Math.Max(seconds, 1e-3);
            TimeSpan left = TimeSpan.FromSeconds((total - done) / Math.Max(rateOfWork, 1e-3));
            if (minutes is { } limit && left.TotalSeconds > (60 * limit) - seconds)
                left = TimeSpan.FromSeconds(Math.Max(0, (60 * limit) - seconds));
            progress?.Report(new TrainingProgress("learning word vectors", done, total, "tokens", rateOfWork, left));
            if (options.Time.GetElapsedTime(saved) < SaveEvery)
                continue;
            state.Save(Phase, stretch + 1, arrays);
            saved = options.Time.GetTimestamp();
        }
        SubwordVectors vectors = skipGram.Finish();
        vectors.Save(finished + ".tmp");
        File.Move(finished + ".tmp", finished);
        return vectors;
    }

    /// <summary>Of a continued training, in which only the neighbours' side learns: it is not kept in an encoder.</summary>
    private const double WarmUp = 0.15;

    private static int HashCode(int seed, long stretch) => unchecked((seed * 1_000_003) + (int)stretch);
}
