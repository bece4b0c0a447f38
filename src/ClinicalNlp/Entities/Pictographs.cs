using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>Emoji at the edge of a mention, which no corpus of notes has taught a model to leave out.</summary>
internal static class Pictographs
{
    /// <summary>A mention without the emoji that it begins and ends with; null when nothing else is left.</summary>
    /// <param name="first">Its first token; <paramref name="last"/> is its last.</param>
    public static (int First, int Last)? Trim(string text, ReadOnlySpan<Token> tokens, int first, int last)
    {
        while (first <= last && Is(text, tokens[first]))
            first++;
        while (last > first && Is(text, tokens[last]))
            last--;
        return first <= last ? (first, last) : null;
    }

    /// <summary>By the blocks that Extended_Pictographic (UTS #51) is nearly all of; signs of units and trade marks are elsewhere.</summary>
    private static bool Is(string text, Token token) =>
        text[token.Span.Start] >= '\u2600'
        && Rune.TryGetRuneAt(text, token.Span.Start, out Rune rune)
        && rune.Value is (>= 0x2600 and <= 0x27BF) or (>= 0x2B00 and <= 0x2BFF) or (>= 0x1F000 and <= 0x1FBFF);
}
