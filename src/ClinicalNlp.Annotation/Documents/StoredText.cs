namespace ClinicalNlp.Annotation.Documents;

/// <summary>What a text must be before it is stored.</summary>
internal static class StoredText
{
    private const int MaximumLength = 5_000_000;

    public static void Check(string text, string where)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new UnusableInputException("empty_text", $"{where}: the text is empty");
        }

        if (text.Length > MaximumLength)
        {
            throw new UnusableInputException("text_too_long", $"{where}: the text has more than {MaximumLength} UTF-16 code units");
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                throw new UnusableInputException("nul_character", $"{where}: U+0000 at {i}");
            }

            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                throw new UnusableInputException("unpaired_surrogate", $"{where}: an unpaired surrogate at {i}");
            }
        }
    }
}
