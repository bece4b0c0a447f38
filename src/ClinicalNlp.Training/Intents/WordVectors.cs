using System.Numerics.Tensors;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Optimisation;
using ClinicalNlp.Training.Pretraining;

namespace ClinicalNlp.Training.Intents;

/// <summary>Words and one vector each, row after row, learned from running text.</summary>
/// <param name="Rarity">Per word a / (a + its frequency), the weight of smooth inverse frequency (Arora et al. 2017).</param>
internal sealed record WordVectors(string[] Words, float[] Values, float[] Rarity)
{
    public int Width => Words.Length == 0 ? 0 : Values.Length / Words.Length;

    private const int Window = 5;
    private const int Negatives = 5;

    /// <summary>Words as frequent as this are skipped half of the time or more.</summary>
    private const double Subsampling = 3e-4;

    /// <summary>Skip-gram with negative sampling (Mikolov et al. 2013), one thread, so that the seed decides everything.</summary>
    /// <param name="lines">Read once; a window never crosses a line.</param>
    public static WordVectors Learn(
        IEnumerable<string> lines,
        int width,
        int minimumCount,
        int mostWords,
        int epochs,
        int seed,
        Action<long, long>? report = null,
        CancellationToken cancellation = default
    )
    {
        (string[] words, long[] counts, int[] text) = Count(lines, minimumCount, mostWords);
        double total = Math.Max(1, counts.Sum());
        Random random = new(seed);
        Noise noise = new(seed, 0);
        float[] inputs = new float[words.Length * width];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = (random.NextSingle() - 0.5f) / width;
        float[] outputs = new float[inputs.Length];
        int[] negatives = SkipGram.NegativeTable(counts, 1 << 20);
        float[] keep = [.. counts.Select(count => (float)Math.Sqrt(Subsampling * total / count))];
        float[] change = new float[width];
        List<int> line = [];
        long done = 0;
        long all = (long)text.Length * epochs;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (int word in text)
            {
                if ((++done & 0x3ffff) == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    report?.Invoke(done, all);
                }
                if (word >= 0)
                {
                    if (noise.NextSingle() < keep[word])
                        line.Add(word);
                    continue;
                }
                float rate = 0.05f * Math.Max(1 - ((float)done / all), 1e-4f);
                for (int centre = 0; centre < line.Count; centre++)
                    Learn(centre, rate);
                line.Clear();
            }
        }
        return new WordVectors(words, inputs, [.. counts.Select(count => (float)(1e-3 / (1e-3 + (count / total))))]);

        void Learn(int centre, float rate)
        {
            int reach = 1 + (int)(noise.Next() % Window);
            for (int other = Math.Max(0, centre - reach); other <= Math.Min(line.Count - 1, centre + reach); other++)
            {
                if (other == centre)
                    continue;
                Span<float> input = inputs.AsSpan(line[other] * width, width);
                change.AsSpan().Clear();
                for (int negative = 0; negative <= Negatives; negative++)
                {
                    int target = negative == 0 ? line[centre] : negatives[noise.Next() % (ulong)negatives.Length];
                    if (negative > 0 && target == line[centre])
                        continue;
                    Span<float> output = outputs.AsSpan(target * width, width);
                    float score = TensorPrimitives.Dot<float>(input, output);
                    float step = rate * ((negative == 0 ? 1 : 0) - (1 / (1 + MathF.Exp(-score))));
                    TensorPrimitives.MultiplyAdd(output, step, change, change);
                    TensorPrimitives.MultiplyAdd(input, step, output, output);
                }
                TensorPrimitives.Add(input, change, input);
            }
        }
    }

    /// <summary>The text as word numbers, -1 at each end of line; words too rare are left out of it.</summary>
    private static (string[] Words, long[] Counts, int[] Text) Count(IEnumerable<string> lines, int minimumCount, int mostWords)
    {
        Dictionary<string, int> numbers = [];
        List<long> counts = [];
        List<int> text = [];
        foreach (string line in lines)
        {
            foreach (string word in UtteranceFeatures.Words(line))
            {
                if (!numbers.TryGetValue(word, out int number))
                {
                    number = numbers[word] = counts.Count;
                    counts.Add(0);
                }
                counts[number]++;
                text.Add(number);
            }
            text.Add(-1);
        }
        string[] words =
        [
            .. numbers
                .Where(entry => counts[entry.Value] >= minimumCount)
                .OrderByDescending(entry => counts[entry.Value])
                .ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Take(mostWords)
                .Select(entry => entry.Key),
        ];
        int[] renumbered = new int[counts.Count];
        Array.Fill(renumbered, -2);
        for (int i = 0; i < words.Length; i++)
            renumbered[numbers[words[i]]] = i;
        int[] kept = [.. text.Select(word => word < 0 ? word : renumbered[word]).Where(word => word != -2)];
        return (words, [.. words.Select(word => counts[numbers[word]])], kept);
    }
}
