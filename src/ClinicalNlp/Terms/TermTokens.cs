using System.Buffers;
using ClinicalNlp.Text;

namespace ClinicalNlp.Terms;

/// <summary>The tokens of a text that terms are compared by, each hashed once: hyphens between words and possessives are left out.</summary>
/// <remarks>"non-small cell" and "non small cell", "Parkinson's disease" and "Parkinson disease" are then the same sequence.</remarks>
internal readonly struct TermTokens : IDisposable
{
    private readonly int[] places;
    private readonly TokenHash[] hashes;

    private TermTokens(int[] places, TokenHash[] hashes, int count)
    {
        this.places = places;
        this.hashes = hashes;
        Count = count;
    }

    public int Count { get; }

    /// <summary>Index of each among all tokens of the text.</summary>
    public ReadOnlySpan<int> Places => places.AsSpan(0, Count);

    public ReadOnlySpan<TokenHash> Hashes => hashes.AsSpan(0, Count);

    public static TermTokens Of(string text, ReadOnlySpan<Token> tokens)
    {
        int[] kept = ArrayPool<int>.Shared.Rent(tokens.Length);
        TokenHash[] hashed = ArrayPool<TokenHash>.Shared.Rent(tokens.Length);
        int count = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            ReadOnlySpan<char> word = tokens[i].Span.Slice(text);
            if (TermHash.IsPossessive(word) || (TermHash.IsHyphen(word) && Joins(tokens, i)))
                continue;
            kept[count] = i;
            hashed[count++] = TermHash.Of(word);
        }
        return new TermTokens(kept, hashed, count);
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<TokenHash>.Shared.Return(hashes);
    }

    /// <summary>A dash with space around it is punctuation and ends a term.</summary>
    private static bool Joins(ReadOnlySpan<Token> tokens, int i) =>
        i > 0 && i + 1 < tokens.Length && tokens[i - 1].Span.End == tokens[i].Span.Start && tokens[i].Span.End == tokens[i + 1].Span.Start;
}
