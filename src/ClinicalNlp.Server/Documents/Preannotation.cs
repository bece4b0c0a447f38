using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Documents;

/// <summary>Runs the models in use over a stored document and stores what they propose.</summary>
public sealed class Preannotation(ServingModels models, InferenceQueue queue, DocumentStore documents, SuggestionStore suggestions)
{
    /// <param name="replace">False leaves a document alone that has suggestions already.</param>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>document_done</c>, and why a model that is needed is missing.</exception>
    public async Task<Document> SuggestAsync(string documentId, bool replace, string actor, CancellationToken cancellation)
    {
        var document = documents.Get(documentId);
        if (document.Status == DocumentStatus.Done)
        {
            throw new UnusableInputException("document_done", "The document is done: reopen it before asking for suggestions.");
        }

        if (!replace && HasSuggestions(document))
        {
            return document;
        }

        // A transcript gets intents alone: nobody is shown entities on it, and what nobody saw must not be accepted with the rest.
        return document.Turns.Count > 0
            ? await SuggestIntentsAsync(document, actor, cancellation)
            : await SuggestMentionsAsync(document, actor, cancellation);
    }

    private static bool HasSuggestions(Document document) =>
        document.Mentions.Any(m => m.State == MentionState.Suggested) || document.Turns.Any(t => t.Suggestion is not null);

    private async Task<Document> SuggestMentionsAsync(Document document, string actor, CancellationToken cancellation)
    {
        using var lease = models.AcquireEntities();
        var found = await queue.RecognizeAsync(lease.Model, [document.Text], cancellation);
        var card = lease.Model.Bundle.Card;
        return suggestions.ReplaceMentions(document.Id, new ModelStamp(card.Name, card.Version), found[0], actor);
    }

    private async Task<Document> SuggestIntentsAsync(Document document, string actor, CancellationToken cancellation)
    {
        var asking = AskingTurns.Of(document);
        // What somebody says is read after the turns before it: "yes" means what was asked.
        var dialogue = new Dialogue(document.Id, [.. document.Turns.Select(t => new Turn(t.Speaker, t.Text))]);
        using var lease = models.AcquireIntents();
        var found = await queue.ClassifyAsync(lease.Model, [.. asking.Select(t => dialogue.UtteranceAt(t.Index))], cancellation);
        var card = lease.Model.Bundle.Card;
        return suggestions.ReplaceIntents(
            document.Id,
            new ModelStamp(card.Name, card.Version),
            [.. asking.Select((t, i) => new TurnPrediction(t.Index, found[i]))],
            actor
        );
    }
}
