using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentFoldTests
{
    private const int OutOfScope = 0;

    /// <summary>Intents 1 to <paramref name="intents"/>, ten utterances each.</summary>
    private static List<IntentExample> Examples(int intents, int foreign = 0) =>
        [
            .. Enumerable.Range(0, intents * 10).Select(i => new IntentExample($"utterance {i}", 1 + (i / 10))),
            .. Enumerable.Range(0, foreign).Select(i => new IntentExample($"foreign {i}", OutOfScope)),
        ];

    [Fact]
    public void Every_example_is_somewhere_in_each_fold_and_each_intent_is_left_out_once()
    {
        List<IntentExample> examples = Examples(20);
        IReadOnlyList<IntentFold> folds = IntentFold.Split(examples, OutOfScope, 1);
        Assert.Equal(5, folds.Count);
        foreach (IntentFold fold in folds)
        {
            Assert.Equal(examples.Order(ByText), fold.Train.Concat(fold.Held).Concat(fold.LeftOut).Order(ByText));
            Assert.Empty(fold.LeftOut.Select(e => e.Intent).Intersect(fold.Train.Concat(fold.Held).Select(e => e.Intent)));
        }
        Assert.Equal(examples.Order(ByText), folds.SelectMany(fold => fold.LeftOut).Order(ByText));
    }

    [Theory]
    [InlineData(20, 30)]
    [InlineData(9, 0)]
    public void Real_foreign_utterances_or_few_intents_leave_nothing_out(int intents, int foreign) =>
        Assert.All(IntentFold.Split(Examples(intents, foreign), OutOfScope, 1), fold => Assert.Empty(fold.LeftOut));

    [Fact]
    public void Many_examples_make_one_fold_and_a_handful_none()
    {
        IntentFold fold = Assert.Single(IntentFold.Split(Examples(400), OutOfScope, 1));
        Assert.Equal(400, fold.LeftOut.Count);
        Assert.Equal(360, fold.Held.Count, 40.0);
        Assert.Empty(IntentFold.Split(Examples(2), OutOfScope, 1));
    }

    private static readonly Comparer<IntentExample> ByText = Comparer<IntentExample>.Create(
        (a, b) => string.CompareOrdinal(a.Text, b.Text)
    );
}
