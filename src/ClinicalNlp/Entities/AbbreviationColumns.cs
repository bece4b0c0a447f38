using System.Buffers;
using ClinicalNlp.Terms;
using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>The short forms that a document introduces, and of each which dictionaries hold its long form.</summary>
internal sealed class DocumentAbbreviations
{
    /// <summary>Bit n: there is a short form of n tokens.</summary>
    private int lengths;
    private readonly Dictionary<string, int> dictionaries = new(StringComparer.Ordinal);

    /// <summary>Reads the whole document once, for definitions hold before and after the place where they stand.</summary>
    public static DocumentAbbreviations Of(IEnumerable<TokenizedText> stretches, TermDictionary terms)
    {
        DocumentAbbreviations abbreviations = new();
        List<TermMatch> matches = [];
        foreach (TokenizedText stretch in stretches)
        {
            if (!AbbreviationDefinitions.ShortForms(stretch, stretch.CoreStart, stretch.CoreEnd).Any())
                continue;
            matches.Clear();
            TermMatcher.Find(stretch, terms, matches);
            abbreviations.Read(stretch, matches);
        }
        return abbreviations;
    }

    /// <summary>Of a document that is there as a whole, or of the core of a stretch. The first definition in the document holds.</summary>
    public void Read(TokenizedText stretch, List<TermMatch> matches)
    {
        ushort[]? ends = null;
        foreach (ShortForm form in AbbreviationDefinitions.ShortForms(stretch, stretch.CoreStart, stretch.CoreEnd))
        {
            if (AbbreviationDefinitions.LongForm(stretch, form) is null)
                continue;
            ends ??= Ends(stretch.Tokens.Length, matches);
            dictionaries.TryAdd(form.Surface, ends[form.Open - 1]);
            lengths |= 1 << form.Tokens;
        }
        if (ends is not null)
            ArrayPool<ushort>.Shared.Return(ends);
    }

    /// <summary>The longest short form that starts at this token: how many tokens it has (0: none), and bit d for dictionary d.</summary>
    /// <remarks>"TNF" within "TNF-alpha" is another thing where both were introduced.</remarks>
    /// <param name="end">Where the token's sentence ends.</param>
    public int At(TokenizedText document, int token, int end, out int found)
    {
        found = 0;
        for (int length = Math.Min(int.Log2(lengths | 1), end - token); length > 0; length--)
        {
            TextSpan span = new(document.Tokens[token].Span.Start, document.Tokens[token + length - 1].Span.End);
            if (
                (lengths & (1 << length)) != 0
                && span.Length <= AbbreviationDefinitions.LongestShortForm
                && dictionaries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(span.Slice(document.Text), out found)
            )
                return length;
        }
        return 0;
    }

    /// <summary>Per token: bit d is set when a term of dictionary d ends there.</summary>
    private static ushort[] Ends(int tokens, List<TermMatch> matches)
    {
        ushort[] ends = ArrayPool<ushort>.Shared.Rent(tokens);
        ends.AsSpan(0, tokens).Clear();
        foreach (TermMatch match in matches)
            ends[match.Last] |= (ushort)(1 << match.Dictionary);
        return ends;
    }
}

/// <summary>
/// What a text says of its own abbreviations, as columns: the short form where it is introduced, every occurrence of it, the long
/// form; and, on each occurrence, one column a dictionary: a term of that dictionary ends the long form.
/// </summary>
/// <remarks>The end, for it is the head: "angiotensin converting enzyme inhibitor" holds a drug's name but is none.</remarks>
internal static class AbbreviationColumns
{
    private const int Introduced = 0;
    private const int Occurrence = 1;
    private const int LongForm = 2;
    private const int Plain = 3;

    public static int Width(TermDictionary terms) => Plain + terms.Names.Count;

    /// <summary>Sets the columns in rows that were cleared.</summary>
    /// <param name="columns">[tokens, <paramref name="stride"/>], our columns first in each row.</param>
    public static void Set(TokenizedText document, DocumentAbbreviations abbreviations, Span<float> columns, int stride)
    {
        foreach (ShortForm form in AbbreviationDefinitions.ShortForms(document, 0, document.Tokens.Length))
        {
            if (AbbreviationDefinitions.LongForm(document, form) is not { } span)
                continue;
            for (int i = 0; i < form.Tokens; i++)
                columns[((form.First + i) * stride) + Introduced] = 1;
            for (int i = form.Open - 1; i >= 0 && document.Tokens[i].Span.End > span.Start; i--)
                columns[(i * stride) + LongForm] = 1;
        }
        int at = 0;
        foreach (TextSpan sentence in document.Sentences)
        {
            int end = at;
            while (end < document.Tokens.Length && document.Tokens[end].Span.Start < sentence.End)
                end++;
            while (at < end)
            {
                int length = abbreviations.At(document, at, end, out int dictionaries);
                for (int last = at + Math.Max(1, length); at < last; at++)
                {
                    if (length > 0)
                        Mark(columns[(at * stride)..], dictionaries);
                }
            }
        }
    }

    private static void Mark(Span<float> row, int dictionaries)
    {
        row[Occurrence] = 1;
        for (; dictionaries != 0; dictionaries &= dictionaries - 1)
            row[Plain + int.TrailingZeroCount(dictionaries)] = 1;
    }
}
