using System.Globalization;
using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Text;

public class OffsetMapTests
{
    public static TheoryData<OffsetUnit> Units => [.. Enum.GetValues<OffsetUnit>()];

    [Theory]
    [InlineData(OffsetUnit.UnicodeCodePoint, 16, 24)]
    [InlineData(OffsetUnit.Utf16CodeUnit, 21, 29)]
    [InlineData(OffsetUnit.TextElement, 8, 16)]
    [InlineData(OffsetUnit.Utf8Byte, 40, 48)]
    public void The_same_word_is_found_in_every_unit(OffsetUnit unit, int start, int end)
    {
        var text = $"{Unicode.Family} {Unicode.CombiningE}\r\n{Unicode.ObjectReplacement}😀: headache";
        Assert.True(new OffsetMap(text, unit).TryToUtf16(start, end, out var span));
        Assert.Equal("headache", span.Of(text));
        Assert.Equal((start, end), new OffsetMap(text, unit).FromUtf16(span));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Every_unit_goes_in_and_comes_out_as_it_was(OffsetUnit unit) =>
        Unicode.Holds(text =>
        {
            var map = new OffsetMap(text, unit);
            for (var offset = 0; offset <= map.Length; offset++)
            {
                if (map.TryToUtf16(offset, out var utf16) && map.FromUtf16(utf16) != offset)
                    return false;
            }
            return map.TryToUtf16(map.Length, out var end)
                && end == text.Length
                && !map.TryToUtf16(map.Length + 1, out _)
                && !map.TryToUtf16(-1, out _);
        });

    [Theory]
    [MemberData(nameof(Units))]
    public void Slices_of_the_unit_s_own_kind_agree_with_slices_of_the_text(OffsetUnit unit) =>
        Unicode.Holds(text =>
        {
            var units = Cut(text, unit);
            var map = new OffsetMap(text, unit);
            if (map.Length != units.Count)
                return false;
            for (var start = 0; start < units.Count; start++)
            {
                var end = Math.Min(units.Count, start + 3);
                if (map.TryToUtf16(start, end, out var span) && Join(units, start, end, unit) != span.Of(text))
                    return false;
            }
            return true;
        });

    [Theory]
    [MemberData(nameof(Units))]
    public void A_span_comes_out_covering_all_of_itself(OffsetUnit unit) =>
        Unicode.Holds(text =>
        {
            var map = new OffsetMap(text, unit);
            for (var start = 0; start < text.Length; start++)
            {
                var span = new TextSpan(start, Math.Min(text.Length, start + 2));
                var (from, to) = map.FromUtf16(span);
                if (!map.TryToUtf16(from, to, out var back) || !back.Contains(span))
                    return false;
            }
            return true;
        });

    [Theory]
    [MemberData(nameof(Units))]
    public void A_long_text_is_counted_like_a_short_one(OffsetUnit unit)
    {
        var text = string.Concat(Enumerable.Repeat($"{Unicode.Family} {Unicode.CombiningE}\r\nµg 日本 a", 200));
        var units = Cut(text, unit);
        var map = new OffsetMap(text, unit);
        Assert.Equal(units.Count, map.Length);
        for (var start = 0; start < units.Count; start += 7)
        {
            if (!map.TryToUtf16(start, out var utf16))
                continue;
            Assert.Equal(start, map.FromUtf16(utf16));
            Assert.Equal(Join(units, 0, start, unit), text[..utf16]);
        }
    }

    [Fact]
    public void An_offset_inside_a_character_is_refused()
    {
        Assert.False(new OffsetMap("µg", OffsetUnit.Utf8Byte).TryToUtf16(1, out _));
        Assert.False(new OffsetMap("😀", OffsetUnit.Utf8Byte).TryToUtf16(0, 3, out _));
    }

    [Fact]
    public void An_empty_or_backward_span_is_refused()
    {
        var map = new OffsetMap("abc", OffsetUnit.UnicodeCodePoint);
        Assert.False(map.TryToUtf16(1, 1, out _));
        Assert.False(map.TryToUtf16(2, 1, out _));
    }

    [Fact]
    public void Carriage_return_and_line_feed_are_one_text_element_even_in_ascii() =>
        Assert.Equal(3, new OffsetMap("a\r\nb", OffsetUnit.TextElement).Length);

    private static List<string> Cut(string text, OffsetUnit unit) =>
        unit switch
        {
            OffsetUnit.Utf16CodeUnit => [.. text.Select(c => c.ToString())],
            OffsetUnit.UnicodeCodePoint => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
            OffsetUnit.TextElement => Elements(text),
            _ => [.. Encoding.UTF8.GetBytes(text).Select(b => ((char)b).ToString())],
        };

    private static string Join(List<string> units, int start, int end, OffsetUnit unit)
    {
        var joined = string.Concat(units[start..end]);
        return unit == OffsetUnit.Utf8Byte ? Encoding.UTF8.GetString([.. joined.Select(c => (byte)c)]) : joined;
    }

    private static List<string> Elements(string text)
    {
        var elements = new List<string>();
        for (var e = StringInfo.GetTextElementEnumerator(text); e.MoveNext(); )
            elements.Add(e.GetTextElement());
        return elements;
    }
}
