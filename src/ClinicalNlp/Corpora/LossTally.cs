namespace ClinicalNlp.Corpora;

/// <summary>What a format has a place for, beyond the extent and label of a span.</summary>
[Flags]
internal enum Keeps
{
    Nothing = 0,
    Meta = 1,
    Confidence = 2,
    Concepts = 4,
    Assertions = 8,
    Fragments = 16,
    Attributes = 32,
    Relations = 64,
    Intents = 128,
    Everything = Meta | Confidence | Concepts | Assertions | Fragments | Attributes | Relations | Intents,
}

/// <summary>Counts what a document loses by kind, so that a thousand dropped relations are one line and not a thousand.</summary>
internal sealed class LossTally(string documentId)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string kind, int count = 1)
    {
        if (count > 0)
            _counts[kind] = _counts.GetValueOrDefault(kind) + count;
    }

    /// <summary>What of the document the format has no place for.</summary>
    public void AddBeyond(AnnotatedDocument document, Keeps kept)
    {
        var spans = document.Spans;
        Without(Keeps.Meta, "metadata object dropped", document.Meta is { Count: > 0 } ? 1 : 0);
        Without(Keeps.Intents, "intent dropped", document.Intents.Count);
        Without(Keeps.Relations, "relation dropped", document.Relations.Count);
        Without(Keeps.Confidence, "confidence dropped", spans.Count(span => span.Confidence is not null));
        Without(Keeps.Concepts, "concept list dropped", spans.Count(span => span.Concepts is { Count: > 0 }));
        Without(Keeps.Assertions, "assertion dropped", spans.Count(span => span.Assertion is not null));
        Without(Keeps.Attributes, "attribute dropped", spans.Sum(span => span.Attributes?.Count ?? 0));
        Without(Keeps.Fragments, "discontinuous span written as its whole extent", spans.Count(span => span.Fragments is { Count: > 1 }));

        void Without(Keeps part, string kind, int count)
        {
            if (!kept.HasFlag(part))
                Add(kind, count);
        }
    }

    public void WriteTo(ICollection<string>? losses)
    {
        foreach (var (kind, count) in _counts)
            losses?.Add($"{documentId}: {kind} ({count})");
    }
}
