using ClinicalNlp.Concepts;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>What the files of one terminology say together: a code that occurs again adds its names.</summary>
internal sealed class TerminologyContent
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<Concept> concepts = [];

    public IReadOnlyList<Concept> Concepts => concepts;

    public List<Abbreviation> Abbreviations { get; } = [];

    /// <param name="report">Phase, done, total.</param>
    /// <exception cref="UnusableInputException">A file cannot be used; <c>no_concepts</c> when the files are empty.</exception>
    public static TerminologyContent Read(IReadOnlyList<string> paths, Action<string, long, long>? report, CancellationToken cancellation)
    {
        var content = new TerminologyContent();
        long total = paths.Sum(path => new FileInfo(path) is { Exists: true } info ? info.Length : 0);
        long before = 0;
        foreach (string path in paths)
        {
            foreach (var entry in TerminologyFile.Read(path))
            {
                cancellation.ThrowIfCancellationRequested();
                content.Add(entry);
                report?.Invoke("reading", before + entry.BytesRead, total);
            }
            before += new FileInfo(path).Length;
        }
        return content.concepts.Count + content.Abbreviations.Count > 0
            ? content
            : throw new UnusableInputException("no_concepts", "There is no concept in it.", paths[0]);
    }

    private void Add(TerminologyEntry entry)
    {
        if (entry.Abbreviation is { } abbreviation)
            Abbreviations.Add(abbreviation);
        if (entry.Concept is not { } concept)
            return;
        if (places.TryAdd(concept.Code, concepts.Count))
        {
            concepts.Add(concept);
            return;
        }
        int place = places[concept.Code];
        var known = concepts[place];
        concepts[place] = known with
        {
            Synonyms = [.. known.Synonyms.Append(concept.Name).Concat(concept.Synonyms).Distinct().Where(name => name != known.Name)],
            Parents = [.. known.Parents.Union(concept.Parents)],
        };
    }
}
