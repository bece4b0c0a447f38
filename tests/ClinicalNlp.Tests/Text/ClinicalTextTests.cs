using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Text;

public class ClinicalTextTests
{
    [Theory]
    [InlineData("", "empty_text")]
    [InlineData(" \r\n\t\u00A0", "empty_text")]
    [InlineData("pain\0", "nul_character")]
    public void Unusable_text_has_its_code(string text, string code) =>
        Assert.Equal(code, Assert.Throws<UnusableInputException>(() => ClinicalText.Check(text)).Code);

    [Fact]
    public void Half_a_surrogate_pair_has_its_code()
    {
        foreach (var text in new[] { "pain \ud83d", "pain \ude00\ud83d here", "\ud83d\ud83d\ude00" })
            Assert.Equal("unpaired_surrogate", Assert.Throws<UnusableInputException>(() => ClinicalText.Check(text)).Code);
    }

    [Fact]
    public void A_long_text_is_refused_with_what_is_supported()
    {
        var text = new string('a', ClinicalText.MaximumLength + 1);
        var thrown = Assert.Throws<UnusableInputException>(() => ClinicalText.Check(text));
        Assert.Equal("text_too_long", thrown.Code);
        Assert.Contains($"{ClinicalText.MaximumLength}", thrown.Message, StringComparison.Ordinal);
        Assert.Contains($"{ClinicalText.MaximumExtractedLength}", thrown.Message, StringComparison.Ordinal);
        ClinicalText.Check(text, maximum: ClinicalText.MaximumExtractedLength);
    }

    [Theory]
    [InlineData("Pain.")]
    [InlineData("😀")]
    [InlineData("\r\na\uFFFC" + Unicode.Family)]
    public void Usable_text_passes(string text) => ClinicalText.Check(text);

    [Fact]
    public void No_text_is_in_the_message() =>
        Assert.DoesNotContain(
            "secret",
            Assert.Throws<UnusableInputException>(() => ClinicalText.Check("secret\0")).Message,
            StringComparison.Ordinal
        );
}
