using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class ShortRepliesTests
{
    private const int Refill = 0;
    private const int Book = 1;
    private const int Thanks = 2;

    /// <summary>One transcript: a refill is asked for and gone on with, then thanks, which go on with nothing.</summary>
    private static readonly IntentExample[] Transcript =
    [
        new("my tablets are gone", Refill),
        new("yes please", Refill, 1, ["my tablets are gone", "All three of them?"]),
        new("ta", Thanks, 1, ["my tablets are gone", "All three of them?", "yes please", "Done."]),
    ];

    private static readonly IntentExample[] Alone =
    [
        .. Enumerable.Range(0, 200).Select(i => new IntentExample($"request {i} for more of a medicine", Refill)),
        new("can I see the nurse", Book),
        new("thanks a lot", Thanks),
    ];

    [Fact]
    public void Utterances_come_before_replies_that_went_on_with_their_intent_and_others_do_not()
    {
        List<IntentExample> made = ShortReplies.After([.. Transcript, .. Alone], 0.3, seed: 1);
        Assert.Equal(201, made.Count);
        Assert.All(made, example => Assert.Equal((Refill, "yes please", 0.3), (example.Intent, example.Text, example.Draws)));
        Assert.Contains(made, example => example.Before is [_, ""]);
        Assert.Contains(made, example => example.Before is [_, "All three of them?"]);
        Assert.Contains(made, example => example.Before is [_, _, "yes please", _]);
        Assert.Equal(
            Transcript.Concat(Alone).Where(example => example is { Intent: Refill, Before: null }).Select(example => example.Text),
            made.Select(example => example.Before![0])
        );
    }

    [Fact]
    public void One_seed_makes_the_same_twice()
    {
        static IEnumerable<string> Made(int seed) =>
            ShortReplies.After([.. Transcript, .. Alone], 0.3, seed).Select(example => string.Join('|', example.Before!));
        Assert.Equal(Made(4), Made(4));
        Assert.NotEqual(Made(4), Made(5));
    }

    [Fact]
    public void Without_transcripts_nothing_is_made() => Assert.Empty(ShortReplies.After(Alone, 0.3, seed: 1));

    [Fact]
    public void What_is_drawn_less_than_once_an_epoch_is_no_request_of_ours() =>
        Assert.Empty(ShortReplies.After([.. Transcript.Skip(1), new("order more pills", Refill, 0.05)], 0.3, seed: 1));
}
