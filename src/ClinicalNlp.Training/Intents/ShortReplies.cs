using ClinicalNlp.Intents;

namespace ClinicalNlp.Training.Intents;

/// <summary>
/// Dialogues made of utterances that stand alone: "yes please", after what was asked for and what the bot said to that, still asks for it. A few
/// hundred transcripts hold too few words of the turns before to learn that from; thousands of utterances do not.
/// </summary>
internal static class ShortReplies
{
    /// <summary>Longer ones say themselves what they want.</summary>
    private const int MostWords = 6;

    /// <summary>A reply of so few words can go on with any request.</summary>
    private const int AnyIntent = 2;

    /// <summary>How often the bot's turn is left out, so that the words of the request decide.</summary>
    private const double Silent = 0.4;

    /// <summary>How often another exchange about the same comes between.</summary>
    private const double Longer = 0.3;

    /// <summary>How often the reply is one that any intent could have.</summary>
    private const double Common = 0.4;

    private readonly record struct Exchange(string Bot, string Reply);

    /// <summary>One dialogue for every utterance that stands alone, of an intent that short replies in the examples' transcripts go on with.</summary>
    /// <param name="draws">How often an epoch sees each.</param>
    public static List<IntentExample> After(IReadOnlyList<IntentExample> examples, double draws, int seed)
    {
        Random random = new(seed);
        Dictionary<int, List<Exchange>> exchanges = Exchanges(examples);
        string[] common =
        [
            .. exchanges.Values.SelectMany(list => list).Select(exchange => exchange.Reply).Where(reply => Words(reply) <= AnyIntent),
        ];
        List<IntentExample> made = [];
        foreach (IntentExample example in examples)
        {
            if (
                draws <= 0
                || example.Before is not null
                || example.Draws < 1
                || !exchanges.TryGetValue(example.Intent, out List<Exchange>? own)
            )
                continue;
            List<string> before = [example.Text];
            Exchange last = Any(own);
            if (random.NextDouble() < Longer)
            {
                Exchange first = Any(own);
                before.AddRange([Bot(first), first.Reply]);
            }
            before.Add(Bot(last));
            string reply = common.Length > 0 && random.NextDouble() < Common ? common[random.Next(common.Length)] : last.Reply;
            made.Add(new IntentExample(reply, example.Intent, draws, before));
        }
        return made;

        Exchange Any(List<Exchange> list) => list[random.Next(list.Count)];
        string Bot(Exchange exchange) => random.NextDouble() < Silent ? "" : exchange.Bot;
    }

    /// <summary>Short replies of the intent of the turn two before, which was the same person's, by intent.</summary>
    private static Dictionary<int, List<Exchange>> Exchanges(IReadOnlyList<IntentExample> examples)
    {
        Dictionary<string, int> intents = new(StringComparer.Ordinal);
        foreach (IntentExample example in examples)
            intents[example.Text] = example.Intent;
        Dictionary<int, List<Exchange>> exchanges = [];
        foreach (IntentExample example in examples)
        {
            if (example.Before is not { Count: > 1 } before || !IsShort(example.Text))
                continue;
            if (!intents.TryGetValue(before[^2], out int asked) || asked != example.Intent)
                continue;
            if (!exchanges.TryGetValue(asked, out List<Exchange>? list))
                exchanges[asked] = list = [];
            list.Add(new(before[^1], example.Text));
        }
        return exchanges;
    }

    /// <summary>Whether it hardly says itself what it wants.</summary>
    public static bool IsShort(string text) => Words(text) <= MostWords;

    private static int Words(string text) => UtteranceFeatures.Words(text).Count;
}
