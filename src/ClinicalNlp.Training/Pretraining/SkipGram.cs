using System.Numerics.Tensors;
using ClinicalNlp.Training.Optimisation;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>How the word vectors are learnt; saved in the encoder's card.</summary>
internal sealed record SkipGramSettings
{
    public int Width { get; init; } = 100;

    /// <summary>Passes over the drawn text.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Farthest neighbour; each centre draws its reach up to it.</summary>
    public int Window { get; init; } = 5;
    public int Negatives { get; init; } = 5;
    public float Rate { get; init; } = 0.05f;

    /// <summary>Words as frequent as this are skipped half of the time or more.</summary>
    public double Subsampling { get; init; } = 1e-4;
    public int MinimumCount { get; init; } = 5;

    /// <summary>Words with a row of their own while training; rarer ones are learnt by their n-grams alone.</summary>
    public int MostWords { get; init; } = 200_000;

    /// <summary>Words whose vector is stored; the others are put together from their n-grams.</summary>
    public int StoredWords { get; init; } = 60_000;
    public int Buckets { get; init; } = 50_000;
}

/// <summary>
/// Subword skip-gram with negative sampling (Bojanowski et al. 2017): a word is the mean of its own row and those of its character
/// n-grams, and predicts its neighbours. Workers update the shared rows without locks (Hogwild, Niu et al. 2011): with one worker the
/// seed decides every bit, with two it does not.
/// </summary>
internal sealed class SkipGram
{
    /// <summary>A power of two, so that a random number's low bits index it.</summary>
    private const int NegativeTableSize = 1 << 22;

    private readonly SkipGramSettings settings;
    private readonly EncodedText text;
    private readonly int[][] parts;
    private readonly int[] negatives;
    private readonly float[] keep;

    public SkipGram(EncodedText text, SkipGramSettings settings, int seed)
    {
        this.text = text;
        this.settings = settings;
        Random random = new(seed);
        Inputs = new float[(text.Words.Length + settings.Buckets) * settings.Width];
        for (int i = 0; i < Inputs.Length; i++)
            Inputs[i] = (random.NextSingle() - 0.5f) * 2 / settings.Width;
        Outputs = new float[text.Words.Length * settings.Width];
        parts = Parts();
        negatives = NegativeTable(text.Counts, NegativeTableSize);
        double total = Math.Max(1, text.Counts.Sum());
        keep =
        [
            .. text.Counts.Select(count =>
                (float)(Math.Sqrt(settings.Subsampling * total / count) + (settings.Subsampling * total / count))
            ),
        ];
    }

    /// <summary>[words + buckets, width].</summary>
    public float[] Inputs { get; }

    /// <summary>[words, width]: what a word's neighbours are compared with.</summary>
    public float[] Outputs { get; }

    /// <summary>Learns from the paragraphs from..to of <see cref="EncodedText.Paragraphs"/>; every worker takes its share of them.</summary>
    /// <param name="frozen">Only the outputs learn: they are lost when a finished encoder is continued and must come back first.</param>
    public void Learn(int from, int to, float rate, int workers, int seed, bool frozen, CancellationToken cancellation)
    {
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            worker =>
            {
                Noise noise = new(seed, worker);
                Scratch scratch = new(settings.Width);
                List<int> kept = [];
                for (int p = from + worker; p < to && !cancellation.IsCancellationRequested; p += workers)
                {
                    ReadOnlySpan<int> paragraph = text.Paragraph(p);
                    kept.Clear();
                    foreach (int word in paragraph)
                    {
                        if (word >= 0 && (keep[word] >= 1 || noise.NextSingle() < keep[word]))
                            kept.Add(word);
                    }
                    for (int centre = 0; centre < kept.Count; centre++)
                        LearnCentre(kept, centre, rate, noise, scratch, frozen);
                }
            }
        );
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The vectors as they ship: whole words summed up, rows quantised.</summary>
    public SubwordVectors Finish()
    {
        int stored = Math.Min(settings.StoredWords, text.Words.Length);
        int width = settings.Width;
        float[] vectors = new float[stored * width];
        for (int word = 0; word < stored; word++)
            Mean(parts[word], vectors.AsSpan(word * width, width));
        double total = Math.Max(1, text.Counts.Sum());
        return SubwordVectors.Create(
            width,
            text.Words[..stored],
            [.. text.Counts.Take(stored).Select(count => (float)(count / total))],
            vectors,
            Inputs.AsSpan(text.Words.Length * width)
        );
    }

