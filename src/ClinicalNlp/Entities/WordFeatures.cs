using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>One embedding table and how many of its rows a word uses.</summary>
/// <param name="Rows">Row 0 is always zero: words with fewer features point their free slots at it.</param>
internal sealed record FeatureTable(string Name, int Rows, int Width, int Slots);

/// <summary>What the network is told of a word by itself: hashed rows for its lower-cased form, ends, shape and character n-grams.</summary>
/// <remarks>
/// Hash embeddings with two rows a word after Svenstrup et al. 2017; the choice of features after spaCy's tok2vec. Hashes are stable:
/// they are part of every trained model, so a change here needs a new <see cref="Version"/>.
/// </remarks>
internal static class WordFeatures
{
    public const int Version = 2;

    private const int PrefixSlots = 3;
    private const int SuffixSlots = 4;

    /// <summary>Beyond this many n-grams a word's middle says nothing new: enough for words of 17 letters.</summary>
    private const int GramSlots = 30;

    public static IReadOnlyList<FeatureTable> Tables { get; } =
    [
        new("word", 32768, 96, 2),
        new("prefix", 8192, 48, PrefixSlots),
        new("suffix", 16384, 64, SuffixSlots),
        new("shape", 2048, 32, 2),
        new("grams", 32768, 64, GramSlots),
    ];

    /// <summary>Row indices a word needs, over all tables.</summary>
    public static int Slots { get; } = Tables.Sum(table => table.Slots);

    public static int Width { get; } = Tables.Sum(table => table.Width);

    /// <summary>Longest part of a word that is looked at: a base64 blob is not worth hashing.</summary>
    private const int LongestWord = 64;

    /// <summary>Writes the row indices of one word: the tables' slots one after another.</summary>
    public static void Fill(ReadOnlySpan<char> word, Span<int> rows)
    {
        rows.Clear();
        if (word.Length > LongestWord)
            word = word[..LongestWord];
        Span<char> padded = stackalloc char[LongestWord + 2];
        padded[0] = '\u0002';
        Span<char> lower = padded.Slice(1, word.Length);
        for (int i = 0; i < word.Length; i++)
            lower[i] = char.ToLowerInvariant(word[i]);
        padded[word.Length + 1] = '\u0003';

        int at = 0;
        ulong norm = Hash(lower, 1);
        rows[at++] = Row(norm, Tables[0].Rows);
        rows[at++] = Row(StableHash.Mix(norm), Tables[0].Rows);

        for (int i = 0; i < PrefixSlots; i++)
        {
            int length = i + 2;
            rows[at + i] = length <= lower.Length ? Row(Hash(lower[..length], (ulong)(10 + length)), Tables[1].Rows) : 0;
        }
        at += PrefixSlots;
        for (int i = 0; i < SuffixSlots; i++)
        {
            int length = i + 2;
            rows[at + i] = length <= lower.Length ? Row(Hash(lower[^length..], (ulong)(20 + length)), Tables[2].Rows) : 0;
        }
        at += SuffixSlots;

        Span<char> shape = stackalloc char[LongestWord];
        int shapeLength = Shape(word, shape);
        rows[at++] = Row(Hash(shape[..shapeLength], 31), Tables[3].Rows);
        rows[at++] = Row(StableHash.Mix((ulong)(0x5eed00 + Math.Min(word.Length, 20))), Tables[3].Rows);

        int used = 0;
        ReadOnlySpan<char> marked = padded[..(word.Length + 2)];
        for (int length = 4; length >= 3; length--)
        {
            for (int i = 0; i + length <= marked.Length && used < GramSlots; i++)
                rows[at + used++] = Row(Hash(marked.Slice(i, length), (ulong)(40 + length)), Tables[4].Rows);
        }
    }

    /// <summary>Xxxx dd: runs longer than four are cut, so that long words share a shape.</summary>
    private static int Shape(ReadOnlySpan<char> word, Span<char> shape)
    {
        int length = 0;
        int run = 0;
        char previous = '\0';
        foreach (char c in word)
        {
            char kind =
                char.IsAsciiLetterUpper(c) || (c > 127 && char.IsUpper(c)) ? 'X'
                : char.IsLetter(c) ? 'x'
                : char.IsDigit(c) ? 'd'
                : c;
            run = kind == previous ? run + 1 : 1;
            previous = kind;
            if (run <= 4)
                shape[length++] = kind;
        }
        return length;
    }

    private static ulong Hash(ReadOnlySpan<char> text, ulong seed)
    {
        ulong hash = 0xcbf29ce484222325 ^ (seed * 0x9e3779b97f4a7c15);
        foreach (char c in text)
            hash = (hash ^ c) * 0x100000001b3;
        return StableHash.Mix(hash);
    }

    private static int Row(ulong hash, int rows) => 1 + (int)(hash % (uint)(rows - 1));
}
