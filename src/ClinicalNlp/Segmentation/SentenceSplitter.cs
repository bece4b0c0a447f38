using System.Buffers;
using System.Collections.Frozen;
using ClinicalNlp.Text;

namespace ClinicalNlp.Segmentation;

/// <summary>Cuts a note into sentences: blank lines, headings, list items and full stops end one; a hard wrap at the margin does not.</summary>
/// <remarks>
/// The answer is half-open UTF-16 spans from the first to the last token of each sentence; together they cover every token.
/// How long a sentence gets is decided here only for texts without any: whoever feeds a network cuts windows.
/// </remarks>
public static class SentenceSplitter
{
    /// <summary>A line this short is never taken for one that was wrapped at the margin.</summary>
    private const int ShortestWrappedLine = 45;

    /// <summary>A heading has at most this many words before its colon or end of line.</summary>
    private const int LongestHeading = 6;

    /// <summary>Tokens of a sentence. Listings and encoded data have no sentence ends, and are cut so that they can be worked on a stretch at a time.</summary>
    internal const int LongestSentence = 2000;

    /// <summary>Closing quotes and brackets looked through for the full stop before them.</summary>
    private const int MostClosers = 8;

    /// <summary>Tokens before the one decided on that a decision may look at; the first of its line and of its sentence may be further back.</summary>
    internal const int LookBack = 2 * LongestHeading + 2;

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\u0085\u2028\u2029");

