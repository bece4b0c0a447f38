using System.Globalization;
using System.Text;

namespace ClinicalNlp.Text;

/// <summary>Converts offsets of one text between UTF-16 code units and the unit that a border speaks.</summary>
/// <remarks>
/// ASCII text without CR-LF (and any text counted in UTF-16) needs no table: the offsets are the same. Otherwise the table holds the
/// UTF-16 start of every unit, so that going in is one look-up and coming out a binary search.
/// </remarks>
public sealed class OffsetMap
{
    private readonly int[]? _starts;

    public OffsetMap(string text, OffsetUnit unit)
    {
        ArgumentNullException.ThrowIfNull(text);
        Unit = unit;
        Utf16Length = text.Length;
        if (
            unit == OffsetUnit.Utf16CodeUnit
            || (Ascii.IsValid(text) && (unit != OffsetUnit.TextElement || !text.Contains("\r\n", StringComparison.Ordinal)))
        )
        {
            Length = text.Length;
            return;
        }
        _starts = unit switch
        {
            OffsetUnit.UnicodeCodePoint => CodePointStarts(text),
            OffsetUnit.TextElement => TextElementStarts(text),
            OffsetUnit.Utf8Byte => Utf8Starts(text),
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not an offset unit."),
        };
        Length = _starts.Length - 1;
    }

    public OffsetUnit Unit { get; }

    /// <summary>The length of the text in <see cref="Unit"/>.</summary>
    public int Length { get; }

    public int Utf16Length { get; }

    /// <summary>False for an offset outside [0, <see cref="Length"/>] or inside a character (the third byte of a Greek letter, say).</summary>
    public bool TryToUtf16(int offset, out int utf16)
    {
        utf16 = 0;
        if ((uint)offset > (uint)Length)
            return false;
        utf16 = _starts is null ? offset : _starts[offset];
        return utf16 >= 0;
    }

    /// <summary>False when an end is refused by <see cref="TryToUtf16(int, out int)"/>, or the span is empty or backwards.</summary>
    public bool TryToUtf16(int start, int end, out TextSpan span)
    {
        span = default;
        if (end <= start || !TryToUtf16(start, out var from) || !TryToUtf16(end, out var to))
            return false;
        span = new TextSpan(from, to);
        return true;
    }

    /// <summary>The offset, in <see cref="Unit"/>, of the unit that holds this UTF-16 code unit.</summary>
    /// <remarks>A UTF-16 offset inside a unit is rounded down; use <see cref="FromUtf16(TextSpan)"/> for both ends of a span.</remarks>
    public int FromUtf16(int utf16)
    {
        if ((uint)utf16 > (uint)Utf16Length)
            throw new ArgumentOutOfRangeException(nameof(utf16), utf16, $"The text has {Utf16Length} UTF-16 code units.");
        return _starts is null ? utf16 : Floor(_starts, utf16);
    }

    /// <summary>Both ends, rounded outward: the answer covers the whole span even where it cuts a unit.</summary>
    public (int Start, int End) FromUtf16(TextSpan span)
    {
        var start = FromUtf16(span.Start);
        var end = FromUtf16(span.End);
        // In a table of bytes the marks of continuation bytes (-1) lie behind the start of their character.
        if (_starts is not null && _starts[end] < span.End)
        {
            do end++;
            while (_starts[end] < 0);
        }
        return (start, end);
    }

    private static int Floor(int[] starts, int utf16)
    {
        var low = 0;
        var high = starts.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            // Continuation bytes carry no position of their own: step back to the byte that starts their character.
            var probe = middle;
            while (starts[probe] < 0)
                probe--;
            if (starts[probe] <= utf16)
                low = middle;
            else
                high = probe - 1;
        }
        while (starts[low] < 0)
            low--;
        return low;
    }

    private static int[] CodePointStarts(string text)
    {
        var starts = new int[text.Length + 1];
        var count = 0;
        for (var at = 0; at < text.Length; )
        {
            starts[count++] = at;
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        }
        starts[count] = text.Length;
        return starts.AsSpan(0, count + 1).ToArray();
    }

    private static int[] TextElementStarts(string text)
    {
        var starts = new int[text.Length + 1];
        var count = 0;
        for (var at = 0; at < text.Length; )
        {
            starts[count++] = at;
            at += StringInfo.GetNextTextElementLength(text.AsSpan(at));
        }
        starts[count] = text.Length;
        return starts.AsSpan(0, count + 1).ToArray();
    }

    private static int[] Utf8Starts(string text)
    {
        var starts = new int[Encoding.UTF8.GetByteCount(text) + 1];
        var count = 0;
        for (var at = 0; at < text.Length; )
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var units);
            starts[count] = at;
            for (var i = 1; i < rune.Utf8SequenceLength; i++)
                starts[count + i] = -1;
            count += rune.Utf8SequenceLength;
            at += units;
        }
        starts[count] = text.Length;
        return starts;
    }
}
