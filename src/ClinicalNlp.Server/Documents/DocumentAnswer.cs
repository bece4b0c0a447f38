using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Documents;

/// <summary>A document with everything on it; offsets count <paramref name="OffsetUnit"/>.</summary>
/// <param name="Revision">To be sent with a correction; it is refused when the document has moved on.</param>
/// <param name="Text">Of a dialogue: its turns with a line feed between them.</param>
/// <param name="Mentions">By place; they may overlap and nest.</param>
/// <param name="Relations">Between mentions, by their ids; never of a mention that is only suggested.</param>
/// <param name="Turns">Empty unless it is a dialogue.</param>
/// <param name="SetAside">Why and by whom the transcript was taken out of the inbox undecided; absent while it is in it, and in answers to changes.</param>
/// <param name="Withdrawn">Why and by whom it was withdrawn; absent while it is in use. An erased text is blank.</param>
/// <param name="Reader">Whose working copy it is; absent for a document of the project's list.</param>
public sealed record DocumentAnswer(
    string Id,
    string ProjectId,
    string? ExternalId,
    string Kind,
    string? Group,
    JsonObject? Meta,
    DocumentStatus Status,
    int Revision,
    string Text,
    OffsetUnit OffsetUnit,
    IReadOnlyList<MentionAnswer> Mentions,
    IReadOnlyList<DocumentRelation> Relations,
    IReadOnlyList<TurnAnswer> Turns,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    Withdrawal? Withdrawn,
    string? Reader,
    SetAside? SetAside = null
)
{
    public static DocumentAnswer Of(Document document, OffsetUnit unit, SetAside? setAside = null)
    {
        var map = new OffsetMap(document.Text, unit);
        return new DocumentAnswer(
            document.Id,
            document.ProjectId,
            document.ExternalId,
            document.Kind,
            document.Group,
            document.Meta,
            document.Status,
            document.Revision,
            document.Text,
            unit,
            [.. document.Mentions.Select(m => MentionAnswer.Of(m, document.Text, map))],
            document.Relations,
            [.. document.Turns.Select(t => TurnAnswer.Of(t, map))],
            document.Created,
            document.Updated,
            document.Withdrawn,
            document.Reader,
            setAside
        );
    }
}

/// <param name="State">Who stands behind it: a model (<c>suggested</c>), a model and a person (<c>accepted</c>), or a person (<c>added</c>).</param>
/// <param name="Text">The words; of a discontinuous mention, those of its pieces with a space between them.</param>
/// <param name="Confidence">The model's, as long as span and label are the model's.</param>
/// <param name="Fragments">The pieces of a discontinuous mention; absent for one piece.</param>
/// <param name="Assertion">What the text claims of it; absent when nobody said.</param>
/// <param name="Attributes">By name; a flag's value is <c>true</c>.</param>
/// <param name="Concepts">Codes of terminologies, the best one first.</param>
public sealed record MentionAnswer(
    string Id,
    int Start,
    int End,
    string Text,
    string Label,
    MentionState State,
    double? Confidence,
    ModelVersionName? Model,
    IReadOnlyList<Fragment>? Fragments,
    SpanAssertion? Assertion,
    IReadOnlyDictionary<string, string>? Attributes,
    IReadOnlyList<string>? Concepts
)
{
    public static MentionAnswer Of(DocumentMention mention, string text, OffsetMap map) =>
        new(
            mention.Id,
            map.FromUtf16(mention.Span.Start),
            map.FromUtf16(mention.Span.End),
            mention.Place.Of(text),
            mention.Label,
            mention.State,
            mention.Confidence,
            ModelVersionName.Of(mention.Model),
            Fragment.Of(mention.Place, map),
            mention.Details.Assertion,
            mention.Details.Attributes.Count == 0 ? null : mention.Details.Attributes,
            mention.Details.Concepts.Count == 0 ? null : mention.Details.Concepts
        );
}

/// <param name="Start">Where the turn's words begin in the document's text.</param>
/// <param name="Intent">What people decided; absent while undecided.</param>
/// <param name="State">Absent while undecided.</param>
/// <param name="RedFlags">Signs that somebody may be in danger, in turns of those who ask; offsets as those of the turn.</param>
public sealed record TurnAnswer(
    int Index,
    string Speaker,
    string Text,
    int Start,
    int End,
    string? Intent,
    IntentState? State,
    IntentSuggestionAnswer? Suggestion,
    IReadOnlyList<RedFlagAnswer> RedFlags
)
{
    public static TurnAnswer Of(DocumentTurn turn, OffsetMap map) =>
        new(
            turn.Index,
            turn.Speaker,
            turn.Text,
            map.FromUtf16(turn.Span.Start),
            map.FromUtf16(turn.Span.End),
            turn.Intent,
            turn.State,
            turn.Suggestion is { } s
                ? new IntentSuggestionAnswer(s.Intent, s.Confidence, s.Alternatives, ModelVersionName.Of(s.Model)!)
                : null,
            AskingTurns.Asks(turn.Speaker) ? RedFlagAnswer.Of(turn.Text, Predicted(turn), map, turn.Span.Start) : []
        );

    private static IntentPrediction? Predicted(DocumentTurn turn) =>
        turn.Suggestion is { } s ? new IntentPrediction(s.Intent, s.Confidence, s.Alternatives) : null;
}

public sealed record IntentSuggestionAnswer(
    string Intent,
    double Confidence,
    IReadOnlyList<IntentScore> Alternatives,
    ModelVersionName Model
);