    /// <summary>Followed by a full stop these end no sentence, whatever comes next.</summary>
    private static readonly FrozenSet<string> Titles = FrozenSet.ToFrozenSet(
        [
            "Dr",
            "Drs",
            "Mr",
            "Mrs",
            "Ms",
            "Prof",
            "St",
            "Mt",
            "Fig",
            "Figs",
            "Eq",
            "Ref",
            "Refs",
            "vs",
            "cf",
            "approx",
            "viz",
            "resp",
            "Tbl",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Followed by a full stop and a number these end no sentence.</summary>
    private static readonly FrozenSet<string> BeforeNumbers = FrozenSet.ToFrozenSet(
        ["No", "Nos", "Vol", "Vols", "pp", "p", "Sec", "Ch", "Tab", "ca"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Dotted letters that run on into the sentence; the others (q.i.d., p.o., a.m.) may end it.</summary>
    private static readonly FrozenSet<string> RunOn = FrozenSet.ToFrozenSet(
        ["e.g.", "i.e.", "U.S.", "U.K.", "a.k.a.", "w.r.t."],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Words that start a sentence after a single letter and a stop: "vitamin D. The".</summary>
    private static readonly FrozenSet<string> Starters = FrozenSet.ToFrozenSet([
        "The",
        "This",
        "These",
        "There",
        "He",
        "She",
        "It",
        "We",
        "They",
        "In",
        "On",
        "No",
        "Patient",
        "Pt",
        "However",
        "After",
        "His",
        "Her",
    ]);

    /// <summary>Headings written in mixed case with text on the same line.</summary>
    private static readonly FrozenSet<string> Headings = FrozenSet.ToFrozenSet(
        [
            "assessment",
            "allergies",
            "chief complaint",
            "current medications",
            "diagnosis",
            "discharge diagnosis",
            "discharge medications",
            "family history",
            "findings",
            "history",
            "history of present illness",
            "hospital course",
            "impression",
            "indication",
            "laboratory data",
            "labs",
            "medications",
            "objective",
            "past medical history",
            "past surgical history",
            "physical examination",
            "plan",
            "review of systems",
            "social history",
            "subjective",
            "vital signs",
            "vitals",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    public static TextSpan[] Split(string text, IReadOnlyList<Token> tokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(tokens);
        var sentences = new List<TextSpan>(tokens.Count / 15 + 1);
        new SentenceScan(text).Read(tokens, complete: true, sentences);
        return [.. sentences];
    }

    /// <summary>Whether a sentence ends before token <paramref name="next"/>.</summary>
    /// <param name="first">First token of the sentence.</param>
    /// <param name="breaks">Line breaks before <paramref name="next"/>, as <see cref="LineBreaks"/> counts them.</param>
    internal static bool Ends(string text, IReadOnlyList<Token> tokens, int first, SentenceLine line, int next, int breaks, int margin)
    {
        var gap = tokens[next].Span.Start - tokens[next - 1].Span.End;
        return breaks > 1
            || next - first >= LongestSentence
            || (breaks == 1 ? EndsAtLineBreak(text, tokens, line, next, margin) : gap > 0 && EndsHeading(text, tokens, line, next))
            || (gap > 0 && EndsAtStop(text, tokens, first, next));
    }

    /// <summary>The line that starts with a token.</summary>
    internal static SentenceLine LineAt(string text, IReadOnlyList<Token> tokens, int first)
    {
        var from = first == 0 ? 0 : tokens[first - 1].Span.End;
        var indentation = text.AsSpan(from, tokens[first].Span.Start - from);
        return new(first, from + indentation.LastIndexOfAny(LineEnds) + 1, IsListItem(text, tokens, first));
    }

    /// <summary>The length of the longest line when the text looks wrapped by hand (no line beyond 130), else 0.</summary>
    internal static int Margin(string text)
    {
        var longest = 0;
        var lines = 0;
        for (var at = 0; at < text.Length; )
        {
            var length = text.AsSpan(at).IndexOfAny(LineEnds);
            if (length < 0)
                length = text.Length - at;
            longest = Math.Max(longest, length);
            lines++;
            at += length + 1;
        }
        return lines > 2 && longest is >= ShortestWrappedLine and <= 130 ? longest : 0;
    }

    /// <summary>0, 1, or 2 for more; CR-LF is one.</summary>
    internal static int LineBreaks(ReadOnlySpan<char> gap)
    {
        var breaks = 0;
        for (var at = 0; at < gap.Length && breaks < 2; at++)
        {
            if (!LineEnds.Contains(gap[at]))
                continue;
            breaks++;
            if (gap[at] == '\r' && at + 1 < gap.Length && gap[at + 1] == '\n')
                at++;
        }
        return breaks;
    }

    private static bool EndsAtLineBreak(string text, IReadOnlyList<Token> tokens, SentenceLine line, int next, int margin)
    {
        var last = text[tokens[next - 1].Span.End - 1];
        // A bare "2." waits for its text on the next line.
        if (next - line.First == 2 && tokens[next - 1].Span.Start == tokens[line.First].Span.End && line.IsListItem)
            return false;
        if (last is ':' or '.' or '!' or '?' || IsListItem(text, tokens, next) || line.IsListItem)
            return !IsContinuation(text, tokens, line, next, margin, last);
        var start = text[tokens[next].Span.Start];
        if (last is ',' or '-' or '/' or '(')
            return false;
        if (char.IsLower(start))
            return LineLength(tokens, line, next) < ShortestWrappedLine;
        return !WasWrapped(text, tokens, line, next, margin);
    }

    /// <summary>A lower-case line below a full one goes on with the list item or abbreviation above it.</summary>
    private static bool IsContinuation(string text, IReadOnlyList<Token> tokens, SentenceLine line, int next, int margin, char last) =>
        last is not (':' or '!' or '?')
        && !IsListItem(text, tokens, next)
        && (last != '.' || EndsWithAbbreviation(text, tokens, next))
        && (char.IsLower(text[tokens[next].Span.Start]) || WasWrapped(text, tokens, line, next, margin));

    /// <summary>The next word would not have fitted on the line above, so the break is the margin's and not the writer's.</summary>
    private static bool WasWrapped(string text, IReadOnlyList<Token> tokens, SentenceLine line, int next, int margin)
    {
        if (margin == 0)
            return false;
        var length = LineLength(tokens, line, next);
        var word = tokens[next].Span.Start;
        while (word < text.Length && !char.IsWhiteSpace(text[word]))
            word++;
        return length >= ShortestWrappedLine && length + 1 + word - tokens[next].Span.Start > margin;
    }

    private static int LineLength(IReadOnlyList<Token> tokens, SentenceLine line, int next) => tokens[next - 1].Span.End - line.Start;

    /// <summary><c>- x</c>, <c>• x</c>, <c>* x</c>, <c>1. x</c>, <c>2) x</c>, <c>a) x</c> at the start of a line.</summary>
    private static bool IsListItem(string text, IReadOnlyList<Token> tokens, int at)
    {
        var marker = tokens[at].Span;
        var c = text[marker.Start];
        if (marker.Length == 1 && c is '-' or '*' or '•' or '–' or '—' or '·' or '▪' or '●' or '○' or '◦' or '‣')
            return BlankAt(text, marker.End);
        if (at + 1 >= tokens.Count || tokens[at + 1].Span.Start != marker.End || text[marker.End] is not ('.' or ')' or ':'))
            return false;
        var numbered = marker.Length <= 2 && char.IsAsciiDigit(c) && char.IsAsciiDigit(text[marker.End - 1]);
        var lettered = marker.Length == 1 && char.IsAsciiLetter(c) && text[marker.End] == ')';
        return (numbered || lettered) && BlankAt(text, marker.End + 1);
    }

    private static bool BlankAt(string text, int at) => at >= text.Length || char.IsWhiteSpace(text[at]);

    /// <summary>A line start up to a colon that is all capitals (<c>HPI:</c>) or a well-known heading (<c>Medications:</c>).</summary>
    private static bool EndsHeading(string text, IReadOnlyList<Token> tokens, SentenceLine line, int next)
    {
        var colon = tokens[next - 1].Span;
        var words = next - 1 - line.First;
        if (words is 0 or > 2 * LongestHeading || colon.Length != 1 || text[colon.Start] != ':')
            return false;
        var heading = text.AsSpan(tokens[line.First].Span.Start, tokens[next - 2].Span.End - tokens[line.First].Span.Start);
        if (heading.IndexOfAny(LineEnds) >= 0)
            return false;
        if (Headings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(heading))
            return true;
        var letters = 0;
        foreach (var c in heading)
        {
            if (char.IsLower(c) || char.IsDigit(c))
                return false;
            if (char.IsUpper(c))
                letters++;
        }
        return letters >= 2;
    }

    private static bool EndsAtStop(string text, IReadOnlyList<Token> tokens, int first, int next)
    {
        // The stop may stand before closing quotes and brackets.
        var stop = next - 1;
        var limit = Math.Max(first, stop - MostClosers);
        while (stop > limit && text[tokens[stop].Span.Start] is ')' or ']' or '"' or '”' or '’' or '\'' && tokens[stop].Span.Length == 1)
            stop--;
        var span = tokens[stop].Span;
        var last = text[span.End - 1];
        if (last is '。' or '！' or '？')
            return true;
        if (last is not ('.' or '!' or '?'))
            return false;
        var start = text[tokens[next].Span.Start];
        if (char.IsLower(start) || start is ',' or ';' or ')' or '%')
            return false;
        // "? 100 ng/ml": a comparison sign that did not survive its encoding.
        if (last == '?' && char.IsAsciiDigit(start) && stop > first && tokens[stop - 1].Span.End < span.Start)
            return false;
        if (last != '.')
            return true;
        // "1." opens a list item; it ends nothing.
        if (stop - first <= 1 && IsListItem(text, tokens, first))
            return false;
        return !EndsWithAbbreviation(text, tokens, next);
    }

    private static bool EndsWithAbbreviation(string text, IReadOnlyList<Token> tokens, int next)
    {
        var stop = tokens[next - 1].Span;
        if (text[stop.End - 1] != '.')
            return false;
        if (stop.Length > 2 && char.IsAsciiLetter(text[stop.Start]))
            return RunOn.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stop.Slice(text));
        if (next < 2 || tokens[next - 2].Span.End != stop.Start || stop.Length != 1)
            return false;
        var word = tokens[next - 2].Span.Slice(text);
        if (Titles.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
            return true;
        var following = tokens[next].Span.Slice(text);
        if (BeforeNumbers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
            return char.IsAsciiDigit(following[0]);
        // "J. Smith", "E. coli"; "c. 1093"
        return word.Length == 1
            && (char.IsUpper(word[0]) ? char.IsLetter(following[0]) : char.IsAsciiLetterLower(word[0]) && char.IsAsciiDigit(following[0]))
            && !Starters.GetAlternateLookup<ReadOnlySpan<char>>().Contains(following);
    }
}
