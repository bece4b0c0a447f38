using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;
using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Documents;

/// <param name="AnswerId">That of the model's answer; null when none was asked.</param>
public sealed record Preannotated(Document Document, string? AnswerId);

/// <summary>Runs the models in use over a stored document and stores what they propose.</summary>
public sealed class Preannotation(
    ServingModels models,
    InferenceQueue queue,
    DocumentStore documents,
    SuggestionStore suggestions,
    AnswerLog answers
)
{
    /// <param name="replace">False leaves a document alone that has suggestions already.</param>
    /// <param name="entities">Of a transcript, entities instead of intents.</param>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>document_done</c>, and why a model that is needed is missing.</exception>
    public async Task<Preannotated> SuggestAsync(
        string documentId,
        bool replace,
        string actor,
        CancellationToken cancellation,
        bool entities = false
    )
    {
        var document = documents.Get(documentId);
        if (document.Status == DocumentStatus.Done)
        {
            throw new UnusableInputException("document_done", "The document is done: reopen it before asking for suggestions.");
        }

        if (!replace && HasSuggestions(document))
        {
            return new Preannotated(document, null);
        }

        // A transcript gets entities only when somebody asks for them: what nobody looks for must not be accepted with the rest.
        return document.Turns.Count > 0 && !entities
            ? await SuggestIntentsAsync(document, actor, cancellation)
            : await SuggestMentionsAsync(document, actor, cancellation);
    }

    private static bool HasSuggestions(Document document) =>
        document.Mentions.Any(m => m.State == MentionState.Suggested) || document.Turns.Any(t => t.Suggestion is not null);

    private async Task<Preannotated> SuggestMentionsAsync(Document document, string actor, CancellationToken cancellation)
    {
        using var lease = models.AcquireEntities();
        var read = await queue.RecognizeAsync(lease.Model, [document.Text], cancellation);
        // What one speaker says does not go on in what the next one says.
        var found = read[0]
            .Where(mention => document.Turns.Count == 0 || document.Turns.Any(turn => turn.Span.Contains(mention.Span)))
            .ToList();
        var answer = AnswerOn(document, lease.Model.Bundle, actor, texts: 1, found.Count);
        return new Preannotated(suggestions.ReplaceMentions(document.Id, answer.Model, found, actor, answer), answer.Id);
    }

    private async Task<Preannotated> SuggestIntentsAsync(Document document, string actor, CancellationToken cancellation)
    {
        var asking = AskingTurns.Of(document);
        // What somebody says is read after the turns before it: "yes" means what was asked.
        var dialogue = new Dialogue(document.Id, [.. document.Turns.Select(t => new Turn(t.Speaker, t.Text))]);
        using var lease = models.AcquireIntents();
        var found = await queue.ClassifyAsync(lease.Model, [.. asking.Select(t => dialogue.UtteranceAt(t.Index))], cancellation);
        var answer = AnswerOn(
            document,
            lease.Model.Bundle,
            actor,
            asking.Count,
            found.Count(one => one.Intent != IntentPrediction.OutOfScope)
        );
        var predictions = asking.Select((t, i) => new TurnPrediction(t.Index, found[i])).ToList();
        return new Preannotated(suggestions.ReplaceIntents(document.Id, answer.Model, predictions, actor, answer), answer.Id);
    }

    private Answer AnswerOn(Document document, ModelBundle bundle, string actor, int texts, int findings) =>
        answers.New(
            AnswerKind.Suggestions,
            new ModelStamp(bundle.Card.Name, bundle.Card.Version),
            bundle.Fingerprint,
            actor,
            document.Id,
            texts,
            findings
        );
}
