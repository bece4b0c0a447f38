using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>An assertion as words, for formats that have attributes but none of ours: <c>negated</c>, <c>uncertain</c>, …; <c>affirmed</c> when none of them holds.</summary>
public static class AssertionWords
{
    public const string Affirmed = "affirmed";

    private const char Separator = '|';

    private static readonly (string Word, Func<SpanAssertion, bool> Holds, Func<SpanAssertion, SpanAssertion> With)[] Words =
    [
        ("negated", a => a.Negated, a => a with { Negated = true }),
        ("uncertain", a => a.Uncertain, a => a with { Uncertain = true }),
        ("historical", a => a.Historical, a => a with { Historical = true }),
        ("hypothetical", a => a.Hypothetical, a => a with { Hypothetical = true }),
        ("family", a => a.Family, a => a with { Family = true }),
    ];

    /// <summary>At least one word.</summary>
    public static IReadOnlyList<string> Of(SpanAssertion assertion)
    {
        string[] words = [.. Words.Where(word => word.Holds(assertion)).Select(word => word.Word)];
        return words.Length > 0 ? words : [Affirmed];
    }

    /// <summary>The assertion with the word's claim as well; null when the word is none of ours, whatever its case.</summary>
    public static SpanAssertion? With(SpanAssertion? assertion, string word)
    {
        if (word.Equals(Affirmed, StringComparison.OrdinalIgnoreCase))
            return assertion ?? new SpanAssertion(false);
        var known = Array.Find(Words, known => known.Word.Equals(word, StringComparison.OrdinalIgnoreCase));
        return known.With?.Invoke(assertion ?? new SpanAssertion(false));
    }

    public static string Join(SpanAssertion assertion) => string.Join(Separator, Of(assertion));

    /// <summary>Null when a word is none of ours.</summary>
    public static SpanAssertion? Split(string words)
    {
        SpanAssertion? assertion = null;
        foreach (var word in words.Split(Separator))
        {
            if ((assertion = With(assertion, word)) is null)
                return null;
        }
        return assertion;
    }
}
