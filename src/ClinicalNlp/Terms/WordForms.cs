namespace ClinicalNlp.Terms;

/// <summary>What dictionaries and concepts agree on about the forms of a word.</summary>
internal static class WordForms
{
    /// <summary>Small alpha (U+03B1) to omega (U+03C9), the final sigma among them, as they are spelled in names.</summary>
    private static readonly string[] Greek =
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "sigma",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ];

    /// <summary>The name of a small Greek letter; null for every other character.</summary>
    public static string? GreekName(char c) => c is >= 'α' and <= 'ω' ? Greek[c - 'α'] : null;

    /// <summary>What is left of a word without its plural ending, and whether a y stands in the ending's place.</summary>
    /// <remarks>"allergies" as "allergy", "abscesses" as "abscess", "seizures" as "seizure"; "illness", "virus", "sepsis" as they are.</remarks>
    /// <param name="word">In lower case.</param>
    /// <returns>How many UTF-16 units stay, from the first on.</returns>
    public static (int Length, bool EndsInY) Singular(ReadOnlySpan<char> word)
    {
        if (word.Length <= 3 || word[^1] != 's' || word[^2] is 's' or 'u' or 'i')
            return (word.Length, false);
        if (word[^2] != 'e')
            return (word.Length - 1, false);
        if (word[^3] == 'i' && word.Length > 4)
            return (word.Length - 3, true);
        return (word.Length - (word[^3] == 's' && word[^4] == 's' ? 2 : 1), false);
    }
}
