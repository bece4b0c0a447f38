namespace ClinicalNlp.Corpora;

/// <summary>Counts what a document loses by kind, so that a thousand dropped relations are one line and not a thousand.</summary>
internal sealed class LossTally(string documentId)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string kind, int count = 1)
    {
        if (count > 0)
            _counts[kind] = _counts.GetValueOrDefault(kind) + count;
    }

    /// <summary>What no plain span format has a place for.</summary>
    public void AddBeyondSpans(AnnotatedDocument document, bool concepts, bool assertions, bool fragments)
    {
        Add("metadata object dropped", document.Meta is { Count: > 0 } ? 1 : 0);
        Add("confidence dropped", document.Spans.Count(span => span.Confidence is not null));
        if (concepts)
            Add("concept list dropped", document.Spans.Count(span => span.Concepts is { Count: > 0 }));
        if (assertions)
            Add("assertion dropped", document.Spans.Count(span => span.Assertion is not null));
        if (fragments)
            Add("discontinuous span written as its whole extent", document.Spans.Count(span => span.Fragments is { Count: > 1 }));
    }

    public void WriteTo(ICollection<string>? losses)
    {
        foreach (var (kind, count) in _counts)
            losses?.Add($"{documentId}: {kind} ({count})");
    }
}
