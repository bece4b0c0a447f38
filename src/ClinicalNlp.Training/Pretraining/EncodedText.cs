using System.Runtime.InteropServices;
using ClinicalNlp.Text;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>Running text as word numbers, paragraph after paragraph; words too rare for a number are -1.</summary>
/// <param name="Words">Normal forms, the most frequent first.</param>
/// <param name="Counts">How often each occurs.</param>
/// <param name="Tokens">Of all paragraphs, one after another.</param>
/// <param name="Starts">Where each paragraph begins in <paramref name="Tokens"/>, then their end.</param>
internal sealed record EncodedText(string[] Words, long[] Counts, int[] Tokens, int[] Starts)
{
    public int Paragraphs => Starts.Length - 1;

    public ReadOnlySpan<int> Paragraph(int number) => Tokens.AsSpan(Starts[number]..Starts[number + 1]);

    /// <summary>Reads every line once and numbers its words.</summary>
    /// <param name="lines">Paragraphs; a window never crosses one.</param>
    public static EncodedText Of(IEnumerable<string> lines, int minimumCount, int mostWords, CancellationToken cancellation)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        List<long> counts = [];
        List<int> tokens = [];
        List<int> starts = [0];
        char[] buffer = new char[SubwordVectors.LongestWord + 2];
        foreach (string line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Token token in Tokenizer.Tokenize(line))
            {
                ReadOnlySpan<char> word = SubwordVectors.Normalise(token.Span.Slice(line), buffer);
                ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out bool known);
                if (!known)
                {
                    number = counts.Count;
                    counts.Add(0);
                }
                counts[number]++;
                tokens.Add(number);
            }
            starts.Add(tokens.Count);
        }
        string[] words =
        [
            .. numbers
                .Where(entry => counts[entry.Value] >= minimumCount && !entry.Key.Any(char.IsSurrogate))
                .OrderByDescending(entry => counts[entry.Value])
                .ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Take(mostWords)
                .Select(entry => entry.Key),
        ];
        int[] renumbered = new int[counts.Count];
        Array.Fill(renumbered, -1);
        for (int i = 0; i < words.Length; i++)
            renumbered[numbers[words[i]]] = i;
        int[] encoded = [.. tokens];
        for (int i = 0; i < encoded.Length; i++)
            encoded[i] = renumbered[encoded[i]];
        return new EncodedText(words, [.. words.Select(word => counts[numbers[word]])], encoded, [.. starts]);
    }

    /// <summary>The same paragraphs in another order, so that the last ones read are not all of one kind.</summary>
    public EncodedText Shuffled(int seed)
    {
        int[] order = [.. Enumerable.Range(0, Paragraphs)];
        new Random(seed).Shuffle(order);
        int[] tokens = new int[Tokens.Length];
        int[] starts = new int[Starts.Length];
        int at = 0;
        for (int i = 0; i < order.Length; i++)
        {
            ReadOnlySpan<int> paragraph = Paragraph(order[i]);
            paragraph.CopyTo(tokens.AsSpan(at));
            at += paragraph.Length;
            starts[i + 1] = at;
        }
        return this with { Tokens = tokens, Starts = starts };
    }
}
