namespace ClinicalNlp.Urgency;

/// <summary>What a phrase is built of. A match is within one sentence.</summary>
internal abstract class Pattern
{
    /// <summary>The atoms (<see cref="Atoms"/>) that a match can begin with.</summary>
    public abstract IEnumerable<int> First { get; }

    /// <summary>Whether one of a word's atoms is among <see cref="First"/>; most patterns are ruled out by this alone.</summary>
    public abstract bool MayBeginWith(int[] atoms);

    /// <summary>Where a match that begins with word <paramref name="at"/> may end, exclusive; in any order, perhaps twice.</summary>
    public abstract IEnumerable<int> Ends(MatchedMessage message, int at);
}

/// <summary>One word, or one number.</summary>
internal sealed class Atom(int id) : Pattern
{
    public override IEnumerable<int> First => [id];

    public override bool MayBeginWith(int[] atoms) => atoms.Contains(id);

    public override IEnumerable<int> Ends(MatchedMessage message, int at) => message.Atoms[at].Contains(id) ? [at + 1] : [];
}

internal sealed class AnyOf : Pattern
{
    private readonly ILookup<int, Pattern> byFirst;

    public AnyOf(IEnumerable<Pattern> patterns) =>
        byFirst = patterns.SelectMany(pattern => pattern.First.Select(atom => (atom, pattern))).ToLookup(p => p.atom, p => p.pattern);

    public override IEnumerable<int> First => byFirst.Select(group => group.Key);

    public override bool MayBeginWith(int[] atoms) => Array.Exists(atoms, byFirst.Contains);

    public override IEnumerable<int> Ends(MatchedMessage message, int at)
    {
        foreach (var atom in message.Atoms[at])
        foreach (var pattern in byFirst[atom])
        foreach (var end in message.Ends(pattern, at))
            yield return end;
    }
}

/// <param name="GapBefore">At most so many words may stand before it, whatever they are; 0: only fillers.</param>
internal readonly record struct Step(Pattern Pattern, int GapBefore, bool Optional);

/// <summary>One after the other; up to two fillers (<c>is</c>, <c>so</c>, <c>my</c>) between.</summary>
internal sealed class InOrder(IReadOnlyList<Step> steps) : Pattern
{
    private const int Fillers = 2;

    public override IEnumerable<int> First => steps[0].Pattern.First;

    public override bool MayBeginWith(int[] atoms) => steps[0].Pattern.MayBeginWith(atoms);

    public override IEnumerable<int> Ends(MatchedMessage message, int at)
    {
        if (message.Ends(steps[0].Pattern, at) is not { Length: > 0 } begins)
            return [];
        HashSet<int> ends = [.. begins];
        foreach (var step in steps.Skip(1))
        {
            if (ends.Count == 0)
                break;
            HashSet<int> next = step.Optional ? [.. ends] : [];
            foreach (var from in ends)
                AddEnds(message, step, from, next);
            ends = next;
        }
        return ends;
    }

    private static void AddEnds(MatchedMessage message, Step step, int from, HashSet<int> ends)
    {
        var sentence = message.Words[from - 1].Sentence;
        var fillers = 0;
        var others = 0;
        for (var start = from; start < message.Words.Length && message.Words[start].Sentence == sentence; start++)
        {
            if (step.Pattern.MayBeginWith(message.Atoms[start]))
                ends.UnionWith(message.Ends(step.Pattern, start));
            if (message.IsFiller(start) && fillers < Fillers)
                fillers++;
            else if (others < step.GapBefore)
                others++;
            else
                break;
        }
    }
}
