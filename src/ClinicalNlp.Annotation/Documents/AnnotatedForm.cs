using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>A stored document as exchange formats and training read it.</summary>
public static class AnnotatedForm
{
    /// <summary>All mentions with what is said of them. Only those that a relation joins carry an id, counted from 1: stored ids mean nothing elsewhere.</summary>
    public static AnnotatedDocument ToAnnotated(this Document document)
    {
        var joined = document.Relations.SelectMany(relation => new[] { relation.From, relation.To }).ToHashSet();
        var ids = document
            .Mentions.Where(mention => joined.Contains(mention.Id))
            .Select((mention, index) => (mention.Id, Name: $"T{index + 1}"))
            .ToDictionary(pair => pair.Id, pair => pair.Name);
        return new AnnotatedDocument(document.Id, document.Text, [.. document.Mentions.Select(Span)])
        {
            Relations =
            [
                .. document.Relations.Select(relation => new AnnotatedRelation(ids[relation.From], ids[relation.To], relation.Type)),
            ],
        };

        AnnotatedSpan Span(DocumentMention mention) =>
            new(
                mention.Span,
                mention.Label,
                mention.Details.Concepts.Count == 0 ? null : mention.Details.Concepts,
                mention.Details.Assertion,
                Fragments: mention.Place.Fragments
            )
            {
                Id = ids.GetValueOrDefault(mention.Id),
                Attributes = mention.Details.Attributes.Count == 0 ? null : mention.Details.Attributes,
            };
    }
}