    /// <summary>Takes over a finished encoder's vectors: a known word's own row is what is left of its mean without its n-grams.</summary>
    public void StartFrom(SubwordVectors vectors)
    {
        int width = settings.Width;
        if (vectors.Width != width || vectors.Buckets != settings.Buckets)
            throw new UnusableInputException(
                "encoder_foreign",
                $"The encoder's vectors are {vectors.Width} wide with {vectors.Buckets} n-gram rows; {width} and {settings.Buckets} are expected."
            );
        for (int bucket = 0; bucket < settings.Buckets; bucket++)
            vectors.FillBucket(bucket, Inputs.AsSpan((text.Words.Length + bucket) * width, width));
        float[] mean = new float[width];
        for (int word = 0; word < text.Words.Length; word++)
        {
            vectors.FillAsLearnt(text.Words[word], mean);
            Span<float> own = Inputs.AsSpan(word * width, width);
            TensorPrimitives.Multiply(mean, parts[word].Length, own);
            foreach (int row in parts[word].AsSpan(1))
                TensorPrimitives.Subtract(own, Inputs.AsSpan(row * width, width), own);
        }
    }

    private void LearnCentre(List<int> words, int centre, float rate, Noise noise, Scratch scratch, bool frozen)
    {
        int reach = 1 + (int)(noise.Next() % (uint)settings.Window);
        int width = settings.Width;
        int[] rows = parts[words[centre]];
        Span<float> hidden = scratch.Hidden;
        Span<float> change = scratch.Change;
        Mean(rows, hidden);
        change.Clear();
        int last = Math.Min(words.Count - 1, centre + reach);
        for (int other = Math.Max(0, centre - reach); other <= last; other++)
        {
            if (other == centre)
                continue;
            for (int negative = 0; negative <= settings.Negatives; negative++)
            {
                int target = negative == 0 ? words[other] : negatives[noise.Next() & (ulong)(negatives.Length - 1)];
                if (negative > 0 && target == words[other])
                    continue;
                Span<float> output = Outputs.AsSpan(target * width, width);
                float score = TensorPrimitives.Dot<float>(hidden, output);
                float step = rate * ((negative == 0 ? 1 : 0) - (1 / (1 + MathF.Exp(-score))));
                TensorPrimitives.MultiplyAdd(output, step, change, change);
                TensorPrimitives.MultiplyAdd(hidden, step, output, output);
            }
        }
        if (frozen)
            return;
        foreach (int row in rows)
        {
            Span<float> input = Inputs.AsSpan(row * width, width);
            TensorPrimitives.Add(input, change, input);
        }
    }

    private void Mean(int[] rows, Span<float> mean)
    {
        mean.Clear();
        foreach (int row in rows)
            TensorPrimitives.Add(mean, Inputs.AsSpan(row * settings.Width, settings.Width), mean);
        TensorPrimitives.Divide(mean, rows.Length, mean);
    }

    /// <summary>Rows of each word: its own, then its n-grams'.</summary>
    private int[][] Parts()
    {
        int[][] rows = new int[text.Words.Length][];
        char[] buffer = new char[SubwordVectors.LongestWord + 2];
        int[] grams = new int[SubwordVectors.MostGrams];
        for (int word = 0; word < rows.Length; word++)
        {
            ReadOnlySpan<char> normal = SubwordVectors.Normalise(text.Words[word], buffer);
            int count = SubwordVectors.Grams(buffer.AsSpan(0, normal.Length + 2), settings.Buckets, grams);
            rows[word] = [word, .. grams.Take(count).Select(gram => rows.Length + gram)];
        }
        return rows;
    }

    /// <summary>Words in proportion to their frequency to the power 3/4 (Mikolov et al. 2013).</summary>
    internal static int[] NegativeTable(long[] counts, int size)
    {
        double[] powers = [.. counts.Select(count => Math.Pow(count, 0.75))];
        double total = powers.Sum();
        int[] table = new int[counts.Length == 0 ? 0 : size];
        int word = 0;
        double reached = powers.FirstOrDefault() / Math.Max(total, 1e-9);
        for (int i = 0; i < table.Length; i++)
        {
            while ((i + 0.5) / table.Length > reached && word < counts.Length - 1)
                reached += powers[++word] / total;
            table[i] = word;
        }
        return table;
    }

    private sealed class Scratch(int width)
    {
        private readonly float[] hidden = new float[width];
        private readonly float[] change = new float[width];

        public Span<float> Hidden => hidden;
        public Span<float> Change => change;
    }
}
