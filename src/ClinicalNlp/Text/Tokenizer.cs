using System.Buffers;
using System.Globalization;
using System.Text;

namespace ClinicalNlp.Text;

/// <summary>Splits clinical text into tokens whose boundaries are where annotators put theirs.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A word is a run of letters and, when it starts with a letter, the digits in it: <c>HbA1c</c>, <c>CYP2D6</c>, <c>T12</c>.</item>
/// <item>A number keeps its decimals and thousands (<c>7.25</c>, <c>1,25</c>) and gives up its unit: <c>5mg/kg</c> is 5 | mg | / | kg.</item>
/// <item>Hyphens and slashes stand alone, because entities end at them: <c>alpha-methyldopa</c>, <c>120/80</c>, <c>b/p</c>.</item>
/// <item>Letters with dots are one token: <c>q.i.d.</c>, <c>p.o.</c>. A degree keeps its scale: <c>°C</c>. <c>'s</c> is a token.</item>
/// <item>Anything else is one text element, so that an emoji family or a letter with its marks is never cut.</item>
/// </list>
/// White space, zero-width space and control characters belong to no token. Every boundary is a text element boundary.
/// </remarks>
public static class Tokenizer
{
    private enum Kind : byte
    {
        Blank,
        Letter,
        Digit,
        Symbol,

        /// <summary>A symbol whose repetitions draw a line (<c>-----</c>) and count as one token.</summary>
        Rule,
    }

    /// <summary>Letters of a dotted abbreviation.</summary>
    private const int LongestDotted = 16;

    private static readonly Kind[] AsciiKinds = BuildAsciiKinds();

    public static Token[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Tokenize(text, new TextSpan(0, text.Length));
    }

