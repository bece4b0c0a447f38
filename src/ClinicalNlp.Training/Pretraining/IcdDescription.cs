namespace ClinicalNlp.Training.Pretraining;

/// <summary>The forms in which a clinician writes what a classification describes with all its exclusions.</summary>
internal static class IcdDescription
{
    private static readonly string[] Openings =
    [
        "other specified ",
        "other and unspecified ",
        "other ",
        "unspecified ",
        "personal history of ",
        "family history of ",
    ];
    private static readonly string[] Closings = [" unspecified", " not otherwise specified", " not elsewhere classified", " nos", " nec"];

    /// <summary>The description; without brackets; up to its first comma; without "other" or "unspecified". Each once.</summary>
    public static IEnumerable<string> Variants(string description)
    {
        HashSet<string> variants = new(StringComparer.OrdinalIgnoreCase);
        string plain = WithoutBrackets(description);
        int comma = plain.IndexOf(',', StringComparison.Ordinal);
        string head = comma > 0 ? plain[..comma] : plain;
        foreach (string form in (string[])[plain, head, Trim(plain), Trim(head)])
        {
            if (form.Length > 0)
                variants.Add(form);
        }
        return variants;
    }

    /// <summary>"Cholera (classical) [biovar]" is "Cholera".</summary>
    public static string WithoutBrackets(string text)
    {
        Span<char> kept = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        int length = 0;
        int depth = 0;
        foreach (char c in text)
        {
            if (c is '(' or '[')
                depth++;
            else if (c is ')' or ']')
                depth = Math.Max(0, depth - 1);
            else if (depth == 0)
                kept[length++] = c;
        }
        return kept[..length].Trim().ToString();
    }

    private static string Trim(string form)
    {
        ReadOnlySpan<char> left = form;
        foreach (string opening in Openings)
        {
            if (left.StartsWith(opening, StringComparison.OrdinalIgnoreCase))
                left = left[opening.Length..];
        }
        foreach (string closing in Closings)
        {
            if (left.EndsWith(closing, StringComparison.OrdinalIgnoreCase))
                left = left[..^closing.Length];
        }
        return left.Trim(" ,;").ToString();
    }
}
