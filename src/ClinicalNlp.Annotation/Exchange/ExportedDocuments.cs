using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Exchange;

/// <summary>Stored documents as a format writes them: what people decided, and no suggestion that nobody looked at.</summary>
public static class ExportedDocuments
{
    /// <summary>One document, or of a transcript in a format of utterances its turns that have an intent.</summary>
    /// <param name="losses">Gets a line, without any text, for what is left out.</param>
    public static IEnumerable<AnnotatedDocument> Of(Document document, CorpusFormat format, ICollection<string>? losses)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(format);
        string id = document.ExternalId ?? document.Id;
        int undecided =
            document.Mentions.Count(mention => mention.State == MentionState.Suggested)
            + document.Turns.Count(turn => turn.State is null && turn.Suggestion is not null);
        Lose(losses, id, "undecided suggestion left out", undecided);
        // Relations are between decided mentions only, so none loses its end.
        var decided = document with
        {
            Mentions = [.. document.Mentions.Where(mention => mention.State != MentionState.Suggested)],
        };
        var whole = decided.ToAnnotated();
        if (format.OfUtterances && document.Turns.Count > 0 && !ExchangedMeta.IsUtterance(document))
        {
            return Utterances(document, id, whole, losses);
        }

        string? intent = ExchangedMeta.IsUtterance(document) ? document.Turns[0].Intent : null;
        return
        [
            new AnnotatedDocument(id, document.Text, whole.Spans, ExchangedMeta.With(document, DocumentStore.DefaultKind))
            {
                Relations = whole.Relations,
                Intents = intent is null ? [] : [intent],
            },
        ];
    }

    private static List<AnnotatedDocument> Utterances(Document document, string id, AnnotatedDocument whole, ICollection<string>? losses)
    {
        Lose(losses, id, "turn without an intent left out", document.Turns.Count(turn => turn.Intent is null));
        var utterances = document
            .Turns.Where(turn => turn.Intent is not null)
            .Select(turn => new AnnotatedDocument(
                $"{id}/{turn.Index + 1}",
                turn.Text,
                [.. whole.Spans.Where(span => turn.Span.Contains(span.Span)).Select(span => Shift(span, -turn.Span.Start))]
            )
            {
                Intents = [turn.Intent!],
            })
            .ToList();
        Lose(
            losses,
            id,
            "span of a turn that is left out, or of several turns, left out",
            whole.Spans.Count - utterances.Sum(turn => turn.Spans.Count)
        );
        Lose(losses, id, "relation of a transcript left out", whole.Relations.Count);
        return utterances;
    }

    private static AnnotatedSpan Shift(AnnotatedSpan span, int by) =>
        span with
        {
            Span = span.Span.Shift(by),
            Fragments = span.Fragments?.Select(fragment => fragment.Shift(by)).ToList(),
        };

    private static void Lose(ICollection<string>? losses, string id, string kind, int count)
    {
        if (count > 0)
        {
            losses?.Add($"{id}: {kind} ({count})");
        }
    }
}
