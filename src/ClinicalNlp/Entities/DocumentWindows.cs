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

/// <summary>A text cut into tokens, sentences and the windows that the network sees.</summary>
internal sealed class TokenizedText
{
    private TokenizedText(string text, Token[] tokens, TextSpan[] sentences)
    {
        Text = text;
        Tokens = tokens;
        Sentences = sentences;
    }

    public string Text { get; }
    public Token[] Tokens { get; }
    public TextSpan[] Sentences { get; }

    public static TokenizedText Of(string text)
    {
        Token[] tokens = Tokenizer.Tokenize(text);
        return new TokenizedText(text, tokens, SentenceSplitter.Split(text, tokens));
    }

    public ReadOnlySpan<char> Word(int token) => Tokens[token].Span.Slice(Text);

    /// <summary>
    /// Windows of whole sentences up to <paramref name="size"/> tokens; their cores tile the document. A sentence longer than
    /// that is cut where it must be, and the margins then let a mention at the cut be seen whole.
    /// </summary>
    public List<TokenWindow> Windows(int size, int margin)
    {
        List<TokenWindow> windows = [];
        int start = 0;
        int end = 0;
        foreach (TextSpan sentence in Sentences)
        {
            int next = end;
            while (next < Tokens.Length && Tokens[next].Span.Start < sentence.End)
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
