namespace ClinicalNlp.Concepts;

/// <summary>How a name answered a query, the surest first.</summary>
public enum ConceptMatch
{
    /// <summary>The same words in the same order.</summary>
    Exact,

    /// <summary>The name begins with what was typed.</summary>
    Prefix,

    /// <summary>The name has every word that was typed, in any order; the last may be a beginning.</summary>
    Words,

    /// <summary>What was typed is a short form of the name.</summary>
    Abbreviation,

    /// <summary>The same, but for a few letters.</summary>
    Typo,
}

/// <summary>What somebody typed to find a concept, and how well a name answers it. Pure.</summary>
public sealed class ConceptQuery
{
    private const double Synonym = 0.01;

    private ConceptQuery(IReadOnlyList<string> words)
    {
        Words = words;
        Folded = string.Join(' ', words);
    }

    public IReadOnlyList<string> Words { get; }

    public string Folded { get; }

    /// <summary>One word of two to seven letters, which may be the first letters of a name.</summary>
    public bool MayBeInitials => Words is [{ Length: >= 2 and <= 7 }];

    public static ConceptQuery Of(string text) => new(ConceptText.Words(text));

    /// <summary>Letters in which a word may differ: none of short words, in which every letter tells another word.</summary>
    public static int Tolerance(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length switch
        {
            < 4 => 0,
            < 8 => 1,
            _ => 2,
        };
    }

    /// <summary>How well a name answers, in [0, 1]; null when it does not.</summary>
    /// <param name="folded">See <see cref="ConceptText.Fold"/>.</param>
    /// <param name="preferred">Whether it is the concept's preferred name; of two equal answers it is the better one.</param>
    public (ConceptMatch Match, double Score)? Rate(string folded, bool preferred)
    {
        ArgumentNullException.ThrowIfNull(folded);
        if (Words.Count == 0)
            return null;
        double less = preferred ? 0 : Synonym;
        if (folded == Folded)
            return (ConceptMatch.Exact, 1 - less);
        // How much of the name was typed: of two names that both begin so, the shorter one is meant.
        double coverage = Math.Min(1, (double)Folded.Length / Math.Max(1, folded.Length));
        if (folded.StartsWith(Folded, StringComparison.Ordinal))
            return (ConceptMatch.Prefix, 0.8 + (0.15 * coverage) - less);
        string[] words = folded.Split(' ');
        if (Edits(words, tolerant: false) == 0)
            return (ConceptMatch.Words, 0.55 + (0.2 * coverage) - less);
        if (ConceptText.Initials(words).Contains(Folded))
            return (ConceptMatch.Abbreviation, 0.7 - less);
        return Edits(words, tolerant: true) is { } edits
            ? (ConceptMatch.Typo, Math.Max(0.05, 0.35 + (0.3 * coverage) - (0.05 * edits) - less))
            : null;
    }

    /// <summary>The edits by which each typed word becomes another word of the name; null when one is missing.</summary>
    private int? Edits(string[] words, bool tolerant)
    {
        Span<bool> taken = words.Length <= 64 ? stackalloc bool[words.Length] : new bool[words.Length];
        int edits = 0;
        for (int i = 0; i < Words.Count; i++)
        {
            string typed = Words[i];
            bool last = i == Words.Count - 1;
            int best = -1;
            int least = tolerant ? Tolerance(typed) + 1 : 1;
            for (int j = 0; j < words.Length && least > 0; j++)
            {
                if (taken[j])
                    continue;
                int distance =
                    words[j] == typed || (last && words[j].StartsWith(typed, StringComparison.Ordinal)) ? 0
                    : tolerant ? EditDistance.Of(typed, words[j], least - 1)
                    : 1;
                if (distance < least)
                    (best, least) = (j, distance);
            }
            if (best < 0)
                return null;
            taken[best] = true;
            edits += least;
        }
        return edits;
    }
}
