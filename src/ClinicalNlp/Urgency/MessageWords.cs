using System.Globalization;
using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Urgency;

/// <summary>A word as the patterns see it: lower case, no apostrophes, its spelling variants made one.</summary>
/// <param name="Sentence">Counts up at <c>. ! ? ;</c> and line ends.</param>
/// <param name="AfterComma">A comma, colon or dash stands between this word and the one before.</param>
/// <param name="Number">The value of a number; NaN of a word.</param>
internal readonly record struct MessageWord(string Text, TextSpan Span, int Sentence, bool AfterComma, double Number);

/// <param name="One">What the words are read as.</param>
internal sealed record SamePhrase(string[] Words, string One);

/// <summary>Tokens to words. People who write in a hurry leave out apostrophes, so everybody's are left out: <c>can't</c>, <c>cant</c>, <c>cannot</c> are one.</summary>
internal static class MessageWords
{
    private const int ShortestStretch = 3;

    /// <param name="same">Phrases that are one word, <c>can not</c> and <c>cant</c>, by their first word; longer ones first.</param>
    public static MessageWord[] Of(string text, IReadOnlyDictionary<string, SamePhrase[]> same)
    {
        var words = Split(text);
        List<MessageWord> joined = new(words.Count);
        for (var at = 0; at < words.Count; )
        {
            var taken = 1;
            var word = words[at];
            if (same.TryGetValue(word.Text, out var phrases) && Array.Find(phrases, phrase => Stands(phrase, words, at)) is { } found)
            {
                taken = found.Words.Length;
                word = word with { Text = found.One, Span = new TextSpan(word.Span.Start, words[at + taken - 1].Span.End) };
            }
            joined.Add(word);
            at += taken;
        }
        return [.. joined];
    }

    private static bool Stands(SamePhrase phrase, List<MessageWord> words, int at)
    {
        if (at + phrase.Words.Length > words.Count || words[at + phrase.Words.Length - 1].Sentence != words[at].Sentence)
            return false;
        for (var i = 1; i < phrase.Words.Length; i++)
        {
            if (words[at + i].Text != phrase.Words[i])
                return false;
        }
        return true;
    }

    private static List<MessageWord> Split(string text)
    {
        List<MessageWord> words = [];
        var sentence = 0;
        var comma = false;
        var previousEnd = 0;
        foreach (var token in Tokenizer.Tokenize(text))
        {
            var surface = token.Span.Slice(text);
            if (text.AsSpan(previousEnd, token.Span.Start - previousEnd).ContainsAny('\n', '\r'))
                sentence++;
            var attached = words.Count > 0 && words[^1].Span.End == token.Span.Start;
            previousEnd = token.Span.End;
            if (surface is "." or "!" or "?" or ";")
                sentence++;
            else if (surface[0] is ',' or ':' or '-' or '–' or '—' or '.' or '…' or '(' or ')')
                comma = true;
            else if (surface[0] is '\'' or '’' && surface.Length > 1 && attached)
                words[^1] = words[^1] with
                {
                    Text = words[^1].Text + Plain(surface[1..]),
                    Span = new TextSpan(words[^1].Span.Start, token.Span.End),
                };
            else if (char.IsLetterOrDigit(surface[0]) || surface[0] is '%' or '°')
            {
                words.Add(new(Plain(surface), token.Span, sentence, comma, NumberOf(surface)));
                comma = false;
            }
        }
        return words;
    }

    private static double NumberOf(ReadOnlySpan<char> surface) =>
        char.IsAsciiDigit(surface[0])
        && double.TryParse(
            surface.ToString().Replace(',', '.'),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : double.NaN;

    /// <summary>Lower case, without dots (<c>O.D.</c>); a letter held down (<c>heeelp</c>) is one letter.</summary>
    private static string Plain(ReadOnlySpan<char> surface)
    {
        StringBuilder plain = new(surface.Length);
        var run = 0;
        for (var i = 0; i < surface.Length; i++)
        {
            var letter = char.ToLowerInvariant(surface[i]);
            if (letter == '.' && char.IsLetter(surface[0]))
                continue;
            run = plain.Length > 0 && plain[^1] == letter ? run + 1 : 1;
            plain.Append(letter);
            if (run >= ShortestStretch && char.IsLetter(letter))
            {
                plain.Length -= run - 1;
                run = 1;
            }
        }
        return plain.ToString();
    }
}
