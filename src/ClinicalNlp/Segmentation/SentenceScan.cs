using ClinicalNlp.Text;

namespace ClinicalNlp.Segmentation;

/// <param name="First">Its first token; what it looks at of that is kept here, because the token itself may have been dropped.</param>
/// <param name="Start">Where its indentation starts, in UTF-16 code units.</param>
internal readonly record struct SentenceLine(int First, int Start, bool IsListItem);

/// <summary>The splitter's place in a text whose tokens come a stretch at a time: the sentences are those of the text as a whole.</summary>
internal sealed class SentenceScan(string text)
{
    private readonly int margin = SentenceSplitter.Margin(text);
    private SentenceLine line = new(-1, 0, false);
    private int next = 1;

    /// <summary>First token, in the list last read, of the sentence that has not ended yet.</summary>
    public int First { get; private set; }

    /// <summary>Reads on and appends the sentences that end.</summary>
    /// <param name="tokens">Those of the call before, less what was dropped, and more.</param>
    /// <param name="complete">No more will come: the last sentence ends with them.</param>
    public void Read(IReadOnlyList<Token> tokens, bool complete, List<TextSpan> sentences)
    {
        // Whether a token opens a list item shows only with the one after it.
        var end = complete ? tokens.Count : tokens.Count - 1;
        if (next == 1 && line.First < 0 && end > 0)
            line = SentenceSplitter.LineAt(text, tokens, 0);
        for (; next < end; next++)
        {
            var gap = text.AsSpan(tokens[next - 1].Span.End, tokens[next].Span.Start - tokens[next - 1].Span.End);
            var breaks = SentenceSplitter.LineBreaks(gap);
            if (SentenceSplitter.Ends(text, tokens, First, line, next, breaks, margin))
            {
                sentences.Add(new TextSpan(tokens[First].Span.Start, tokens[next - 1].Span.End));
                First = next;
            }
            if (breaks > 0)
                line = SentenceSplitter.LineAt(text, tokens, next);
        }
        if (complete && First < tokens.Count)
        {
            sentences.Add(new TextSpan(tokens[First].Span.Start, tokens[^1].Span.End));
            First = tokens.Count;
        }
    }

    /// <summary>The first <paramref name="count"/> tokens of the list were dropped; none of the open sentence, and <see cref="SentenceSplitter.LookBack"/> before it stay.</summary>
    public void Drop(int count)
    {
        First -= count;
        next -= count;
        line = line with { First = line.First - count };
    }
}
