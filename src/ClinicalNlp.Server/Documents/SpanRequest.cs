using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Documents;

/// <param name="Text">The words that the sender believes to be there; refused when they are not.</param>
/// <param name="Id">What relations of the same request call the span.</param>
/// <param name="Fragments">The pieces of a discontinuous mention, which begin and end where the span does.</param>
/// <param name="Assertion">Without it, and without attributes or concepts, what a mention that is there already says stays.</param>
public sealed record SpanRequest(
    int Start,
    int End,
    string Label,
    string? Text = null,
    string? Id = null,
    IReadOnlyList<Fragment>? Fragments = null,
    AssertionRequest? Assertion = null,
    IReadOnlyDictionary<string, string>? Attributes = null,
    IReadOnlyList<string>? Concepts = null
);

/// <summary>One piece of a discontinuous mention.</summary>
public sealed record Fragment(int Start, int End)
{
    /// <returns>Null for a mention in one piece.</returns>
    public static IReadOnlyList<Fragment>? Of(MentionPlace? place, OffsetMap map) =>
        place?.Fragments?.Select(piece => new Fragment(map.FromUtf16(piece.Start), map.FromUtf16(piece.End))).ToList();
}

/// <summary>What the text claims of a mention. What is left out is false; with nothing in it, nothing is claimed any more.</summary>
/// <param name="Historical">Past, not part of the present visit.</param>
/// <param name="Hypothetical">Might come to be.</param>
/// <param name="Family">Of somebody other than the patient.</param>
public sealed record AssertionRequest(
    bool? Negated = null,
    bool? Uncertain = null,
    bool? Historical = null,
    bool? Hypothetical = null,
    bool? Family = null
)
{
    internal SpanAssertion? Stated =>
        this == new AssertionRequest()
            ? null
            : new SpanAssertion(Negated == true, Uncertain == true, Historical == true, Hypothetical == true, Family == true);
}
