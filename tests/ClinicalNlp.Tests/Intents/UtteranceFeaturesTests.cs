using ClinicalNlp.Intents;

namespace ClinicalNlp.Tests.Intents;

public sealed class UtteranceFeaturesTests
{
    [Theory]
    [InlineData("Can I book?", "can i book ?")]
    [InlineData("I'm, what’s it's", "i 'm , what 's it 's")]
    [InlineData("at 10:30 on the 5th", "at 00 : 00 on the 0 th")]
    [InlineData("call 0123456789", "call 0000")]
    [InlineData("byyyyeee heyyy good", "byyee heyy good")]
    [InlineData("ÉTÉ naïve 你好", "été naïve 你好")]
    [InlineData("thanks 😀\r\n👍🏽", "thanks 😀 👍 🏽")]
    [InlineData("''' ''", "")]
    [InlineData("  \t ", "")]
    public void Words(string text, string words) =>
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), UtteranceFeatures.Words(text));

    /// <summary>The hashes are stored in model files: should one of these change, the version has to.</summary>
    [Fact]
    public void Hashes_are_those_of_version_1()
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.Extract("hi you", features);
        Assert.Equal(1, UtteranceFeatures.Version);
        Assert.Equal(2 + 3, features.Count(feature => feature.Family == FeatureFamily.Words));
        // "^hi$" has 3 + 2 + 1 grams of 2 to 4 characters, "^you$" 4 + 3 + 2 + 1.
        Assert.Equal(6 + 10, features.Count(feature => feature.Family == FeatureFamily.Characters));
        Assert.Equal(546023556u, features.Aggregate(0u, (mixed, feature) => (mixed * 31) + feature.Hash));
    }

    [Fact]
    public void The_same_letters_are_another_feature_as_word_and_as_gram()
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.Extract("to be to", features);
        Assert.Equal(
            features.Select(feature => (feature.Family, feature.Hash)).Distinct().Count(),
            features.Select(feature => feature.Hash).Distinct().Count()
        );
    }

    [Fact]
    public void A_long_paste_is_read_to_the_limit_only()
    {
        List<UtteranceFeature> features = [];
        UtteranceFeatures.Extract(string.Join(' ', Enumerable.Repeat("word", 100_000)), features);
        Assert.InRange(features.Count, 1, UtteranceFeatures.MaximumWords * 30);
        features.Clear();
        UtteranceFeatures.Extract(new string('a', 5) + string.Concat(Enumerable.Repeat("bc", 100_000)), features);
        Assert.InRange(features.Count, 1, 300);
    }

    [Fact]
    public void Six_turns_back_are_read_and_for_a_short_reply_the_earlier_ones_once_more()
    {
        string[] turns = ["seventh", "sixth", "fifth", "fourth", "third", "second", "first"];
        Assert.Equal(1 + 5 + 5 + 1, Context("yes", turns));
        Assert.Equal(1 + 5, Context("I would like to have the one that is in the afternoon please", turns));
        Assert.Equal(1 + 1, Context("yes", ["first"]));
        Assert.Equal(0, Context("yes", []));

        static int Context(string text, string[] before)
        {
            List<UtteranceFeature> features = [];
            UtteranceFeatures.Extract(text, features, before);
            return features.Count(feature => feature.Family == FeatureFamily.Context);
        }
    }
}
