using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Entities;

public sealed class AbbreviationConsistencyTests
{
    [Theory]
    [InlineData("ARF", "acute renal failure", 0)]
    [InlineData("ARF", "with acute renal failure", 5)]
    [InlineData("PD", "Parkinson's disease", 0)]
    [InlineData("5-FU", "5-fluorouracil", 0)]
    [InlineData("ARF", "renal failure", -1)]
    [InlineData("ARF", "ARF", -1)]
    public void Long_forms_are_found_by_their_letters(string shortForm, string text, int start)
    {
        Assert.Equal(start, AbbreviationDefinitions.LongFormStart(shortForm, text));
    }

    [Fact]
    public void A_short_form_takes_the_type_of_its_long_form_everywhere()
    {
        const string text = "ARF was feared 😀. Acute renal failure (ARF) followed.\r\nThe ARF resolved.";
        List<Mention> mentions = Apply(text, ("Acute renal failure", "PROBLEM"));
        Assert.Equal(["ARF", "Acute renal failure", "ARF", "ARF"], mentions.Select(mention => mention.Span.Of(text)));
        Assert.All(mentions, mention => Assert.Equal("PROBLEM", mention.Label));
    }

    [Fact]
    public void A_short_form_of_several_tokens_is_found_and_relabelled()
    {
        const string text = "Given 5-fluorouracil (5-FU). Later 5-FU again.";
        List<Mention> mentions = Apply(text, ("5-fluorouracil", "MEDICATION"));
        Assert.Equal(["5-fluorouracil", "5-FU", "5-FU"], mentions.Select(mention => mention.Span.Of(text)));
    }

    [Fact]
    public void A_short_form_whose_long_form_is_no_mention_is_cleared()
    {
        const string text = "Seen in the intensive care unit (ICU). The ICU was full.";
        Assert.Empty(Apply(text, ("ICU", "PROBLEM")));
    }

    [Fact]
    public void A_bracket_that_defines_nothing_changes_nothing()
    {
        const string text = "Lisinopril (10 mg) was given (Day 2). Lisinopril helped.";
        List<Mention> mentions = Apply(text, ("Lisinopril", "MEDICATION"));
        Assert.Equal("Lisinopril", Assert.Single(mentions).Span.Of(text));
    }

    private static List<Mention> Apply(string text, params (string Surface, string Label)[] found)
    {
        List<Mention> mentions =
        [
            .. found.Select(mention =>
            {
                int start = text.LastIndexOf(mention.Surface, StringComparison.Ordinal);
                if (mention.Surface != "ICU")
                    start = text.IndexOf(mention.Surface, StringComparison.Ordinal);
                return new Mention(new TextSpan(start, start + mention.Surface.Length), mention.Label, 0.9);
            }),
        ];
        return AbbreviationConsistency.Apply(() => [TokenizedText.Of(text)], mentions);
    }
}
