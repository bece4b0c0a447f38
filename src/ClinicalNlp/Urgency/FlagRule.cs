namespace ClinicalNlp.Urgency;

/// <summary>Words of the message by number, [First, End).</summary>
internal readonly record struct WordRange(int First, int End);

/// <summary>What must come together for a flag, in any order.</summary>
/// <param name="Near">Within <see cref="Window"/> words of one sentence.</param>
/// <param name="Anywhere">Somewhere in the message: an age, a pregnancy.</param>
/// <param name="Unless">In the same sentence, takes the match away; null: nothing does.</param>
/// <param name="Topic">A name alone ("stroke") that says nothing of its happening, unless it is all of the message.</param>
internal sealed record FlagRule(string Flag, IReadOnlyList<Pattern> Near, IReadOnlyList<Pattern> Anywhere, Pattern? Unless, bool Topic)
{
    /// <summary>A message of so few words means what it names: <c>stroke</c>, <c>help overdose</c>.</summary>
    private const int BareMessage = 3;

    /// <summary>From the first word of the evidence to the last: a clause of somebody who uses no commas.</summary>
    private const int Window = 10;

    public bool Names(MatchedMessage message) => Topic && message.Words.Length > BareMessage;

    /// <summary>The evidence of each place where the rule holds, the parts of <see cref="Near"/> first.</summary>
    public IEnumerable<IReadOnlyList<WordRange>> Match(MatchedMessage message)
    {
        if (Near.Concat(Anywhere).Any(part => message.All(part).Count == 0))
            yield break;
        var anywhere = Anywhere.Select(part => message.All(part)[0]).ToList();
        var others = Near.Skip(1).Select(message.All).ToList();
        foreach (var lead in message.All(Near[0]))
        {
            List<WordRange> evidence = [lead];
            foreach (var other in others)
            {
                if (Nearest(message, other, evidence) is not { } near)
                    break;
                evidence.Add(near);
            }
            if (evidence.Count == Near.Count && (Unless is null || !InSentence(message, Unless, lead)))
                yield return [.. evidence, .. anywhere];
        }
    }

    private static WordRange? Nearest(MatchedMessage message, IReadOnlyList<WordRange> candidates, List<WordRange> evidence)
    {
        var first = evidence.Min(range => range.First);
        var end = evidence.Max(range => range.End);
        WordRange? best = null;
        var least = Window + 1;
        foreach (var candidate in candidates)
        {
            var width = Math.Max(end, candidate.End) - Math.Min(first, candidate.First);
            if (
                width < least
                && message.Words[candidate.First].Sentence == message.Words[first].Sentence
                && !evidence.Exists(range => range.First < candidate.End && candidate.First < range.End)
            )
            {
                best = candidate;
                least = width;
            }
        }
        return best;
    }

    private static bool InSentence(MatchedMessage message, Pattern pattern, WordRange place)
    {
        foreach (var other in message.All(pattern))
        {
            if (message.Words[other.First].Sentence == message.Words[place.First].Sentence)
                return true;
        }
        return false;
    }
}
