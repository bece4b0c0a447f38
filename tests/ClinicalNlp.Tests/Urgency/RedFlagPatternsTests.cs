using ClinicalNlp.Urgency;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Urgency;

public sealed class RedFlagPatternsTests
{
    private const string Frame = """
        [fillers]
        the is
        [real words]
        cheat
        [same]
        cant: can not
        [lists]
        @part = chest|left arm
        [flag sign]

        """;

    private static List<string> Matches(string rule, string text)
    {
        var patterns = RedFlagPatterns.Parse(Frame + rule);
        var message = new MatchedMessage(text, patterns);
        return
        [
            .. patterns
                .Rules.SelectMany(r => r.Match(message))
                .Select(evidence => string.Join('+', evidence.Select(range => message.SpanOf(range).Of(text)))),
        ];
    }

    [Theory]
    [InlineData("chest hurts", "My chest hurts", "chest hurts")]
    [InlineData("chest hurts", "the chest is the hurts", "chest is the hurts")]
    [InlineData("chest hurts", "chest of drawers hurts", null)]
    [InlineData("chest .. hurts", "chest of old drawers hurts", "chest of old drawers hurts")]
    [InlineData("chest .. hurts", "chest. it hurts", null)]
    [InlineData("@part + hurts", "it hurts, my left arm", "left arm+hurts")]
    [InlineData("@part + hurts", "it hurts. my left arm", null)]
    [InlineData("@part & hurts", "it hurts. my left arm", "left arm+hurts")]
    [InlineData("chest unless hair", "hair on my chest", null)]
    [InlineData("chest unless hair", "hair. my chest", "chest")]
    [InlineData("bleed*", "bleeding", "bleeding")]
    [InlineData("#38-43", "38,5", "38,5")]
    [InlineData("#38-43", "37.9", null)]
    [InlineData("cant move", "I can not move", "can not move")]
    [InlineData("cant move", "I can’t move", "can’t move")]
    [InlineData("chest (pain)? now", "chest now", "chest now")]
    public void The_notation_says_what_it_says(string rule, string text, string? evidence) =>
        Assert.Equal(evidence is null ? [] : [evidence], Matches(rule, text));

    [Theory]
    [InlineData("chest", "chset", true)] // swapped
    [InlineData("chest", "chesst", true)] // one more
    [InlineData("chest", "chst", true)] // one less
    [InlineData("chest", "chist", true)] // another
    [InlineData("chest", "cheat", false)] // a word of its own
    [InlineData("chest", "chisst", false)] // two errors
    [InlineData("chest", "bhest", false)] // the first letter
    [InlineData("arm", "arn", false)] // too short
    [InlineData("convuls*", "convolsions", true)]
    [InlineData("bleed*", "blended", false)]
    public void One_error_is_forgiven_in_long_words(string pattern, string word, bool matches) =>
        Assert.Equal(matches, new WordPattern(pattern, new HashSet<string> { "cheat" }).Matches(word));

    [Theory]
    [InlineData("(chest", "Line 10")]
    [InlineData("@unknown", "@unknown")]
    [InlineData("#38", "#least-most")]
    [InlineData("a )", "Unexpected")]
    [InlineData("pain?", "may be missing")]
    public void A_mistake_in_the_file_is_named(string rule, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => RedFlagPatterns.Parse(Frame + rule)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_shipped_file_has_rules_for_every_flag()
    {
        var patterns = RedFlagPatterns.Shipped;
        Assert.Equal(13, patterns.Flags.Count);
        Assert.All(patterns.Flags, flag => Assert.True(patterns.Rules.Count(rule => rule.Flag == flag) >= 8, flag));
    }

    [Fact]
    public void A_rule_that_the_words_of_a_message_rule_out_does_not_match_it()
    {
        var patterns = RedFlagPatterns.Shipped;
        var words = patterns.Atoms.Written.Select(word => word.TrimEnd('*') + " ").Concat([". ", ", ", "3 ", "week ", "old "]).ToArray();
        var texts = Gen.Elements(words).ListOf().Select(string.Concat).ToArbitrary();
        Prop.ForAll(
                texts,
                text =>
                {
                    var message = new MatchedMessage(text, patterns);
                    var tried = patterns.RulesFor(message.Atoms.SelectMany(atoms => atoms)).ToHashSet();
                    return patterns.Rules.Where(rule => !tried.Contains(rule)).All(rule => !rule.Match(message).Any());
                }
            )
            .QuickCheckThrowOnFailure();
    }
}
