using ClinicalNlp.Cli;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks;

/// <summary>The annotated documents that are measured on, with the labels that count.</summary>
/// <param name="Covers">The labels that count; null: all.</param>
internal sealed record MeasuredCorpus(string Name, string File, IReadOnlyList<AnnotatedDocument> Documents, IReadOnlySet<string>? Covers);

internal static class EntityCorpora
{
    /// <summary>Our own held-out notes.</summary>
    public const string Own = "clinical-notes";

    /// <summary>Our own case reports, held out like the notes.</summary>
    public const string OwnReports = "case-reports";

    public static string OwnFile(BenchOptions options, string split, string corpus = Own) =>
        Path.Combine(options.Root, "corpora", corpus, split + ".jsonl");

    public static string Shared(BenchOptions options, string corpus, string split) =>
        Path.Combine(options.Corpora!, "entities", corpus, split + ".jsonl");

    public static string LabelMap(BenchOptions options) => Path.Combine(options.Corpora!, "corpora.json");

    /// <summary>The dev file of every public corpus, by name.</summary>
    public static IEnumerable<(string Name, string File)> Dev(BenchOptions options)
    {
        string folder = options.Corpora is null ? "" : Path.Combine(options.Corpora, "entities");
        return !Directory.Exists(folder)
            ? []
            : Directory
                .EnumerateDirectories(folder)
                .Order(StringComparer.Ordinal)
                .Select(corpus => (Path.GetFileName(corpus), Path.Combine(corpus, "dev.jsonl")))
                .Where(corpus => File.Exists(corpus.Item2));
    }

    /// <summary>A file with its own labels.</summary>
    public static MeasuredCorpus Read(string name, string file) => new(name, file, CorpusFormats.ForFile(file).Read(file), null);

    /// <summary>A public file with canonical types, as <c>train --map-labels</c> reads it.</summary>
    public static MeasuredCorpus Canonical(BenchOptions options, string name, string file)
    {
        MeasuredCorpus own = Read(name, file);
        if (!CanonicalLabels.Load(LabelMap(options)).TryGet(name, out CanonicalLabels.Entry entry))
            return own;
        return own with
        {
            Documents = [.. own.Documents.Select(entry.Apply)],
            // A corpus that covers nothing exhaustively is still a measure of the types that its labels map to.
            Covers = entry.Covers.Count > 0 ? entry.Covers : entry.Labels.Values.ToHashSet(StringComparer.Ordinal),
        };
    }
}
