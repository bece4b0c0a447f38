using ClinicalNlp.Benchmarks;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Benchmarks;

public class IntentSplitsTests
{
    private static readonly Utterance[] Utterances =
    [
        .. from intent in new[] { "a", "b", "c" }
        from number in Enumerable.Range(0, intent == "c" ? 1 : 50)
        select new Utterance($"{intent} {number}", intent),
    ];

    [Fact]
    public void A_fifth_of_each_intent_is_held_out_and_nothing_is_lost()
    {
        var (train, held) = IntentSplits.Split(Utterances);
        Assert.Equal([("a", 10), ("b", 10)], held.CountBy(utterance => utterance.Intent!).Select(intent => (intent.Key, intent.Value)));
        Assert.Equal(Utterances.Order(ByText), train.Concat(held).Order(ByText));
    }

    [Fact]
    public void The_split_does_not_depend_on_the_order_of_intents()
    {
        Utterance[] otherwise = [.. Utterances.OrderByDescending(utterance => utterance.Intent, StringComparer.Ordinal)];
        Assert.Equal(IntentSplits.Split(Utterances).Held, IntentSplits.Split(otherwise).Held);
    }

    [Fact]
    public void Draws_take_the_same_number_of_each_intent_and_differ()
    {
        var first = IntentSplits.Draw(Utterances, 10, 1);
        Assert.Equal([10, 10, 1], first.CountBy(utterance => utterance.Intent!).Select(intent => intent.Value));
        Assert.Equal(first, IntentSplits.Draw(Utterances, 10, 1));
        Assert.NotEqual(first, IntentSplits.Draw(Utterances, 10, 2));
    }

    private static readonly IComparer<Utterance> ByText = Comparer<Utterance>.Create((a, b) => string.CompareOrdinal(a.Text, b.Text));
}
