using System.Text;
using ClinicalNlp.Terms;

namespace ClinicalNlp.Concepts;

/// <summary>The form in which names of concepts are compared: words in lower case without accents, American spelling, singular.</summary>
/// <remarks>
/// <c>"Parkinson's Disease"</c> is <c>parkinson disease</c>, <c>"Oesophageal tumours"</c> is <c>esophageal tumor</c>. It follows
/// <see cref="TermHash"/>, with one difference: <c>ph</c> stays, so that what is typed is a beginning of what is meant.
/// </remarks>
public static class ConceptText
{
    // Words that short forms leave out: "shortness of breath" is SOB as well as SB.
    private static readonly HashSet<string> Small = new(StringComparer.Ordinal) { "of", "the", "and", "in", "to", "with", "a", "an", "or" };

    /// <summary>The words of a name in their order.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var word = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = TermHash.WithoutAccent(text[i]);
            if (c is >= '\u0300' and <= '\u036F') // an accent that stands by itself
                continue;
            if (c is '\'' or '’' && word.Length > 0)
            {
                // A possessive is left out with its s; an apostrophe within a word alone.
                bool possessive =
                    i + 1 < text.Length && text[i + 1] is 's' or 'S' && (i + 2 >= text.Length || !char.IsLetterOrDigit(text[i + 2]));
                i += possessive ? 1 : 0;
                continue;
            }
            char lower = char.ToLowerInvariant(c);
            if (WordForms.GreekName(lower) is { } greek)
                word.Append(greek);
            else if (char.IsLetterOrDigit(lower))
                word.Append(lower);
            else
                End(word, words);
        }
        End(word, words);
        return words;
    }

    /// <summary>The words with one space between.</summary>
    public static string Fold(string text) => string.Join(' ', Words(text));

    /// <summary>The first letters of a name of two to seven words, once of all words and once without the small ones; empty for others.</summary>
    public static IReadOnlyList<string> Initials(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count is < 2 or > 7)
            return [];
        string all = string.Concat(words.Select(word => word[0]));
        string important = string.Concat(words.Where(word => !Small.Contains(word)).Select(word => word[0]));
        return important.Length < 2 || important == all ? [all] : [all, important];
    }

    private static void End(StringBuilder word, List<string> words)
    {
        if (word.Length > 0)
            words.Add(Singular(American(word.ToString())));
        word.Clear();
    }

    private static string American(string word)
    {
        if (word.Length < 4)
            return word;
        return word.Replace("oe", "e", StringComparison.Ordinal)
            .Replace("ae", "e", StringComparison.Ordinal)
            .Replace("mour", "mor", StringComparison.Ordinal)
            .Replace("sulph", "sulf", StringComparison.Ordinal);
    }

    private static string Singular(string word)
    {
        if (word.Length < 2 || !char.IsLetter(word[^2]))
            return word;
        var (length, endsInY) = WordForms.Singular(word);
        return endsInY ? word[..length] + "y" : word[..length];
    }
}
