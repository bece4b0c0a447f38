namespace ClinicalNlp.Text;

/// <summary>What a text must be before anything looks at it; the same checks at every border.</summary>
public static class ClinicalText
{
    /// <summary>UTF-16 code units. The longest discharge summaries are under 100,000; whole charts are to be split into their documents.</summary>
    public const int MaximumLength = 1_000_000;

    /// <exception cref="UnusableInputException"><c>empty_text</c>, <c>text_too_long</c>, <c>nul_character</c> or <c>unpaired_surrogate</c>.</exception>
    public static void Check(string text, string? file = null, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IsWhiteSpace())
            throw new UnusableInputException("empty_text", "The text is empty or only white space.", file, line);
        CheckCharacters(text, file, line);
    }

    /// <summary>The same checks, but an empty text is allowed: files of annotated documents hold some.</summary>
    /// <exception cref="UnusableInputException"><c>text_too_long</c>, <c>nul_character</c> or <c>unpaired_surrogate</c>.</exception>
    public static void CheckCharacters(string text, string? file = null, int? line = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaximumLength)
        {
            throw new UnusableInputException(
                "text_too_long",
                $"The text has {text.Length} characters; at most {MaximumLength} are taken.",
                file,
                line
            );
        }
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
