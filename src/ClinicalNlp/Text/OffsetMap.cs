using System.Globalization;
using System.Text;

namespace ClinicalNlp.Text;

/// <summary>Converts offsets of one text between UTF-16 code units and the unit that a border speaks.</summary>
/// <remarks>
/// ASCII text without CR-LF (and any text counted in UTF-16) needs no table: the offsets are the same. Otherwise every few hundred code units
/// it is noted how many units went before, and a conversion counts on from there: a table of every unit would be larger than the text.
/// </remarks>
public sealed class OffsetMap
{
    /// <summary>UTF-16 code units between two notes.</summary>
    private const int Spacing = 256;

    private readonly string _text;
    private readonly List<Place>? _notes;

    public OffsetMap(string text, OffsetUnit unit)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
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
        if (!Enum.IsDefined(unit))
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not an offset unit.");
        _notes = new List<Place>((text.Length / Spacing) + 1);
        var place = default(Place);
        for (; place.Utf16 < text.Length; place = After(place))
        {
            if (_notes.Count == 0 || place.Utf16 - _notes[^1].Utf16 >= Spacing)
                _notes.Add(place);
        }
        Length = place.Offset;
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
        if (_notes is null)
        {
            utf16 = offset;
            return true;
        }
        var place = LastNote(offset, byOffset: true);
        while (place.Offset < offset)
            place = After(place);
        utf16 = place.Utf16;
        return place.Offset == offset;
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
    public int FromUtf16(int utf16) => FromUtf16(utf16, up: false);

    /// <summary>Both ends, rounded outward: the answer covers the whole span even where it cuts a unit.</summary>
    public (int Start, int End) FromUtf16(TextSpan span) => (FromUtf16(span.Start, up: false), FromUtf16(span.End, up: true));

    private int FromUtf16(int utf16, bool up)
    {
        if ((uint)utf16 > (uint)Utf16Length)
            throw new ArgumentOutOfRangeException(nameof(utf16), utf16, $"The text has {Utf16Length} UTF-16 code units.");
        if (_notes is null)
            return utf16;
        var place = LastNote(utf16, byOffset: false);
        while (place.Utf16 < utf16)
        {
            var after = After(place);
            if (after.Utf16 > utf16)
                return up ? after.Offset : place.Offset;
            place = after;
        }
        return place.Offset;
    }

    /// <summary>The last note that is not beyond the value; the start of an empty text.</summary>
    private Place LastNote(int value, bool byOffset)
    {
        var low = 0;
        var high = _notes!.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if ((byOffset ? _notes[middle].Offset : _notes[middle].Utf16) <= value)
                low = middle;
            else
                high = middle - 1;
        }
        return _notes.Count == 0 ? default : _notes[low];
    }

    /// <summary>The place one unit (of UTF-8: one character) on.</summary>
    private Place After(Place place)
    {
        if (Unit == OffsetUnit.TextElement)
            return new(place.Utf16 + StringInfo.GetNextTextElementLength(_text.AsSpan(place.Utf16)), place.Offset + 1);
        Rune.DecodeFromUtf16(_text.AsSpan(place.Utf16), out var rune, out var units);
        return new(place.Utf16 + units, place.Offset + (Unit == OffsetUnit.Utf8Byte ? rune.Utf8SequenceLength : 1));
    }

    private readonly record struct Place(int Utf16, int Offset);
}
