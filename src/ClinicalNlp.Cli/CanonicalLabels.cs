using System.Text.Json;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Cli;

/// <summary>How corpora name things, and what they cover: a file that maps each corpus' labels to canonical types (<c>--map-labels</c>).</summary>
/// <remarks>
/// <code>
/// {"bc5cdr":{"licence":"public domain","labels":{"DISEASE":"PROBLEM","CHEMICAL":"MEDICATION"},"covers":["PROBLEM","MEDICATION"]}}
/// </code>
/// Labels that are not listed are left out. Names that begin with an underscore are remarks.
/// </remarks>
internal sealed class CanonicalLabels
{
    private readonly Dictionary<string, Entry> _corpora;

    private CanonicalLabels(Dictionary<string, Entry> corpora) => _corpora = corpora;

    /// <exception cref="UnusableInputException"><c>invalid_json</c>, <c>missing_field</c> or <c>file_missing</c>.</exception>
    public static CanonicalLabels Load(string path)
    {
        var corpora = new Dictionary<string, Entry>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(TextFile.Read(path));
            foreach (var corpus in document.RootElement.EnumerateObject().Where(corpus => !corpus.Name.StartsWith('_')))
            {
                if (!corpus.Value.TryGetProperty("labels", out var labels) || !corpus.Value.TryGetProperty("covers", out var covers))
                    throw new UnusableInputException(
                        "missing_field",
                        $"The corpus \"{corpus.Name}\" has no \"labels\" or no \"covers\".",
                        path
                    );
                corpora[corpus.Name] = new Entry(
                    labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
                    covers.EnumerateArray().Select(label => label.GetString()!).ToHashSet(),
                    corpus.Value.TryGetProperty("licence", out var licence) ? licence.GetString() : null
                );
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new UnusableInputException("invalid_json", "Not an object of corpora with \"labels\" and \"covers\".", path);
        }
        return new CanonicalLabels(corpora);
    }

    /// <summary>Every canonical type that some corpus' labels are mapped to.</summary>
    public IReadOnlySet<string> Types => _corpora.Values.SelectMany(entry => entry.Labels.Values).ToHashSet();

    public bool TryGet(string corpus, out Entry entry) => _corpora.TryGetValue(corpus, out entry!);

    /// <param name="Labels">The corpus' label to the canonical type.</param>
    /// <param name="Covers">The canonical types that it annotates exhaustively.</param>
    public sealed record Entry(IReadOnlyDictionary<string, string> Labels, IReadOnlySet<string> Covers, string? Licence)
    {
        public AnnotatedDocument Apply(AnnotatedDocument document) =>
            document with
            {
                Spans =
                [
                    .. document
                        .Spans.Where(span => Labels.ContainsKey(span.Label))
                        .Select(span => span with { Label = Labels[span.Label] }),
                ],
            };
    }
}
