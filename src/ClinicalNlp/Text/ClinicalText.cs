namespace ClinicalNlp.Text;

/// <summary>What a text must be before anything looks at it; the same checks at every border.</summary>
public static class ClinicalText
{
    /// <summary>
    /// UTF-16 code units of a text that is stored, shown or learnt from. The longest discharge summaries are under 100,000; whole charts are to be
    /// split into their documents.
    /// </summary>
    public const int MaximumLength = 1_000_000;

    /// <summary>UTF-16 code units of a text that entities are found in without storing it: it is worked on a stretch at a time.</summary>
    public const int MaximumExtractedLength = 64 * 1024 * 1024;

    /// <exception cref="UnusableInputException"><c>empty_text</c>, <c>text_too_long</c>, <c>nul_character</c> or <c>unpaired_surrogate</c>.</exception>
    /// <param name="maximum">UTF-16 code units.</param>
    public static void Check(string text, string? file = null, int? line = null, int maximum = MaximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IsWhiteSpace())
            throw new UnusableInputException("empty_text", "The text is empty or only white space.", file, line);
        CheckCharacters(text, file, line, maximum);
    }

    /// <summary>The same checks, but an empty text is allowed: files of annotated documents hold some.</summary>
    /// <exception cref="UnusableInputException"><c>text_too_long</c>, <c>nul_character</c> or <c>unpaired_surrogate</c>.</exception>
    public static void CheckCharacters(string text, string? file = null, int? line = null, int maximum = MaximumLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > maximum)
            throw TooLong($"The text has {text.Length} characters", maximum, file, line);
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            throw new UnusableInputException("nul_character", $"The text has a NUL character at UTF-16 offset {nul}.", file, line);
        var surrogate = FirstUnpairedSurrogate(text);
        if (surrogate >= 0)
        {
            throw new UnusableInputException(
                "unpaired_surrogate",
                $"The text has half a surrogate pair at UTF-16 offset {surrogate}.",
                file,
                line
            );
        }
    }

    /// <summary><c>text_too_long</c>, with what is supported.</summary>
    /// <param name="found">What was found: the start of the message.</param>
    internal static UnusableInputException TooLong(string found, int maximum, string? file, int? line) =>
        new(
            "text_too_long",
            maximum == MaximumLength
                ? $"{found}; at most {maximum} are stored, shown or learnt from. Extraction alone takes up to {MaximumExtractedLength}."
                : $"{found}; at most {maximum} are taken.",
            file,
            line
        );

    private static int FirstUnpairedSurrogate(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var next = text.AsSpan(at).IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0)
                return -1;
            at += next;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
                return at;
            at++;
        }
        return -1;
    }
}
