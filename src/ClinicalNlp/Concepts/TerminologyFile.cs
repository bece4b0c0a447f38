using ClinicalNlp.Corpora;

namespace ClinicalNlp.Concepts;

/// <summary>Reads a terminology from the forms in which terminologies are given away: JSON lines, CSV or TSV, OBO.</summary>
public static class TerminologyFile
{
    /// <summary>A name longer than this is a definition that slipped into the wrong column; in UTF-16 code units.</summary>
    public const int LongestName = 1000;

    private const int LongestCode = 200;

    /// <summary>The entries of a file, by its ending: .jsonl or .ndjson, .csv or .tsv, .obo.</summary>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public static IEnumerable<TerminologyEntry> Read(string path)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        Func<Stream, string, IEnumerable<TerminologyEntry>> read = ending switch
        {
            ".jsonl" or ".ndjson" => JsonTerminology.Read,
            ".csv" or ".tsv" => CsvTerminology.Read,
            ".obo" => OboTerminology.Read,
            _ => throw new UnusableInputException(
                "unknown_format",
                "Terminologies are read from .jsonl and .ndjson (JSON lines), .csv and .tsv (with a header) and .obo.",
                path
            ),
        };
        return ReadOpened(path, read);
    }

    private static IEnumerable<TerminologyEntry> ReadOpened(string path, Func<Stream, string, IEnumerable<TerminologyEntry>> read)
    {
        using var stream = TextFile.Open(path);
        foreach (var entry in read(stream, path))
            yield return entry;
    }

    /// <summary>Checked, trimmed, and without names said twice.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_line</c>.</exception>
    internal static Concept Concept(
        string code,
        string name,
        IEnumerable<string> synonyms,
        IEnumerable<string> parents,
        string file,
        int line
    )
    {
        code = code.Trim();
        name = name.Trim();
        if (code.Length is 0 or > LongestCode || code.Any(char.IsControl))
            throw new UnusableInputException("invalid_line", $"A code has 1 to {LongestCode} visible characters.", file, line);
        if (name.Length == 0)
            throw new UnusableInputException("invalid_line", "The concept has no name.", file, line);
        var others = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal) { name };
        foreach (string synonym in synonyms.Select(synonym => synonym.Trim()))
        {
            if (synonym.Length > 0 && known.Add(synonym))
                others.Add(synonym);
        }
        if (known.Any(each => each.Length > LongestName))
            throw new UnusableInputException("invalid_line", $"A name has over {LongestName} characters.", file, line);
        return new Concept(code, name, others, [.. parents.Select(parent => parent.Trim()).Where(parent => parent.Length > 0)]);
    }
}
