using System.Globalization;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Text;

public class TokenizerTests
{
    [Theory]
    [InlineData("Take q.i.d. or b.i.d.", "Take q.i.d. or b.i.d.")]
    [InlineData("5mg/kg", "5 mg / kg")]
    [InlineData("b/p 120/80", "b / p 120 / 80")]
    [InlineData("10(-8) M", "10 ( - 8 ) M")]
    [InlineData("IL-2", "IL - 2")]
    [InlineData("1,25-dihydroxyvitamin D3", "1,25 - dihydroxyvitamin D3")]
    [InlineData("alpha-methyldopa", "alpha - methyldopa")]
    [InlineData("pH 7.25, pH7.25", "pH 7.25 , pH 7.25")]
    [InlineData("1,906 ng/L.", "1,906 ng / L .")]
    [InlineData("HbA1c CYP2D6 T12-L1", "HbA1c CYP2D6 T12 - L1")]
    [InlineData("2x2cm 3x/day", "2 x 2 cm 3 x / day")]
    [InlineData("37.2°C 5µg 98°", "37.2 °C 5 µg 98 °")]
    [InlineData("patient's don't O'Brien", "patient 's don 't O ' Brien")]
    [InlineData("Dr. J.Smith e.g. i.v", "Dr . J . Smith e.g. i . v")]
    [InlineData("-----\t***\r\n....", "----- *** ....")]
    [InlineData("a\u00A0b\u200Bc\uFEFFd\u2009e", "a b c d e")]
    [InlineData("痛み止め5mg", "痛 み 止 め 5 mg")]
    [InlineData("pain +++ <5% (n=3)", "pain + + + < 5 % ( n = 3 )")]
    [InlineData("", "")]
    [InlineData(" \r\n\t", "")]
    public void Tokens_are_where_annotators_cut(string text, string expected) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Words(text));

    [Theory]
    [InlineData("ok" + Unicode.Family + "!", "ok", Unicode.Family, "!")]
    [InlineData("caf" + Unicode.CombiningE + " 5", "caf" + Unicode.CombiningE, "5")]
    [InlineData(Unicode.Flag + Unicode.Flag, Unicode.Flag, Unicode.Flag)]
    [InlineData("1️⃣2", "1️⃣", "2")]
    [InlineData("x" + Unicode.ObjectReplacement + "y", "x", Unicode.ObjectReplacement, "y")]
    [InlineData("👍🏽\U0001D6FC\U0001D6FD", "👍🏽", "\U0001D6FC\U0001D6FD")]
    [InlineData("\u0301a", "\u0301", "a")]
    public void A_text_element_is_never_cut(string text, params string[] expected) => Assert.Equal(expected, Words(text));

    [Fact]
    public void Half_a_surrogate_pair_is_a_token_and_no_crash() => Assert.Equal(["a", "\ud83d", "b"], Words("a\ud83db"));

    [Fact]
    public void Every_boundary_is_a_text_element_boundary_and_only_blanks_are_left_out() =>
        Unicode.Holds(text =>
        {
            var starts = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
            var end = 0;
            foreach (var token in Tokenizer.Tokenize(text))
            {
                if (token.Span.IsEmpty || token.Span.Start < end || !starts.Contains(token.Span.Start) || !starts.Contains(token.Span.End))
                    return false;
                if (!IsBlank(text.AsSpan(end, token.Span.Start - end)))
                    return false;
                end = token.Span.End;
            }
            return IsBlank(text.AsSpan(end));
        });

    [Fact]
    public void A_part_has_the_offsets_of_the_whole()
    {
        const string Text = "Take 5mg 😀 daily";
        var tokens = Tokenizer.Tokenize(Text, new TextSpan(5, 11));
        Assert.Equal(["5", "mg", "😀"], tokens.Select(token => token.Span.Of(Text)));
    }

    private static IEnumerable<string> Words(string text) => Tokenizer.Tokenize(text).Select(token => token.Span.Of(text));

    /// <summary>Blank, or a mark that sits on a blank.</summary>
    private static bool IsBlank(ReadOnlySpan<char> gap)
    {
        foreach (var rune in gap.EnumerateRunes())
        {
            var category = System.Text.Rune.GetUnicodeCategory(rune);
            if (
                !System.Text.Rune.IsWhiteSpace(rune)
                && category is not (UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.NonSpacingMark)
            )
                return false;
        }
        return true;
    }
}
