namespace ClinicalNlp.Corpora;

/// <summary>The one table of exchange formats.</summary>
public static class CorpusFormats
{
    public static IReadOnlyList<CorpusFormat> All { get; } =
    [
        new JsonlFormat(),
        new BratFormat(),
        new ConllFormat(),
        new ConllFormat(fourColumns: true),
        new PubTatorFormat(),
        new SpacyFormat(),
        new LabelStudioFormat(),
        new DoccanoFormat(),
        new CsvFormat(),
        new RasaFormat(),
        new BiocXmlFormat(),
        new BiocJsonFormat(),
        new CasXmiFormat(),
        new CasJsonFormat(),
        new WebAnnoTsvFormat(),
    ];

    /// <summary>What people also call them.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["json-lines"] = "jsonl",
        ["standoff"] = "brat",
        ["iob2"] = "conll",
        ["conll-2003"] = "conll2003",
        ["bioc"] = "bioc-xml",
        ["label-studio"] = "labelstudio",
        ["xmi"] = "cas-xmi",
        ["uima-xmi"] = "cas-xmi",
        ["uima-json"] = "cas-json",
        ["webanno"] = "webanno-tsv",
        ["webanno-tsv3"] = "webanno-tsv",
        ["rasa-yaml"] = "rasa",
    };

    /// <exception cref="UnusableInputException"><c>unknown_format</c>, with the names there are.</exception>
    public static CorpusFormat Find(string name) =>
        TryFind(name) ?? throw new UnusableInputException("unknown_format", $"There is no format \"{name}\"; supported are {Names()}.");

    /// <returns>Null where there is none by this name.</returns>
    public static CorpusFormat? TryFind(string name)
    {
        var known = OtherNames.GetValueOrDefault(name, name);
        return All.FirstOrDefault(format => format.Name.Equals(known, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>By the file's ending; of a folder by the endings of its files, and brat where they say nothing.</summary>
    /// <exception cref="UnusableInputException"><c>unknown_format</c>.</exception>
    public static CorpusFormat ForFile(string path)
    {
        if (Directory.Exists(path))
            return ForFolder(path);
        var extension = Path.GetExtension(path);
        return All.FirstOrDefault(format => format.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            ?? throw new UnusableInputException(
                "unknown_format",
                $"The ending \"{extension}\" says nothing; name one of the formats {Names()}.",
                path
            );
    }

    private static CorpusFormat ForFolder(string path)
    {
        var endings = Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetExtension(file))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return All.FirstOrDefault(format => format.IsFolder && format.Extensions.Any(endings.Contains)) ?? Find("brat");
    }

    private static string Names() => string.Join(", ", All.Select(format => format.Name));
}
