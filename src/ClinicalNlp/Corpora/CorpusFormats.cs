namespace ClinicalNlp.Corpora;

/// <summary>The one table of exchange formats.</summary>
public static class CorpusFormats
{
    public static IReadOnlyList<CorpusFormat> All { get; } = [new JsonlFormat(), new BratFormat(), new ConllFormat(), new PubTatorFormat()];

    /// <exception cref="UnusableInputException"><c>unknown_format</c>, with the names there are.</exception>
    public static CorpusFormat Find(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UnusableInputException("unknown_format", $"There is no format \"{name}\"; supported are {Names()}.");

    /// <summary>By the file's ending; a folder is brat's.</summary>
    /// <exception cref="UnusableInputException"><c>unknown_format</c>.</exception>
    public static CorpusFormat ForFile(string path)
    {
        var extension = Directory.Exists(path) ? ".ann" : Path.GetExtension(path);
        return All.FirstOrDefault(format => format.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            ?? throw new UnusableInputException(
                "unknown_format",
                $"The ending \"{extension}\" says nothing; name one of the formats {Names()}.",
                path
            );
    }

    private static string Names() => string.Join(", ", All.Select(format => format.Name));
}
