using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Exchange;

/// <summary>Documents of a file as they are stored: gold where the file has any annotation, new work where it has none.</summary>
public static class ImportedDocuments
{
    /// <param name="project">Attributes, assertions and relations that its schema does not have are left out; other labels are refused later.</param>
    /// <param name="keepIds">Whether the file's ids are the external ids; they must then be new to the project.</param>
    /// <param name="losses">Gets a line, without any text, for what the store has no place for.</param>
    public static IReadOnlyList<NewDocument> Of(
        IReadOnlyList<AnnotatedDocument> documents,
        Project project,
        bool keepIds,
        ICollection<string>? losses
    )
    {
        ArgumentNullException.ThrowIfNull(documents);
        var schema = new ImportedAnnotations(project);
        bool annotated = documents.Any(document => document.Spans.Count > 0);
        return [.. documents.Select(document => Of(document, schema, keepIds, annotated, losses))];
    }

    private static NewDocument Of(
        AnnotatedDocument document,
        ImportedAnnotations schema,
        bool keepIds,
        bool annotated,
        ICollection<string>? losses
    )
    {
        var meta = document.Meta?.DeepClone() as JsonObject ?? [];
        var turns = ExchangedMeta.TakeTurns(meta, document.Text);
        if (turns is null && document.Intents.Count > 0)
        {
            turns = [new Turn(ExchangedMeta.Speaker, document.Text, document.Intents[0])];
            Lose("intent beyond the first dropped", document.Intents.Count - 1);
        }
        else
        {
            Lose("intent of a whole transcript dropped", document.Intents.Count);
        }

        var spans = schema.Spans(document, Lose);
        var relations = schema.Relations(document, spans);
        Lose("second span of the same place and label dropped", document.Spans.Count - spans.Count);
        Lose("confidence dropped", document.Spans.Count(span => span.Confidence is not null));
        Lose("relation that the project does not have dropped", document.Relations.Count - relations.Count);
        string? kind = ExchangedMeta.TakeKind(meta);
        string? group = ExchangedMeta.TakeGroup(meta);
        return new NewDocument(
            turns is null ? document.Text : null,
            keepIds ? document.Id : null,
            turns is null ? kind : null,
            group,
            meta.Count > 0 ? meta : null,
            annotated ? spans : null,
            turns
        )
        {
            Relations = relations,
        };

        void Lose(string lost, int count)
        {
            if (count > 0)
            {
                losses?.Add($"{document.Id}: {lost} ({count})");
            }
        }
    }
}
