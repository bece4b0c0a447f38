using System.Collections.Frozen;
using ClinicalNlp.Text;

namespace ClinicalNlp.Intents;

/// <param name="Announced">The writer says that something new comes (<c>also</c>, <c>plus</c>, a semicolon, a new line) before it.</param>
public readonly record struct UtteranceSegment(TextSpan Span, bool Announced);

/// <summary>
/// Cuts a message where it may go on to another request: after a sentence, at <c>also</c>, <c>plus</c>, <c>and then</c>, and at a comma or <c>and</c>
/// that a question or a request follows. Too many cuts do no harm: what belongs together gets one intent again.
/// </summary>
public static class UtteranceSegments
{
    /// <summary>Fewer words than this say too little to be classified by themselves.</summary>
    internal const int FewestWords = 3;

    private static readonly FrozenSet<string> SentenceEnds = FrozenSet.ToFrozenSet([".", "!", "?", ";", "...", "…"]);

    /// <summary>Begin something new wherever they stand.</summary>
    private static readonly FrozenSet<string> Joiners = FrozenSet.ToFrozenSet([
        "also",
        "plus",
        "additionally",
        "btw",
        "secondly",
        "furthermore",
        "besides",
        "meanwhile",
        "anyway",
        "+",
    ]);

    /// <summary>Between two requests, and between two of anything else: they count when <see cref="Starters"/> follow.</summary>
    private static readonly FrozenSet<string> Links = FrozenSet.ToFrozenSet([
        "and",
        "n",
        "&",
        "but",
        "or",
        "then",
        ",",
        "-",
        "–",
        "—",
        ":",
        "so",
    ]);

    /// <summary>What questions and requests begin with.</summary>
    private static readonly FrozenSet<string> Starters = FrozenSet.ToFrozenSet([
        .. "what when where who how why which whats wheres hows is are am was were do does did can could cud would will should shall has have had may might".Split(
            ' '
        ),
        .. "i id im ive ill we wed weve my our your you u the it its there he she they if please pls plz kindly".Split(' '),
        .. "need want wanna like send book cancel refill renew change move reschedule update check tell get give let make order put call talk speak confirm".Split(
            ' '
        ),
        .. "schedule explain fix help refer print reorder connect transfer push swap switch remind ask find show take email mail text ring resend request set see".Split(
            ' '
        ),
        .. "wondering wanted needing looking hoping while not".Split(' '),
    ]);

    /// <summary>Words that a segment may begin with and that say nothing of its request.</summary>
    private static readonly FrozenSet<string> Openers = FrozenSet.ToFrozenSet([.. Joiners, .. Links, .. SentenceEnds, "oh", ")", "("]);

    /// <summary>At least one for a text with words; in order, apart, without the joining words between them.</summary>
    public static IReadOnlyList<UtteranceSegment> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = Tokenizer.Tokenize(text);
        List<(int First, int End)> parts = [];
        var first = 0;
        for (var at = 1; at <= tokens.Length; at++)
        {
            if (at < tokens.Length && !Begins(text, tokens, at))
                continue;
            // What is too short joins its neighbour before it; at the beginning, the one after it.
            if (
                parts.Count > 0
                && (Words(text, tokens, first, at) < FewestWords || Words(text, tokens, parts[^1].First, parts[^1].End) < FewestWords)
            )
                parts[^1] = (parts[^1].First, at);
            else
                parts.Add((first, at));
            first = at;
        }
        List<UtteranceSegment> segments = [];
        foreach (var part in parts)
        {
            if (Trimmed(text, tokens, part.First, part.End) is { } span)
                segments.Add(new(span, segments.Count > 0 && Announces(text[segments[^1].Span.End..span.Start])));
        }
        return segments;
    }

    private static bool Announces(string between)
    {
        if (between.AsSpan().ContainsAny(";\n\r"))
            return true;
        foreach (var token in Tokenizer.Tokenize(between))
        {
            if (Word(between, token) is var word && (Joiners.Contains(word) || word == "then"))
                return true;
        }
        return false;
    }

    private static bool Begins(string text, Token[] tokens, int at)
    {
        var between = text.AsSpan(tokens[at - 1].Span.End, tokens[at].Span.Start - tokens[at - 1].Span.End);
        if (between.ContainsAny('\n', '\r'))
            return true;
        var before = Word(text, tokens[at - 1]);
        var word = Word(text, tokens[at]);
        // "?!" and "..." end one sentence, not two.
        if (SentenceEnds.Contains(before) && !SentenceEnds.Contains(word))
            return true;
        if (Openers.Contains(before))
            return false; // began there, or stands between two of a kind
        if (Joiners.Contains(word))
            return true;
        if (!Links.Contains(word))
            return false;
        var next = at + 1;
        while (next < tokens.Length && (Openers.Contains(Word(text, tokens[next])) || Word(text, tokens[next]) == "please"))
            next++;
        return next < tokens.Length
            && (next > at + 1 && Joiners.Contains(Word(text, tokens[next - 1])) || Starters.Contains(Word(text, tokens[next])));
    }

    private static TextSpan? Trimmed(string text, Token[] tokens, int first, int end)
    {
        while (first < end && Openers.Contains(Word(text, tokens[first])))
            first++;
        while (end > first && tokens[end - 1] is var last && Openers.Contains(Word(text, last)) && Word(text, last) != "?")
            end--;
        return first == end ? null : new TextSpan(tokens[first].Span.Start, tokens[end - 1].Span.End);
    }

    private static int Words(string text, Token[] tokens, int first, int end)
    {
        var count = 0;
        for (var at = first; at < end; at++)
        {
            if (char.IsLetterOrDigit(text[tokens[at].Span.Start]) && !Openers.Contains(Word(text, tokens[at])))
                count++;
        }
        return count;
    }

    private static string Word(string text, Token token) => token.Span.Of(text).ToLowerInvariant();
}
