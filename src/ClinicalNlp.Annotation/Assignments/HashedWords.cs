using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>A text's words hashed into buckets (Weinberger et al. 2009): enough to tell what kind of text it is, and no text.</summary>
internal static class HashedWords
{
    private const int Buckets = 256;

    /// <summary>A byte a bucket: how often its words come, root of the count, at most 255.</summary>
    public static byte[] Of(string text)
    {
        var counts = new int[Buckets];
        foreach (var token in Tokenizer.Tokenize(text))
        {
            var word = token.Span.Slice(text);
            // One-letter tokens are punctuation and units, the same in every note.
            if (word.Length > 1)
            {
                counts[Bucket(word)]++;
            }
        }

        return Array.ConvertAll(counts, count => (byte)Math.Min(255, Math.Round(16 * Math.Sqrt(count))));
    }

    /// <summary>The cosine of a text's words with the sum of other texts' words; 0 where either has none.</summary>
    public static double Similarity(byte[] words, double[] sum)
    {
        double product = 0,
            one = 0,
            other = 0;
        for (int i = 0; i < Buckets; i++)
        {
            product += words[i] * sum[i];
            one += words[i] * words[i];
            other += sum[i] * sum[i];
        }

        return one == 0 || other == 0 ? 0 : product / Math.Sqrt(one * other);
    }

    /// <summary>Each text weighs the same, however long it is.</summary>
    public static double[] Sum(IEnumerable<byte[]> texts)
    {
        var sum = new double[Buckets];
        foreach (byte[] words in texts)
        {
            double length = Math.Sqrt(words.Sum(count => (double)count * count));
            for (int i = 0; length > 0 && i < Buckets; i++)
            {
                sum[i] += words[i] / length;
            }
        }

        return sum;
    }

    private static int Bucket(ReadOnlySpan<char> word)
    {
        // FNV-1a, the same in every process, which string hash codes are not.
        uint hash = 2166136261;
        foreach (char letter in word)
        {
            hash = (hash ^ char.ToLowerInvariant(letter)) * 16777619;
        }

        return (int)(hash % Buckets);
    }
}