    /// <summary>The tokens of a part of the text, with offsets of the whole.</summary>
    public static Token[] Tokenize(string text, TextSpan range)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, text.Length, nameof(range));
        var scratch = ArrayPool<Token>.Shared.Rent(Math.Max(16, range.Length / 3));
        var count = 0;
        var chars = text.AsSpan(0, range.End);
        for (var at = range.Start; Next(chars, range.Start, ref at) is { } token; )
        {
            if (count == scratch.Length)
            {
                var larger = ArrayPool<Token>.Shared.Rent(count * 2);
                scratch.AsSpan(0, count).CopyTo(larger);
                ArrayPool<Token>.Shared.Return(scratch);
                scratch = larger;
            }
            scratch[count++] = token;
        }
        var tokens = scratch.AsSpan(0, count).ToArray();
        ArrayPool<Token>.Shared.Return(scratch);
        return tokens;
    }

    /// <summary>Appends up to <paramref name="most"/> tokens from <paramref name="at"/> on, which is 0 or what the call before answered.</summary>
    /// <returns>Where the next call goes on; the text's length when there is no token left.</returns>
    internal static int Read(string text, int at, List<Token> tokens, int most)
    {
        for (var i = 0; i < most && Next(text, 0, ref at) is { } token; i++)
            tokens.Add(token);
        return at;
    }

    /// <summary>The next token, whose end becomes <paramref name="at"/>; null at the end of the text.</summary>
    private static Token? Next(ReadOnlySpan<char> text, int rangeStart, ref int at)
    {
        while (at < text.Length)
        {
            var kind = KindAt(text, at, out var length);
            if (kind == Kind.Blank)
            {
                at += length;
                continue;
            }
            var start = at;
            at = kind switch
            {
                Kind.Letter => EndOfWord(text, at, length, afterDigit: at > rangeStart && char.IsAsciiDigit(text[at - 1])),
                Kind.Digit => EndOfNumber(text, at + length),
                Kind.Rule => EndOfRule(text, at),
                _ => EndOfSymbol(text, at, length, rangeStart),
            };
            return new Token(new TextSpan(start, at));
        }
        return null;
    }

    private static int EndOfWord(ReadOnlySpan<char> text, int start, int firstLength, bool afterDigit)
    {
        if (IsIdeograph(text[start]))
            return start + firstLength;
        if (firstLength == 1 && !afterDigit)
        {
            var dotted = EndOfDottedLetters(text, start);
            if (dotted > start)
                return dotted;
        }
        var at = start + firstLength;
        while (at < text.Length)
        {
            var kind = KindAt(text, at, out var length);
            if (kind == Kind.Digit && !afterDigit)
            {
                var end = EndOfDigits(text, at);
                // pH7.25 is pH | 7.25, not pH7 | . | 25
                if (IsDecimalPoint(text, end))
                    return at;
                at = end;
            }
            else if (kind == Kind.Letter && !IsIdeograph(text[at]))
                at += length;
            else
                break;
        }
        return at;
    }

    /// <summary>The end of <c>q.i.d.</c> or <c>i.v</c>; <paramref name="start"/> when the letter there starts no such abbreviation.</summary>
    private static int EndOfDottedLetters(ReadOnlySpan<char> text, int start)
    {
        var at = start;
        var letters = 0;
        while (
            at + 1 < text.Length && char.IsAsciiLetter(text[at]) && text[at + 1] == '.' && (at + 2 >= text.Length || text[at + 2] < 0x80)
        )
        {
            // Without an end to it, every letter of "a.a.a. ..." would read the rest of the text again.
            if (++letters > LongestDotted)
                return start;
            at += 2;
        }
        // "J.Smith": the letter after the last dot starts a word that is not ours; one letter and a dot is an initial or a sentence end.
        return letters >= 2 && (at == text.Length || !char.IsAsciiLetterOrDigit(text[at])) ? at : start;
    }

    private static int EndOfNumber(ReadOnlySpan<char> text, int at)
    {
        at = EndOfDigits(text, at);
        while (at + 1 < text.Length && text[at] is '.' or ',' && char.IsAsciiDigit(text[at + 1]) && IsPlain(text, at + 1))
            at = EndOfDigits(text, at + 1);
        return at;
    }

    private static int EndOfDigits(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && KindAt(text, at, out var length) == Kind.Digit)
            at += length;
        return at;
    }

    private static bool IsDecimalPoint(ReadOnlySpan<char> text, int at) =>
        at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]);

    private static int EndOfRule(ReadOnlySpan<char> text, int start)
    {
        var at = start + 1;
        while (at < text.Length && text[at] == text[start] && IsPlain(text, at))
            at++;
        return at;
    }

    private static int EndOfSymbol(ReadOnlySpan<char> text, int start, int length, int rangeStart)
    {
        var end = start + length;
        if (text[start] == '°' && length == 1 && end < text.Length && text[end] is 'C' or 'F' && IsPlain(text, end))
        {
            var after = end + 1;
            return after == text.Length || !char.IsAsciiLetter(text[after]) ? after : end;
        }
        if (text[start] is '\'' or '’' && length == 1 && start > rangeStart && char.IsLetter(text[start - 1]))
        {
            var at = end;
            while (at < text.Length && at - end < 3 && char.IsAsciiLetter(text[at]) && IsPlain(text, at))
                at++;
            // 's 't 'd 'm 'll 're 've
            if (at - end is 1 or 2 && (at == text.Length || !char.IsLetterOrDigit(text[at])))
                return at;
        }
        return end;
    }

    /// <summary>The kind of the text element at <paramref name="at"/> and its length; the element's first scalar decides.</summary>
    private static Kind KindAt(ReadOnlySpan<char> text, int at, out int length)
    {
        var c = text[at];
        if (c < 0x80)
        {
            if (IsPlain(text, at))
            {
                length = 1;
                return AsciiKinds[c];
            }
            length = StringInfo.GetNextTextElementLength(text[at..]);
            // A letter keeps its marks and stays a letter; 1️⃣ is a picture, not a number.
            var kind = AsciiKinds[c];
            return length == 1 || kind is Kind.Letter or Kind.Blank ? kind : Kind.Symbol;
        }
        length = StringInfo.GetNextTextElementLength(text[at..]);
        return Rune.DecodeFromUtf16(text[at..], out var rune, out _) == OperationStatus.Done ? KindOf(rune) : Kind.Symbol;
    }

    /// <summary>Whether the ASCII character here is a text element by itself: nothing that could attach to it follows.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text, int at) => at + 1 >= text.Length || text[at + 1] < 0x300;

    private static Kind KindOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter
            or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber => Kind.Digit,
            UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Control
            or UnicodeCategory.Format => Kind.Blank,
            _ => Kind.Symbol,
        };

    /// <summary>Han, kana: written without spaces, so each character is a token.</summary>
    private static bool IsIdeograph(char c) =>
        c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';

    private static Kind[] BuildAsciiKinds()
    {
        var kinds = new Kind[0x80];
        for (var c = 0; c < kinds.Length; c++)
        {
            kinds[c] = (char)c switch
            {
                <= ' ' or (char)0x7F => Kind.Blank,
                >= '0' and <= '9' => Kind.Digit,
                '-' or '_' or '=' or '*' or '#' or '~' or '.' => Kind.Rule,
                var letter when char.IsAsciiLetter(letter) => Kind.Letter,
                _ => Kind.Symbol,
            };
        }
        return kinds;
    }
}
