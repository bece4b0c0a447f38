namespace ClinicalNlp.Urgency;

/// <summary>Every single word and number that patterns ask for, each once, so that a word of a message is compared once with each.</summary>
internal sealed class Atoms(IReadOnlySet<string> realWords)
{
    private readonly Dictionary<string, int> ids = [];
    private readonly Dictionary<char, List<(int Id, WordPattern Pattern)>> wordsByLetter = [];
    private readonly List<(int Id, double Least, double Most)> numbers = [];

    public Pattern Word(string written) => new Atom(Id(written, id => AddWord(id, written)));

    public Pattern Number(double least, double most) => new Atom(Id($"#{least}-{most}", id => numbers.Add((id, least, most))));

    /// <summary>Those that the word is.</summary>
    public int[] Of(MessageWord word) =>
        double.IsNaN(word.Number)
            ? wordsByLetter.TryGetValue(word.Text[0], out var near)
                ? [.. near.Where(known => known.Pattern.Matches(word.Text)).Select(known => known.Id)]
                : []
            : [.. numbers.Where(known => word.Number >= known.Least && word.Number <= known.Most).Select(known => known.Id)];

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
