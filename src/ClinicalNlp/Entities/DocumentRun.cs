using ClinicalNlp.Terms;

namespace ClinicalNlp.Entities;

/// <summary>One text on its way through the network: handed out a stretch at a time, put together again at the end.</summary>
/// <remarks>Of the document it keeps the text and the mentions, and nothing else once it has more than one stretch. Thread-safe.</remarks>
internal sealed class DocumentRun(string text, EntitySettings settings, TermDictionary? terms, int length = DocumentStretches.DefaultLength)
{
    private readonly Lock gate = new();
    private readonly DocumentStretches stretches = new(text, settings, length);
    private readonly List<List<Mention>> found = [];
    private TokenizedText? only;
    private List<Mention>? result;

    /// <summary>
    /// The short forms of a document of several stretches, read ahead in a pass of their own; null for one of a single stretch, which shows
    /// them itself.
    /// </summary>
    public DocumentAbbreviations? Abbreviations { get; private set; }

    /// <summary>Whether every stretch was handed out.</summary>
    public bool IsHandedOut
    {
        get
        {
            lock (gate)
                return stretches.IsFinished;
        }
    }

    /// <summary>The next stretch with its number; null after the last.</summary>
    public (int Number, TokenizedText Stretch)? Next()
    {
        lock (gate)
        {
            if (stretches.Next() is not { } stretch)
                return null;
            only = found.Count == 0 ? stretch : null;
            if (found.Count == 0 && terms is not null && !stretches.IsFinished)
                Abbreviations = DocumentAbbreviations.Of(new DocumentStretches(text, settings, length).All(), terms);
            found.Add([]);
            return (found.Count - 1, stretch);
        }
    }

    /// <summary>What the network found in a stretch.</summary>
    public void Put(int number, List<Mention> mentions)
    {
        lock (gate)
            found[number] = mentions;
    }

    /// <summary>The mentions of the document, once every stretch was put; sorted, none overlapping another.</summary>
    public IReadOnlyList<Mention> Finish() => result ??= PutTogether();

    private List<Mention> PutTogether()
    {
        List<Mention> mentions = new(found.Sum(stretch => stretch.Count));
        foreach (List<Mention> stretch in found)
        {
            foreach (Mention mention in stretch)
            {
                // Only where a sentence was cut in its middle can two windows claim the same words: the first keeps them.
                if (mentions.Count == 0 || mentions[^1].Span.End <= mention.Span.Start)
                    mentions.Add(mention);
            }
        }
        found.Clear();
        TokenizedText? whole = only;
        only = null;
        // An abbreviation means throughout a document what it was introduced as.
        if (settings.Abbreviations && text.Contains('(', StringComparison.Ordinal))
        {
            mentions = AbbreviationConsistency.Apply(
                () => whole is not null ? [whole] : new DocumentStretches(text, settings, length).All(),
                mentions
            );
        }
        if (settings.Calibration is { } calibration)
            mentions = calibration.Apply(text, mentions, terms);
        if (settings.Threshold > 0)
            mentions.RemoveAll(mention => mention.Confidence <= settings.Threshold);
        return mentions;
    }
}
