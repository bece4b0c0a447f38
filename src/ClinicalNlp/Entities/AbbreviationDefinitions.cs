using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>A short form in brackets: its first token, how many it has, and its surface.</summary>
internal readonly record struct ShortForm(int First, int Tokens, string Surface)
{
    /// <summary>The token of the bracket before it.</summary>
    public int Open => First - 1;
}

/// <summary>Where a text introduces abbreviations: "acute renal failure (ARF)". After Schwartz and Hearst (2003); knows no mentions.</summary>
internal static class AbbreviationDefinitions
{
    /// <summary>UTF-16 code units.</summary>
    public const int LongestShortForm = 10;
    public const int MostShortTokens = 5;

    /// <summary>Everything in round brackets that could be a short form, whether or not a long form stands before it.</summary>
    /// <param name="from">First token that may be the opening bracket.</param>
    /// <param name="to">Last such token, exclusive.</param>
    public static IEnumerable<ShortForm> ShortForms(TokenizedText document, int from, int to)
    {
        for (int open = Math.Max(1, from); open < to; open++)
        {
            if (document.Word(open) is not "(")
                continue;
            int close = open + 2;
            while (close < document.Tokens.Length && close - open - 1 <= MostShortTokens && document.Word(close) is not ")")
                close++;
            if (close >= document.Tokens.Length || close - open - 1 > MostShortTokens)
                continue;
            TextSpan span = new(document.Tokens[open + 1].Span.Start, document.Tokens[close - 1].Span.End);
            if (LooksShort(span.Slice(document.Text)))
                yield return new ShortForm(open + 1, close - open - 1, span.Of(document.Text));
        }
    }

    /// <summary>The long form before the bracket, found in as many words as Schwartz and Hearst allow.</summary>
    public static TextSpan? LongForm(TokenizedText document, ShortForm form)
    {
        int open = form.Open;
        int words = Math.Min(form.Surface.Length + 5, form.Surface.Length * 2);
        int first = open;
        while (first > Math.Max(0, open - words) && document.Word(first - 1) is not ("." or ";" or ":" or "(" or ")"))
            first--;
        if (first == open)
            return null;
        TextSpan window = new(document.Tokens[first].Span.Start, document.Tokens[open - 1].Span.End);
        int start = LongFormStart(form.Surface, window.Slice(document.Text));
        return start < 0 ? null : new TextSpan(window.Start + start, window.End);
    }

    /// <summary>Where in the text the long form starts: each letter of the short form found from the right, the first at a word's start. -1 when it does not fit.</summary>
    public static int LongFormStart(ReadOnlySpan<char> shortForm, ReadOnlySpan<char> text)
    {
        int at = text.Length - 1;
        for (int s = shortForm.Length - 1; s >= 0; s--)
        {
            char wanted = char.ToLowerInvariant(shortForm[s]);
            if (!char.IsLetterOrDigit(wanted))
                continue;
            while (at >= 0 && (char.ToLowerInvariant(text[at]) != wanted || (s == 0 && at > 0 && char.IsLetterOrDigit(text[at - 1]))))
                at--;
            if (at < 0)
                return -1;
            at--;
        }
        int start = at + 1;
        // "ARF (ARF)" defines nothing.
        return text[start..].Length <= shortForm.Length ? -1 : start;
    }

    /// <summary>Two to ten characters, at least one capital, starting with a letter or digit.</summary>
    private static bool LooksShort(ReadOnlySpan<char> form)
    {
        if (form.Length is < 2 or > LongestShortForm || !char.IsLetterOrDigit(form[0]) || form.Contains('\n'))
            return false;
        foreach (char c in form)
        {
            if (char.IsUpper(c))
                return true;
        }
        return false;
    }
}
