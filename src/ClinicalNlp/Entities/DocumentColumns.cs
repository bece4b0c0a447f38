using System.Buffers;
using ClinicalNlp.Terms;

namespace ClinicalNlp.Entities;

/// <summary>
/// Everything the network is told of a token besides the word itself, side by side: <see cref="ContextFlags"/>,
/// <see cref="TermFeatures"/>, <see cref="AbbreviationColumns"/>. Without dictionaries only the flags.
/// </summary>
internal static class DocumentColumns
{
    public static int Width(TermDictionary? terms) =>
        ContextFlags.Width + (terms is null ? 0 : TermFeatures.Width(terms) + AbbreviationColumns.Width(terms));

    /// <summary>Fills [tokens, <see cref="Width"/>] of a document that is there as a whole.</summary>
    public static void Fill(TokenizedText document, TermDictionary? terms, Span<float> columns) => Fill(document, terms, null, columns);

    /// <summary>Fills [tokens, <see cref="Width"/>] of a stretch: its core gets what it would get in the whole document.</summary>
    /// <param name="abbreviations">Of the whole document; null when the stretch is the whole.</param>
    public static void Fill(TokenizedText document, TermDictionary? terms, DocumentAbbreviations? abbreviations, Span<float> columns)
    {
        int tokens = document.Tokens.Length;
        if (terms is null)
        {
            ContextFlags.Fill(document.Text, document.Tokens, document.Sentences, columns);
            return;
        }
        int width = Width(terms);
        columns = columns[..(tokens * width)];
        columns.Clear();
        if (tokens == 0)
            return;
        float[] flags = ArrayPool<float>.Shared.Rent(tokens * ContextFlags.Width);
        ContextFlags.Fill(document.Text, document.Tokens, document.Sentences, flags);
        for (int i = 0; i < tokens; i++)
            flags.AsSpan(i * ContextFlags.Width, ContextFlags.Width).CopyTo(columns[(i * width)..]);
        ArrayPool<float>.Shared.Return(flags);

        List<TermMatch> matches = [];
        TermMatcher.Find(document, terms, matches);
        TermFeatures.Set(matches, columns[ContextFlags.Width..], width);
        if (abbreviations is null)
        {
            abbreviations = new DocumentAbbreviations();
            abbreviations.Read(document, matches);
        }
        AbbreviationColumns.Set(document, abbreviations, columns[(ContextFlags.Width + TermFeatures.Width(terms))..], width);
    }
}
