using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;
using Dapper;

namespace ClinicalNlp.Annotation.Suggestions;

/// <summary>An intent that a model predicts for one turn, counted from 0.</summary>
public sealed record TurnPrediction(int Turn, IntentPrediction Prediction);

/// <summary>What models propose. Suggestions come and go; what people decided stays, and the revision does not move.</summary>
public sealed class SuggestionStore(AnnotationDatabase database)
{
    /// <summary>Puts a model's mentions in place of the suggestions that are still open.</summary>
    /// <remarks>
    /// Left out: labels outside the project's schema, spans that people rejected with this label, and spans that overlap a mention people
    /// decided, since they have judged that place. A suggestion that stays as it was keeps its id.
    /// </remarks>
    /// <exception cref="UnusableInputException"><c>document_done</c>, <c>not_found</c>.</exception>
    /// <param name="answer">That the model was asked, to be recorded with it.</param>
    public Document ReplaceMentions(
        string documentId,
        ModelStamp model,
        IReadOnlyList<Mention> mentions,
        string actor,
        Answer? answer = null
    ) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var document = OpenDocument(transaction, documentId);
                var schema = ProjectStore.Schema(connection, document.ProjectId);
                var rejected = connection
                    .Query<RejectionRow>(
                        "SELECT span_start, span_end, label FROM rejections WHERE document_id = @documentId",
                        new { documentId }
                    )
                    .Select(row => (new TextSpan(row.SpanStart, row.SpanEnd), row.Label))
                    .ToHashSet();
                var decided = document.Mentions.Where(mention => mention.State != MentionState.Suggested).ToList();
                var open = document
                    .Mentions.Where(mention => mention.State == MentionState.Suggested)
                    .ToDictionary(mention => (mention.Place, mention.Label));
                // A model trained before a label was renamed or merged still says the old name.
                var stored = mentions
                    .Select(mention => mention with { Label = schema.LabelsNow.GetValueOrDefault(mention.Label, mention.Label) })
                    .Where(mention => schema.Labels.Contains(mention.Label))
                    .Where(mention => !mention.Span.IsEmpty && mention.Span.End <= document.Text.Length)
                    .Where(mention => !rejected.Contains((mention.Span, mention.Label)))
                    .Where(mention => !decided.Exists(other => other.Place.Overlaps(mention.Span)))
                    .DistinctBy(mention => (mention.Span, mention.Label))
                    .Select(mention => new DocumentMention(
                        open.TryGetValue((mention.Span, mention.Label), out var same) ? same.Id : transaction.NewId(),
                        mention.Span,
                        mention.Label,
                        MentionState.Suggested,
                        mention.Confidence,
                        model
                    ))
                    .ToList();
                StoredDocument.Delete(connection, open.Values.Select(mention => mention.Id));
                StoredDocument.Save(connection, documentId, stored);
                AuditSuggested(transaction, documentId, model, "mentions", stored.Count, answer);
                return StoredDocument.Load(connection, documentId);
            }
        );

    /// <summary>Puts a model's intents in place of the open suggestions of a dialogue's turns.</summary>
    /// <remarks>An intent outside the project's schema is left out; an alternative outside it is dropped.</remarks>
    /// <exception cref="UnusableInputException"><c>document_done</c>, <c>turn_not_found</c>, <c>not_found</c>.</exception>
    /// <param name="answer">That the model was asked, to be recorded with it.</param>
    public Document ReplaceIntents(
        string documentId,
        ModelStamp model,
        IReadOnlyList<TurnPrediction> predictions,
        string actor,
        Answer? answer = null
    ) =>
        database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var document = OpenDocument(transaction, documentId);
                var (_, intents) = ProjectStore.Schema(connection, document.ProjectId);
                if (predictions.FirstOrDefault(item => item.Turn < 0 || item.Turn >= document.Turns.Count) is { } outside)
                {
                    throw new UnusableInputException("turn_not_found", $"the document has no turn {outside.Turn}");
                }

                connection.Execute(
                    """
                    UPDATE turns SET suggested_intent = NULL, suggested_confidence = NULL, suggested_alternatives = NULL,
                        suggested_model = NULL, suggested_version = NULL
                    WHERE document_id = @documentId AND state IS NULL
                    """,
                    new { documentId }
                );
                // A model trained before an intent was renamed or merged still says the old name.
                var names = StoredIntentNames.Load(connection, document.ProjectId);
                var stored = predictions
                    .Select(item => item with { Prediction = StoredIntentNames.Rename(item.Prediction, names) })
                    .Where(item => intents.Contains(item.Prediction.Intent))
                    .ToList();
                connection.Execute(
                    """
                    UPDATE turns SET suggested_intent = @intent, suggested_confidence = @confidence,
                        suggested_alternatives = @alternatives, suggested_model = @model, suggested_version = @version
                    WHERE document_id = @documentId AND position = @turn AND state IS NULL
                    """,
                    stored.Select(item => new
                    {
                        documentId,
                        turn = item.Turn,
                        intent = item.Prediction.Intent,
                        confidence = item.Prediction.Confidence,
                        alternatives = StoredJson.Write(item.Prediction.Alternatives.Where(other => intents.Contains(other.Intent))),
                        model = model.Name,
                        version = model.Version,
                    })
                );
                AuditSuggested(transaction, documentId, model, "intents", stored.Count, answer);
                return StoredDocument.Load(connection, documentId);
            }
        );

    /// <param name="what">What was counted: mentions or intents.</param>
    private static void AuditSuggested(
        WriteTransaction transaction,
        string documentId,
        ModelStamp model,
        string what,
        int count,
        Answer? answer
    )
    {
        var details = new JsonObject
        {
            ["model"] = model.Name,
            ["version"] = model.Version,
            [what] = count,
        };
        if (answer is not null)
        {
            AnswerStore.Append(transaction, answer);
            details["answer"] = answer.Id;
        }

        transaction.Audit("document.suggested", documentId, details);
    }

    private static Document OpenDocument(WriteTransaction transaction, string documentId)
    {
        var document = StoredDocument.Load(transaction.Connection, documentId);
        WithdrawalStore.Refuse(document);
        return document.Status != DocumentStatus.Done
            ? document
            : throw new UnusableInputException("document_done", "the document is done: reopen it before asking for suggestions");
    }

    private sealed class RejectionRow
    {
        public int SpanStart { get; init; }
        public int SpanEnd { get; init; }
        public string Label { get; init; } = "";
    }
}
