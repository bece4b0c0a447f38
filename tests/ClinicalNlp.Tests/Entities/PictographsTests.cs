using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Entities;

public sealed class PictographsTests
{
    [Theory]
    [InlineData("metformin 💊", "metformin")]
    [InlineData("⚠️ rash on arm ❤️‍🔥🤒", "rash on arm")]
    [InlineData("👩🏽‍⚕️ visit 🇬🇧", "visit")]
    [InlineData("chest 💔 pain", "chest 💔 pain")]
    [InlineData("38.5 °C", "38.5 °C")]
    [InlineData("Zestril®", "Zestril®")]
    [InlineData("HER2+", "HER2+")]
    [InlineData("5 µg → 10 µg", "5 µg → 10 µg")]
    public void A_mention_keeps_its_words_and_neither_begins_nor_ends_with_emoji(string text, string kept)
    {
        Token[] tokens = Tokenizer.Tokenize(text);
        var (first, last) = Pictographs.Trim(text, tokens, 0, tokens.Length - 1)!.Value;
        Assert.Equal(kept, text[tokens[first].Span.Start..tokens[last].Span.End]);
    }

    [Fact]
    public void Of_emoji_alone_nothing_is_left()
    {
        const string text = "😭😭 💊";
        Assert.Null(Pictographs.Trim(text, Tokenizer.Tokenize(text), 0, Tokenizer.Tokenize(text).Length - 1));
    }
}
