using ClinicalNlp.Text;

namespace ClinicalNlp.Urgency;

/// <summary>A message while patterns are matched on it: what matched where is remembered, since most lists are in many rules.</summary>
internal sealed class MatchedMessage
{
    private readonly MessageWord[] words;
    private readonly bool[] fillers;
    private readonly Dictionary<(Pattern, int), int[]> known = [];
    private readonly Dictionary<Pattern, List<WordRange>> everywhere = [];

    public MatchedMessage(string text, RedFlagPatterns patterns)
    {
        words = MessageWords.Of(text, patterns.Same);
        fillers = [.. words.Select(word => patterns.Fillers.Contains(word.Text))];
        Atoms = [.. words.Select(patterns.Atoms.Of)];
    }

    public ReadOnlySpan<MessageWord> Words => words;

    public TextSpan SpanOf(WordRange range) => new(words[range.First].Span.Start, words[range.End - 1].Span.End);

    /// <summary>The atoms that each word is.</summary>
    public int[][] Atoms { get; }

    public bool IsFiller(int word) => fillers[word];

    /// <summary>Every place of a pattern, in order: the longest match from each word on.</summary>
    public IReadOnlyList<WordRange> All(Pattern pattern)
    {
        if (everywhere.TryGetValue(pattern, out var ranges))
            return ranges;
        everywhere[pattern] = ranges = [];
        for (var at = 0; at < words.Length; at++)
        {
            if (pattern.MayBeginWith(Atoms[at]) && Ends(pattern, at) is { Length: > 0 } ends)
                ranges.Add(new(at, ends.Max()));
        }
        return ranges;
    }

    /// <summary>Where a match that begins with word <paramref name="at"/> may end, exclusive.</summary>
    public int[] Ends(Pattern pattern, int at)
    {
        if (!known.TryGetValue((pattern, at), out var ends))
            known[(pattern, at)] = ends = [.. pattern.Ends(this, at)];
        return ends;
    }
}
