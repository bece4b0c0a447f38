using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A document with gold or suggested spans; offsets are UTF-16 code units of <see cref="Text"/>, whatever unit the file counted.</summary>
public sealed record AnnotatedDocument(string Id, string Text, IReadOnlyList<AnnotatedSpan> Spans, JsonObject? Meta = null)
{
    /// <summary>Between spans that have an <see cref="AnnotatedSpan.Id"/>.</summary>
    public IReadOnlyList<AnnotatedRelation> Relations { get; init; } = [];

    /// <summary>What the whole text was said to be: the intents of an utterance, the classes of a document.</summary>
    public IReadOnlyList<string> Intents { get; init; } = [];
}

/// <param name="Span">The whole extent, from the first fragment to the last where there are several.</param>
/// <param name="Fragments">The parts of a discontinuous mention in text order, null for the usual one-piece mention. Models and scores use the extent.</param>
public sealed record AnnotatedSpan(
    TextSpan Span,
    string Label,
    IReadOnlyList<string>? Concepts = null,
    SpanAssertion? Assertion = null,
    double? Confidence = null,
    IReadOnlyList<TextSpan>? Fragments = null
)
{
    /// <summary>Unique in its document; null where nothing refers to the span.</summary>
    public string? Id { get; init; }

    /// <summary>What else is said of the span, by name, beside its assertion: for example <c>severity</c> = <c>mild</c>. A flag's value is <c>true</c>.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>What the text claims about a mention (i2b2 2010 and ConText's attributes).</summary>
/// <param name="Historical">Past, not part of the present visit.</param>
/// <param name="Hypothetical">Might come to be: "return if fever".</param>
/// <param name="Family">Of somebody other than the patient.</param>
public sealed record SpanAssertion(
    bool Negated,
    bool Uncertain = false,
    bool Historical = false,
    bool Hypothetical = false,
    bool Family = false
);

/// <summary>A directed relation of two spans of one document, by their ids.</summary>
public sealed record AnnotatedRelation(string From, string To, string Type);
