using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>
/// Makes a document's abbreviations agree with the long forms that introduce them: in "acute renal failure (ARF)" the short form takes
/// the type of the mention before it, wherever it stands in the document, and a short form whose long form is no mention is none
/// either. Rules, no training; short and long forms are matched after Schwartz and Hearst (2003).
/// </summary>
/// <remarks>On the dev split of BC5CDR this is worth two points of exact F1. It can be switched off in the model's settings.</remarks>
internal static class AbbreviationConsistency
{
    /// <param name="stretches">The document, asked for twice: definitions hold before and after the place where they stand.</param>
    /// <param name="mentions">Sorted, none overlapping another; so is the answer.</param>
    public static List<Mention> Apply(Func<IEnumerable<TokenizedText>> stretches, List<Mention> mentions)
    {
        Dictionary<string, Definition> definitions = new(StringComparer.Ordinal);
        foreach (TokenizedText stretch in stretches())
            Define(stretch, mentions, definitions);
        if (definitions.Count == 0)
            return mentions;
        ILookup<string, Definition> byFirstWord = definitions.Values.ToLookup(definition => definition.Words[0], StringComparer.Ordinal);
        List<Occurrence>[] occurrences =
        [
            .. Enumerable.Range(0, AbbreviationDefinitions.MostShortTokens + 1).Select(_ => new List<Occurrence>()),
        ];
        foreach (TokenizedText stretch in stretches())
            FindOccurrences(stretch, byFirstWord, occurrences);
        // Longer short forms first: "TNF-alpha" before "TNF".
        for (int tokens = AbbreviationDefinitions.MostShortTokens; tokens > 0; tokens--)
        {
            if (occurrences[tokens].Count > 0)
                mentions = Spread(occurrences[tokens], mentions);
        }
        return mentions;
    }

    /// <summary>Both lists in the order of the text: what is known of the short forms goes into the mentions in one walk.</summary>
    private static List<Mention> Spread(List<Occurrence> occurrences, List<Mention> mentions)
    {
        List<Mention> result = new(mentions.Count + occurrences.Count);
        int next = 0;
        foreach ((TextSpan span, Definition definition) in occurrences)
        {
            while (next < mentions.Count && mentions[next].Span.Start < span.Start)
                result.Add(mentions[next++]);
            Mention? following = next < mentions.Count ? mentions[next] : null;
            if (following?.Span == span)
            {
                next++;
                if (definition.Label is not null)
                {
                    result.Add(
                        following.Label == definition.Label
                            ? following
                            : following with
                            {
                                Label = definition.Label,
                                Confidence = definition.Confidence,
                            }
                    );
                }
            }
            else if (definition.Label is not null && !Overlaps(result.LastOrDefault(), span) && !Overlaps(following, span))
            {
                result.Add(new Mention(span, definition.Label, definition.Confidence));
            }
        }
        result.AddRange(mentions[next..]);
        return result;

        static bool Overlaps(Mention? mention, TextSpan span) => mention is not null && mention.Span.Overlaps(span);
    }

    private static void FindOccurrences(TokenizedText stretch, ILookup<string, Definition> definitions, List<Occurrence>[] occurrences)
    {
        HashSet<string> words = [.. definitions.Select(group => group.Key)];
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int at = stretch.CoreStart; at < stretch.CoreEnd; at++)
        {
            if (!lookup.TryGetValue(stretch.Word(at), out string? word))
                continue;
            foreach (Definition definition in definitions[word])
            {
                if (!Occurs(stretch, definition, at))
                    continue;
                int last = at + definition.Words.Length - 1;
                TextSpan span = new(stretch.Tokens[at].Span.Start, stretch.Tokens[last].Span.End);
                occurrences[definition.Words.Length].Add(new Occurrence(span, definition));
            }
        }
    }

    private static bool Occurs(TokenizedText stretch, Definition definition, int at)
    {
        if (at + definition.Words.Length > stretch.Tokens.Length)
            return false;
        for (int i = 1; i < definition.Words.Length; i++)
        {
            if (!stretch.Word(at + i).SequenceEqual(definition.Words[i]))
                return false;
        }
        return true;
    }

    /// <summary>Adds the definitions that stand in the stretch, under their short forms; the first in the document holds.</summary>
    private static void Define(TokenizedText stretch, List<Mention> mentions, Dictionary<string, Definition> definitions)
    {
        foreach (ShortForm form in AbbreviationDefinitions.ShortForms(stretch, stretch.CoreStart, stretch.CoreEnd))
        {
            if (definitions.ContainsKey(form.Surface))
                continue;
            int before = stretch.Tokens[form.Open - 1].Span.End;
            Mention? mention = Overlapping(mentions, new TextSpan(before - 1, before));
            if (mention?.Span.End != before)
                mention = null;
            if (mention is not null && AbbreviationDefinitions.LongFormStart(form.Surface, mention.Span.Slice(stretch.Text)) >= 0)
                definitions.Add(form.Surface, Of(mention.Label, mention.Confidence));
            else if (mention is null && AbbreviationDefinitions.LongForm(stretch, form) is { } span && Overlapping(mentions, span) is null)
                definitions.Add(form.Surface, Of(null, 0));

            Definition Of(string? label, double confidence) =>
                new([.. Enumerable.Range(form.First, form.Tokens).Select(i => stretch.Word(i).ToString())], label, confidence);
        }
    }

    /// <summary>The first of the sorted mentions that shares a character with the span.</summary>
    private static Mention? Overlapping(List<Mention> mentions, TextSpan span)
    {
        int low = 0;
        int high = mentions.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (mentions[middle].Span.End > span.Start)
                high = middle;
            else
                low = middle + 1;
        }
        return low < mentions.Count && mentions[low].Span.Overlaps(span) ? mentions[low] : null;
    }

    /// <param name="Words">The tokens of the short form.</param>
    /// <param name="Label">Null: the long form is no mention, so the short form is none.</param>
    private sealed record Definition(string[] Words, string? Label, double Confidence);

    private readonly record struct Occurrence(TextSpan Span, Definition Definition);
}
