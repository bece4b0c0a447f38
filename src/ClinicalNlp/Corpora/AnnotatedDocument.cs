using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A document with gold or suggested spans; offsets are UTF-16 code units of <see cref="Text"/>, whatever unit the file counted.</summary>
public sealed record AnnotatedDocument(string Id, string Text, IReadOnlyList<AnnotatedSpan> Spans, JsonObject? Meta = null);

/// <param name="Span">The whole extent, from the first fragment to the last where there are several.</param>
/// <param name="Fragments">The parts of a discontinuous mention in text order, null for the usual one-piece mention. Models and scores use the extent.</param>
public sealed record AnnotatedSpan(
    TextSpan Span,
    string Label,
    IReadOnlyList<string>? Concepts = null,
    SpanAssertion? Assertion = null,
    double? Confidence = null,
    IReadOnlyList<TextSpan>? Fragments = null
);

public sealed record SpanAssertion(bool Negated);
