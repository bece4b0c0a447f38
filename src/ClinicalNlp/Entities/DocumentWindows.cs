using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>A stretch of a document's tokens that the network sees at once.</summary>
/// <param name="Start">First token seen.</param>
/// <param name="CoreStart">First token the window answers for: mentions that start from here ...</param>
/// <param name="CoreEnd">... to here (exclusive) are taken from this window.</param>
/// <param name="End">Last token seen, exclusive.</param>
internal readonly record struct TokenWindow(int Start, int CoreStart, int CoreEnd, int End)
{
    public int Length => End - Start;
}

/// <summary>A text, or a stretch of one, cut into tokens, sentences and the windows that the network sees.</summary>
/// <param name="text">The whole text: the spans of a stretch count from its start too.</param>
/// <param name="tokens">With those of whole sentences around the core, so that what is computed of the core is what the whole would give.</param>
/// <param name="coreStart">First token that the stretch answers for.</param>
/// <param name="coreEnd">Last such token, exclusive.</param>
internal sealed class TokenizedText(string text, Token[] tokens, TextSpan[] sentences, int coreStart, int coreEnd)
{
    /// <summary>Characters of a token that anything looks at: one may be megabytes of encoded data, and a dictionary would hold it again.</summary>
    private const int LongestWord = 64;

    public string Text { get; } = text;
    public Token[] Tokens { get; } = tokens;
    public TextSpan[] Sentences { get; } = sentences;
    public int CoreStart { get; } = coreStart;
    public int CoreEnd { get; } = coreEnd;

    /// <summary>The whole text at once.</summary>
    public static TokenizedText Of(string text)
    {
        Token[] tokens = Tokenizer.Tokenize(text);
        return new TokenizedText(text, tokens, SentenceSplitter.Split(text, tokens), 0, tokens.Length);
    }

    /// <summary>The token's characters; of a very long one the first.</summary>
    public ReadOnlySpan<char> Word(int token)
    {
        TextSpan span = Tokens[token].Span;
        return Text.AsSpan(span.Start, Math.Min(span.Length, LongestWord));
    }

    /// <summary>
    /// Windows of whole sentences up to <paramref name="size"/> tokens; their cores tile the stretch's. A sentence longer than
    /// that is cut where it must be, and the margins then let a mention at the cut be seen whole.
    /// </summary>
    public List<TokenWindow> Windows(int size, int margin)
    {
        List<TokenWindow> windows = [];
        int start = CoreStart;
        int end = CoreStart;
        foreach (TextSpan sentence in Sentences)
        {
            int next = end;
            while (next < CoreEnd && Tokens[next].Span.Start < sentence.End)
                next++;
            if (next - start > size && end > start)
            {
                Add(start, end);
                start = end;
            }
            end = next;
            while (end - start > size)
            {
                Add(start, start + size);
                start += size;
            }
        }
        if (end > start)
            Add(start, end);
        return windows;

        void Add(int from, int to) => windows.Add(new(Math.Max(0, from - margin), from, to, Math.Min(Tokens.Length, to + margin)));
    }
}
