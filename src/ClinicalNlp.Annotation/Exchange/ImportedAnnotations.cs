using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Exchange;

/// <summary>What a file says of its spans, as far as a project's schema has words for it.</summary>
internal sealed class ImportedAnnotations(Project project)
{
    private readonly Dictionary<string, AttributeDefinition> attributes = project.Attributes.ToDictionary(attribute => attribute.Name);
    private readonly Dictionary<string, RelationDefinition> relations = project.Relations.ToDictionary(relation => relation.Name);

    /// <param name="lose">Is told what is left out, and how often.</param>
    public List<NewSpan> Spans(AnnotatedDocument document, Action<string, int> lose)
    {
        var spans = document
            .Spans.DistinctBy(span => (Place(span), span.Label))
            .OrderBy(span => span.Span)
            .Select(span => (Given: span, Taken: Of(span)))
            .ToList();
        Name("assertion", span => Words(span.Given.Assertion).Except(Words(span.Taken.Assertion)));
        Name("attribute", span => (span.Given.Attributes?.Keys ?? []).Except(span.Taken.Attributes?.Keys ?? []));
        return [.. spans.Select(span => span.Taken)];

        // By name: who has to add it to the schema wants to know which.
        void Name(string what, Func<(AnnotatedSpan Given, NewSpan Taken), IEnumerable<string>> lost)
        {
            foreach (var (name, count) in spans.SelectMany(lost).CountBy(name => name).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                // A colon with a space ends the document's id in a loss (LossSummary).
                lose($"{what} '{name.Replace(": ", ":", StringComparison.Ordinal)}' that the project does not have dropped", count);
            }
        }
    }

    public List<NewRelation> Relations(AnnotatedDocument document, IReadOnlyList<NewSpan> spans)
    {
        var labels = spans
            .Where(span => span.Id is not null)
            .DistinctBy(span => span.Id)
            .ToDictionary(span => span.Id!, span => span.Label);
        return
        [
            .. document
                .Relations.Where(relation =>
                    relation.From != relation.To
                    && labels.TryGetValue(relation.From, out string? from)
                    && labels.TryGetValue(relation.To, out string? to)
                    && relations.TryGetValue(relation.Type, out var type)
                    && type.Joins(from, to)
                )
                .Select(relation => new NewRelation(relation.From, relation.To, relation.Type))
                .Distinct(),
        ];
    }

    private NewSpan Of(AnnotatedSpan span) =>
        new(span.Span.Start, span.Span.End, span.Label)
        {
            Id = span.Id,
            Fragments = span.Fragments,
            Assertion = span.Assertion is { } assertion ? Known(assertion, span.Label) : null,
            Attributes = span
                .Attributes?.Where(pair => Knows(pair.Key, span.Label, pair.Value) && !DefaultSchema.Assertions.Contains(pair.Key))
                .ToDictionary(),
            Concepts = span.Concepts?.Where(code => !string.IsNullOrWhiteSpace(code)).Distinct().ToList(),
        };

    private SpanAssertion Known(SpanAssertion given, string label) =>
        new(
            given.Negated && Knows("negated", label, "true"),
            given.Uncertain && Knows("uncertain", label, "true"),
            given.Historical && Knows("historical", label, "true"),
            given.Hypothetical && Knows("hypothetical", label, "true"),
            given.Family && Knows("family", label, "true")
        );

    private bool Knows(string name, string label, string value) =>
        attributes.TryGetValue(name, out var attribute) && attribute.Allows(label, value);

    private static IReadOnlyList<string> Words(SpanAssertion? assertion) => assertion is null ? [] : AssertionWords.Of(assertion);

    private static MentionPlace Place(AnnotatedSpan span) =>
        span.Fragments is { Count: > 1 } fragments ? MentionPlace.Of(fragments) : span.Span;
}
