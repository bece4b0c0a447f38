using ClinicalNlp.Intents;

namespace ClinicalNlp.Tests.Intents;

public sealed class SegmentedUtterancesTests
{
    /// <summary>Knows one word of each intent; two intents in one piece make it unsure.</summary>
    private static IntentPrediction Classify(string text, double confidence)
    {
        string[] found =
        [
            .. new[] { ("refill", "refill"), ("open", "hours"), ("cancel", "cancel"), ("hello", "greeting") }
                .Where(known => text.Contains(known.Item1, StringComparison.OrdinalIgnoreCase))
                .Select(known => known.Item2),
        ];
        return found switch
        {
            [] => new("oos", 0.9, []),
            [var one] => new(one, confidence, []),
            [var first, ..] => new(first, confidence / 2, []),
        };
    }

    private static IReadOnlyList<SegmentIntent> Intents(string text, double confidence = 0.95)
    {
        var segmented = SegmentedUtterances.Of(["before it", text]);
        while (segmented.Pieces.Count > 0)
            segmented.Answer([.. segmented.Pieces.Select(piece => Classify(piece, confidence))]);
        return segmented.Intents[1];
    }

    [Theory]
    [InlineData("refill my metformin and also what time do you open", "refill", "hours")]
    [InlineData("refill my metformin; do you open at nine; please cancel my visit", "refill", "hours", "cancel")]
    [InlineData("refill my metformin. do you open at nine? please cancel my visit")] // neither cut leaves two sure sides
    [InlineData("refill my metformin. what day is it. please refill the other too")]
    [InlineData("hello to you all; refill my metformin")]
    [InlineData("refill my metformin")]
    [InlineData("what a nice day; refill my metformin")]
    public void Several_intents_are_told_and_one_is_not(string text, params string[] intents)
    {
        var found = Intents(text);
        Assert.Equal(intents, found.Select(intent => intent.Intent));
        Assert.All(found, intent => Assert.Equal(intent.Intent, Classify(intent.Span.Of(text), 0.95).Intent));
    }

    [Fact]
    public void Less_confidence_is_enough_where_the_writer_announces_it()
    {
        Assert.Equal(2, Intents("refill my metformin, also do you open at nine", 0.5).Count);
        Assert.Empty(Intents("refill my metformin. Do you open at nine", 0.5));
    }

    [Fact]
    public void An_intent_is_told_once() =>
        Assert.Equal(
            ["hours", "refill"],
            Intents("when do you open; refill my metformin; what time do you open on sunday").Select(intent => intent.Intent)
        );

    [Fact]
    public void Pieces_are_asked_about_once_and_those_within_a_cut_only_after_it()
    {
        var segmented = SegmentedUtterances.Of(["refill my metformin; do you open at nine; please cancel my visit", "hello to you"]);
        List<string> asked = [];
        var rounds = 0;
        for (; segmented.Pieces.Count > 0; rounds++)
        {
            asked.AddRange(segmented.Pieces);
            segmented.Answer([.. segmented.Pieces.Select(piece => Classify(piece, 0.95))]);
        }
        Assert.Equal(asked.Distinct(), asked);
        Assert.Equal((2, 5), (rounds, asked.Count)); // two cuts tried, then the one that is left in the larger side
        Assert.Equal(["refill", "hours", "cancel"], segmented.Intents[0].Select(intent => intent.Intent));
    }

    [Fact]
    public void A_long_message_costs_a_bounded_number_of_pieces()
    {
        var text = string.Concat(Enumerable.Repeat("please refill this one. ", 500));
        Assert.Equal(8, SegmentedUtterances.Of([text]).Pieces.Count);
        Assert.Empty(SegmentedUtterances.Of(["refill my metformin"]).Pieces);
    }
}
