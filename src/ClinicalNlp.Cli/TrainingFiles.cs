using System.Security.Cryptography;
using ClinicalNlp.Corpora;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Cli;

/// <summary>Turns the files of <c>train</c> into corpora: names, licences, hashes, coverage and weights.</summary>
/// <param name="Canonical">Null: every file keeps its own labels.</param>
/// <param name="Covers">By file, as written on the command line, or by corpus name.</param>
internal sealed record TrainingFiles(
    CanonicalLabels? Canonical,
    IReadOnlyDictionary<string, IReadOnlySet<string>> Covers,
    IReadOnlyDictionary<string, double> Weights,
    TextWriter Notes
)
{
    public EntityCorpus Entities(string path)
    {
        var name = NameOf(path);
        var losses = new List<string>();
        var documents = CorpusFormats.ForFile(path).Read(path, losses);
        LossReport.Write(losses, Notes);
        IReadOnlySet<string>? covers = null;
        string? licence = null;
        if (Canonical is not null)
        {
            if (Canonical.TryGet(name, out var entry))
            {
                documents = [.. documents.Select(entry.Apply)];
                (covers, licence) = (entry.Covers, entry.Licence);
            }
            else
                Notes.WriteLine($"{path}: the corpus \"{name}\" is not in the label map and keeps its own labels");
        }
        covers = For(Covers, path, name) ?? covers;
        return new EntityCorpus(name, documents, covers, WeightOf(path, name), licence, Sha256(path))
        {
            // A corpus that annotates some of our types only does so by a guideline of its own.
            Guideline = Canonical is not null && covers is not null && !Canonical.Types.IsSubsetOf(covers) ? name : null,
        };
    }

    /// <summary>Leaves out of a training corpus what is also among the documents that it is measured on, and says so.</summary>
    public EntityCorpus Without(EntityCorpus corpus, IReadOnlyList<EntityCorpus> measured)
    {
        var rest = corpus.Without(measured);
        if (rest.Documents.Count < corpus.Documents.Count)
            Notes.WriteLine(
                $"{corpus.Name}: {corpus.Documents.Count - rest.Documents.Count} documents left out of the training: their text is also in --without"
            );
        return rest;
    }

    public IntentCorpus Intents(string path, SharedSets? map = null)
    {
        var name = NameOf(path);
        return IntentCorpusFile.Read(path, name, WeightOf(path, name), map);
    }

    public TextCorpus Text(string path)
    {
        // name.txt.gz has two endings.
        var name = Path.GetFileNameWithoutExtension(NameOf(path));
        return new TextCorpus(name, path, null, WeightOf(path, name));
    }

    /// <summary><c>corpora/bc5cdr/train.jsonl</c> is bc5cdr: splits lie in the corpus' folder. Any other file has its own name.</summary>
    public static string NameOf(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var file = Path.GetFileNameWithoutExtension(path);
        return file is "train" or "dev" or "test" or "heldout" or "valid" or "dialogues"
            ? Path.GetFileName(Path.GetDirectoryName(path)) ?? file
            : file;
    }

    /// <summary><c>FILE=VALUE</c> options.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_option</c>.</exception>
    public static IReadOnlyDictionary<string, T> Parse<T>(string option, string[]? given, Func<string, T?> parse)
        where T : notnull
    {
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var pair in given ?? [])
        {
            var sign = pair.LastIndexOf('=');
            if (sign <= 0 || parse(pair[(sign + 1)..]) is not { } value)
                throw new UnusableInputException("invalid_option", $"{option} {pair} is not FILE=VALUE.");
            values[pair[..sign]] = value;
        }
        return values;
    }

    /// <summary><c>NAME=FILE</c> options, in their order; a name may come twice.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_option</c>.</exception>
    public static IReadOnlyList<(string Name, string File)> ParsePairs(string option, string[]? given) =>
        [
            .. (given ?? []).Select(pair =>
                pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign
                    ? (pair[..sign], pair[(sign + 1)..])
                    : throw new UnusableInputException("invalid_option", $"{option} {pair} is not NAME=FILE.")
            ),
        ];

    /// <summary>Every weight must be some file's: a mistyped name would otherwise change nothing and say nothing.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_option</c>.</exception>
    public void RefuseUnusedWeights()
    {
        if (Weights.Keys.FirstOrDefault(name => !_weighted.Contains(name)) is { } unused)
            throw new UnusableInputException("invalid_option", $"--weight {unused}: none of the files has this path or name.");
    }

    private readonly HashSet<string> _weighted = new(StringComparer.Ordinal);

    private double WeightOf(string path, string name)
    {
        foreach (var key in (string[])[path, name])
        {
            if (!Weights.TryGetValue(key, out var weight))
                continue;
            _weighted.Add(key);
            return weight;
        }
        return 1;
    }

    private static T? For<T>(IReadOnlyDictionary<string, T> values, string path, string name)
        where T : class => values.GetValueOrDefault(path) ?? values.GetValueOrDefault(name);

    private static string? Sha256(string path)
    {
        if (Directory.Exists(path))
            return null;
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
