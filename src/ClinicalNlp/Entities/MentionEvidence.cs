using ClinicalNlp.Terms;
using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>What speaks for a mention beside the network's probability, cheap enough for every mention of a document.</summary>
/// <param name="LogTokens">Natural logarithm of its tokens.</param>
/// <param name="LogRepeats">Natural logarithm of how often the document has the same words as a mention of the same label, up to <see cref="MostRepeats"/>.</param>
/// <param name="IsTerm">Whether its words are as a whole a term of a dictionary.</param>
internal readonly record struct MentionEvidence(double LogTokens, double LogRepeats, bool IsTerm)
{
    /// <summary>More say nothing more: a file of many notes in one text would otherwise be surer than each of them.</summary>
    private const int MostRepeats = 7;

    /// <summary>Of each of a document's mentions.</summary>
    public static MentionEvidence[] Of(string text, IReadOnlyList<Mention> mentions, TermDictionary? terms)
    {
        // Each different surface is looked at once.
        Dictionary<string, (int Number, double LogTokens, bool IsTerm)> surfaces = new(StringComparer.Ordinal);
        var lookup = surfaces.GetAlternateLookup<ReadOnlySpan<char>>();
        Dictionary<(int Surface, string Label), int> repeats = [];
        var found = new (int Number, double LogTokens, bool IsTerm)[mentions.Count];
        for (int i = 0; i < found.Length; i++)
        {
            ReadOnlySpan<char> surface = mentions[i].Span.Slice(text);
            if (!lookup.TryGetValue(surface, out found[i]))
                lookup[surface] = found[i] = Look(surface.ToString(), surfaces.Count, terms);
            (int, string) same = (found[i].Number, mentions[i].Label);
            repeats[same] = repeats.GetValueOrDefault(same) + 1;
        }
        MentionEvidence[] evidence = new MentionEvidence[found.Length];
        for (int i = 0; i < found.Length; i++)
        {
            int times = Math.Min(MostRepeats, repeats[(found[i].Number, mentions[i].Label)]);
            evidence[i] = new MentionEvidence(found[i].LogTokens, Math.Log(times), found[i].IsTerm);
        }
        return evidence;
    }

    private static (int Number, double LogTokens, bool IsTerm) Look(string surface, int number, TermDictionary? terms)
    {
        Token[] tokens = Tokenizer.Tokenize(surface);
        return (number, Math.Log(Math.Max(1, tokens.Length)), terms is not null && TermMatcher.IsTerm(surface, tokens, terms));
    }
}
