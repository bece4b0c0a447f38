using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>What the network is told of a token's place, which the word itself does not show.</summary>
internal static class ContextFlags
{
    public const int Width = 8;

    /// <summary>Fills [tokens, <see cref="Width"/>].</summary>
    /// <param name="sentences">As the sentence splitter cut them.</param>
    public static void Fill(string text, ReadOnlySpan<Token> tokens, ReadOnlySpan<TextSpan> sentences, Span<float> flags)
    {
        flags[..(tokens.Length * Width)].Clear();
        int sentence = 0;
        int depth = 0;
        bool capitals = false;
        for (int i = 0; i < tokens.Length; i++)
        {
            Span<float> flag = flags.Slice(i * Width, Width);
            TextSpan span = tokens[i].Span;
            while (sentence < sentences.Length && sentences[sentence].End <= span.Start)
                sentence++;
            bool starts = sentence < sentences.Length && sentences[sentence].Start == span.Start;
            if (starts)
            {
                depth = 0;
                capitals = IsCapitals(sentences[sentence].Slice(text));
            }
            bool lineStart = i == 0 || HasLineBreak(text, tokens[i - 1].Span.End, span.Start);
            bool lineEnd = i + 1 == tokens.Length || HasLineBreak(text, span.End, tokens[i + 1].Span.Start);
            char first = text[span.Start];
            if (first is ')' or ']' && depth > 0)
                depth--;
            flag[0] = starts ? 1 : 0;
            flag[1] = lineStart ? 1 : 0;
            flag[2] = lineEnd ? 1 : 0;
            flag[3] = i > 0 && tokens[i - 1].Span.End == span.Start ? 1 : 0;
            flag[4] = i + 1 < tokens.Length && tokens[i + 1].Span.Start == span.End ? 1 : 0;
            flag[5] = depth > 0 ? 1 : 0;
            flag[6] = capitals ? 1 : 0;
            flag[7] = 1;
            if (first is '(' or '[')
                depth++;
        }
    }

    private static bool HasLineBreak(string text, int from, int to) => text.AsSpan(from, to - from).IndexOfAny('\n', '\r') >= 0;

    /// <summary>A heading, or a note dictated in capitals: case then says nothing about words.</summary>
    private static bool IsCapitals(ReadOnlySpan<char> sentence)
    {
        int upper = 0;
        int lower = 0;
        foreach (char c in sentence)
        {
            if (char.IsUpper(c))
                upper++;
            else if (char.IsLower(c))
                lower++;
        }
        return upper > 4 && lower * 10 < upper;
    }
}
