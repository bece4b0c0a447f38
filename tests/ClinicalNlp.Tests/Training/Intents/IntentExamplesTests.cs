using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentExamplesTests
{
    private static readonly IntentExample[] Examples =
    [
        new("where is my card", 0),
        new("be clever for once", 1),
        new("what is the weather", 2),
        new("a song please", 3),
        new("top up my account", 4, 0),
    ];

    [Theory]
    [InlineData("card_arrival", "card arrival")]
    [InlineData("Where is it?", "Where is it?")]
    [InlineData("lost.my-card", "lost my card")]
    public void The_name_of_an_intent_is_an_utterance_of_it(string label, string name) =>
        Assert.Equal(new IntentExample(name, 0, 3), IntentExamples.Names([label, "x1", "x2", "oos", "x4"], Examples, 3).Single());

    [Fact]
    public void Joined_words_are_parted() =>
        Assert.Equal(
            "smalltalk be Clever",
            IntentExamples.Names(["x0", "smalltalk.beClever", "x2", "oos", "x4"], Examples, 1).Single().Text
        );

    [Fact]
    public void Names_that_say_nothing_or_were_not_taught_are_left_out() =>
        Assert.Empty(IntentExamples.Names(["intent_12", "???", "quux.weather.zzz", "oos", "top_up"], Examples, 3));
}
