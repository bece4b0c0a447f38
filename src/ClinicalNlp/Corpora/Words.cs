namespace ClinicalNlp.Corpora;

/// <summary>Names for formats in which a blank ends a name.</summary>
internal static class Words
{
    /// <summary>White space becomes an underscore.</summary>
    public static string Flat(string words) => string.Concat(words.Select(c => char.IsWhiteSpace(c) ? '_' : c));

    /// <summary>Line breaks become blanks, one for one, so that offsets stay.</summary>
    public static string OneLine(string words) => words.Replace('\n', ' ').Replace('\r', ' ');
}
