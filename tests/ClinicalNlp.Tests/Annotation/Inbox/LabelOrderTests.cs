using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Intents;

namespace ClinicalNlp.Tests.Annotation.Inbox;

public class LabelOrderTests
{
    [Fact]
    public void Uncertainty_is_the_margin_between_the_two_likeliest()
    {
        Assert.Equal(1, LabelOrder.Uncertainty(null));
        Assert.Equal(0.9, LabelOrder.Uncertainty(Suggestion(0.5, 0.4)), 12);
        Assert.Equal(0.05, LabelOrder.Uncertainty(Suggestion(0.95)), 12);
        // Some models list the answer among the alternatives; it is no rival of itself.
        Assert.Equal(0.4, LabelOrder.Uncertainty(new("a", 0.7, [new("a", 0.7), new("b", 0.1)], new ModelStamp("m", "1"))), 12);
    }

    [Fact]
    public void Doubt_and_many_that_wait_are_worth_more()
    {
        Assert.True(LabelOrder.Worth(0.9, 1) > LabelOrder.Worth(0.2, 1));
        Assert.True(LabelOrder.Worth(0.3, 20) > LabelOrder.Worth(0.3, 2));
        Assert.True(LabelOrder.Worth(0, 50) > 0);
        Assert.True(LabelOrder.Worth(1, 10_000) < LabelOrder.Urgent / 2);
    }

    [Fact]
    public void A_topic_fades_and_lets_others_come()
    {
        double[] faded = LabelOrder.Diversify([(1, 1.0), (1, 0.99), (1, 0.98), (2, 0.9)]);

        Assert.Equal([1.0, 0.8415, 0.70805, 0.9], faded.Select(worth => Math.Round(worth, 5)));
    }

    private static IntentSuggestion Suggestion(double first, params double[] others) =>
        new("first", first, [.. others.Select((score, i) => new IntentScore($"other{i}", score))], new ModelStamp("m", "1"));
}
