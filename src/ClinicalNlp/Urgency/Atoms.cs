using System.Collections.Concurrent;

namespace ClinicalNlp.Urgency;

/// <summary>Every single word and number that patterns ask for, each once, so that a word of a message is compared once with each.</summary>
internal sealed class Atoms(IReadOnlySet<string> realWords)
{
    /// <summary>Words of messages whose atoms are kept: people use the same few thousand words.</summary>
    private const int MostKept = 20_000;

    private readonly Dictionary<string, int> ids = [];
    private readonly Dictionary<char, List<(int Id, WordPattern Pattern)>> wordsByLetter = [];
    private readonly List<(int Id, double Least, double Most)> numbers = [];
    private readonly ConcurrentDictionary<string, int[]> kept = new(StringComparer.Ordinal);
    private int keptCount;

    /// <summary>Each word or number as patterns write it.</summary>
    public IEnumerable<string> Written => ids.Keys;

    public Pattern Word(string written) => new Atom(Id(written, id => AddWord(id, written)));

    public Pattern Number(double least, double most) => new Atom(Id($"#{least}-{most}", id => numbers.Add((id, least, most))));

    /// <summary>Those that the word is. To be asked when all patterns were read; thread-safe.</summary>
    public int[] Of(MessageWord word)
    {
        if (!double.IsNaN(word.Number))
            return [.. numbers.Where(known => word.Number >= known.Least && word.Number <= known.Most).Select(known => known.Id)];
        if (kept.TryGetValue(word.Text, out var atoms))
            return atoms;
        atoms = wordsByLetter.TryGetValue(word.Text[0], out var near)
            ? [.. near.Where(known => known.Pattern.Matches(word.Text)).Select(known => known.Id)]
            : [];
        if (Volatile.Read(ref keptCount) < MostKept && kept.TryAdd(word.Text, atoms))
            Interlocked.Increment(ref keptCount);
        return atoms;
    }

    private int Id(string written, Action<int> add)
    {
        if (ids.TryGetValue(written, out var id))
            return id;
        id = ids.Count;
        ids.Add(written, id);
        add(id);
        return id;
    }

    private void AddWord(int id, string written)
    {
        if (!wordsByLetter.TryGetValue(written[0], out var near))
            wordsByLetter[written[0]] = near = [];
        near.Add((id, new WordPattern(written, realWords)));
    }
}
