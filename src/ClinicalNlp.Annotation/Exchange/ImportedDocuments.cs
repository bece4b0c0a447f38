using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Exchange;

/// <summary>Documents of a file as they are stored: gold where the file has any annotation, new work where it has none.</summary>
public static class ImportedDocuments
{
    /// <param name="keepIds">Whether the file's ids are the external ids; they must then be new to the project.</param>
    /// <param name="losses">Gets a line, without any text, for what the store has no place for.</param>
    public static IReadOnlyList<NewDocument> Of(IReadOnlyList<AnnotatedDocument> documents, bool keepIds, ICollection<string>? losses)
    {
        ArgumentNullException.ThrowIfNull(documents);
        bool annotated = documents.Any(document => document.Spans.Count > 0);
        return [.. documents.Select(document => Of(document, keepIds, annotated, losses))];
    }

    private static NewDocument Of(AnnotatedDocument document, bool keepIds, bool annotated, ICollection<string>? losses)
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

        var spans = document
            .Spans.Select(span => new NewSpan(span.Span.Start, span.Span.End, span.Label))
            .Distinct()
            .OrderBy(span => span.Start)
            .ToList();
        Lose("second span of the same place and label dropped", document.Spans.Count - spans.Count);
        Lose("concept list dropped", document.Spans.Count(span => span.Concepts is { Count: > 0 }));
        Lose("assertion dropped", document.Spans.Count(span => span.Assertion is not null));
        Lose("attribute dropped", document.Spans.Sum(span => span.Attributes?.Count ?? 0));
        Lose("confidence dropped", document.Spans.Count(span => span.Confidence is not null));
        Lose("discontinuous span stored as its whole extent", document.Spans.Count(span => span.Fragments is { Count: > 1 }));
        Lose("relation dropped", document.Relations.Count);
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
        );

        void Lose(string lost, int count)
        {
            if (count > 0)
            {
                losses?.Add($"{document.Id}: {lost} ({count})");
            }
        }
    }
}
