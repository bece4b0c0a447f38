namespace ClinicalNlp.Urgency;

/// <summary>One word of a pattern: <c>throat</c>, or <c>bleed*</c> for everything that begins so. Long ones forgive one typing error.</summary>
/// <remarks>
/// One error is one letter too many, missing, wrong, or two swapped (Damerau 1964), never in the first letter: people seldom miss that one, and
/// most real words that are one letter away differ there.
/// </remarks>
internal sealed class WordPattern
{
    private const int ShortestWithErrors = 5;

    /// <summary>A beginning is met by more words, so it needs more letters before an error is believed.</summary>
    private const int ShortestBeginningWithErrors = 7;

    private readonly string stem;
    private readonly bool prefix;
    private readonly IReadOnlySet<string> realWords;

    /// <param name="realWords">Words that are near a pattern and mean something else: <c>chess</c> is not a misspelt <c>chest</c>.</param>
    public WordPattern(string written, IReadOnlySet<string> realWords)
    {
        prefix = written.EndsWith('*');
        stem = prefix ? written[..^1] : written;
        this.realWords = realWords;
    }

    public bool Matches(string word)
    {
        if (prefix ? word.StartsWith(stem, StringComparison.Ordinal) : word == stem)
            return true;
        var shortest = prefix ? ShortestBeginningWithErrors : ShortestWithErrors;
        if (stem.Length < shortest || word.Length < shortest - 1 || word[0] != stem[0] || realWords.Contains(word))
            return false;
        if (!prefix)
            return OneErrorApart(stem, word);
        for (var length = stem.Length - 1; length <= stem.Length + 1 && length <= word.Length; length++)
        {
            if (OneErrorApart(stem, word.AsSpan(0, length)))
                return true;
        }
        return false;
    }

    internal static bool OneErrorApart(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (Math.Abs(one.Length - other.Length) > 1)
            return false;
        var same = one.CommonPrefixLength(other);
        var left = one[same..];
        var right = other[same..];
        if (left.IsEmpty || right.IsEmpty)
            return true; // at most one letter is left on the other side
        return left.Length > right.Length ? left[1..].SequenceEqual(right)
            : left.Length < right.Length ? left.SequenceEqual(right[1..])
            : left[1..].SequenceEqual(right[1..])
                || (left.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..].SequenceEqual(right[2..]));
    }
}
