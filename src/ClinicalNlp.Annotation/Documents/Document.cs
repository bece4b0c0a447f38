using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>How far the work on a document is.</summary>
public enum DocumentStatus
{
    New,
    InProgress,

    /// <summary>What is on it is gold; it changes only after it was reopened or replaced as a whole.</summary>
    Done,
}

/// <summary>Who stands behind a mention.</summary>
public enum MentionState
{
    /// <summary>A model's, not yet decided by a person.</summary>
    Suggested,

    /// <summary>A model's, kept by a person, perhaps with another span or label.</summary>
    Accepted,

    /// <summary>A person's, or imported as gold.</summary>
    Added,
}

/// <summary>How the intent of a turn was decided.</summary>
public enum IntentState
{
    /// <summary>The suggested intent, kept by a person.</summary>
    Accepted,

    /// <summary>A person's own choice, or imported as gold.</summary>
    Changed,

    /// <summary>A person took the suggestion away and gave none.</summary>
    Rejected,
}

/// <summary>Which model made a suggestion.</summary>
public sealed record ModelStamp(string Name, string Version);

/// <summary>A labelled span on a stored document; offsets are UTF-16 code units of its text.</summary>
/// <param name="Confidence">The model's, as long as the place and label are the model's.</param>
/// <param name="Model">Where the mention came from, also after a person accepted it; null when a person added it.</param>
public sealed record DocumentMention(string Id, MentionPlace Place, string Label, MentionState State, double? Confidence, ModelStamp? Model)
{
    public MentionDetails Details { get; init; } = MentionDetails.None;

    /// <summary>The whole extent: of a mention in several pieces, from the first to the last.</summary>
    public TextSpan Span => Place.Span;
}

/// <summary>What a model thinks a turn wants; confidences are in [0, 1].</summary>
public sealed record IntentSuggestion(string Intent, double Confidence, IReadOnlyList<IntentScore> Alternatives, ModelStamp Model);

/// <param name="Span">Where the turn's words stand in the document's text.</param>
/// <param name="Intent">What people decided; null while undecided and when the suggestion was rejected.</param>
/// <param name="State">Null while undecided.</param>
public sealed record DocumentTurn(
    int Index,
    string Speaker,
    string Text,
    TextSpan Span,
    string? Intent,
    IntentState? State,
    IntentSuggestion? Suggestion
);

/// <summary>A document without its text, for lists.</summary>
/// <param name="OpenSuggestions">Mentions and turn intents that wait for a decision.</param>
public sealed record DocumentSummary(
    string Id,
    string ProjectId,
    string? ExternalId,
    string Kind,
    string? Group,
    JsonObject? Meta,
    DocumentStatus Status,
    int Revision,
    int Length,
    int OpenSuggestions,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    int UnreadComments = 0,
    Withdrawal? Withdrawn = null
);

/// <param name="Text">Of a dialogue: its turns, one after the other, with a line feed between them.</param>
/// <param name="Mentions">By span; they may overlap and nest.</param>
/// <param name="Turns">Empty unless it is a dialogue.</param>
public sealed record Document(
    string Id,
    string ProjectId,
    string? ExternalId,
    string Kind,
    string? Group,
    JsonObject? Meta,
    DocumentStatus Status,
    int Revision,
    string Text,
    IReadOnlyList<DocumentMention> Mentions,
    IReadOnlyList<DocumentTurn> Turns,
    DateTimeOffset Created,
    DateTimeOffset Updated
)
{
    /// <summary>By their ids; never of a mention that is only suggested.</summary>
    public IReadOnlyList<DocumentRelation> Relations { get; init; } = [];

    /// <summary>Null while it is in use. A working copy goes with its document.</summary>
    public Withdrawal? Withdrawn { get; init; }

    /// <summary>Whose working copy it is; null for a document of the project's list.</summary>
    public string? Reader { get; init; }

    /// <summary>The kind of every document that has turns.</summary>
    public const string Dialogue = "dialogue";
}

/// <summary>A span as a client gives it, in UTF-16 code units and not yet checked.</summary>
/// <param name="Text">The surface text that the client believes to be there; refused when it is not.</param>
public sealed record NewSpan(int Start, int End, string Label, string? Text = null)
{
    /// <summary>Chosen by the client: what relations of the same request call the span.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The pieces of a discontinuous mention; null for one piece.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextSpan>? Fragments { get; init; }

    /// <summary>Null leaves it as it is where the mention is there already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpanAssertion? Assertion { get; init; }

    /// <summary>Nothing is claimed: takes away what a mention that is there already says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unasserted { get; init; }

    /// <inheritdoc cref="Assertion"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <inheritdoc cref="Assertion"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Concepts { get; init; }
}

/// <summary>A relation as a client gives it, by the ids that the client gave its spans.</summary>
public sealed record NewRelation(string From, string To, string Type);

/// <summary>A document to store: a text, or a dialogue with turns.</summary>
/// <param name="Group">For example a patient pseudonym; documents of one group never fall on both sides of a split.</param>
/// <param name="Spans">Imported gold: the document is stored as done. Null: nothing is known yet.</param>
/// <param name="Turns">Turns with an intent are gold too.</param>
public sealed record NewDocument(
    string? Text,
    string? ExternalId = null,
    string? Kind = null,
    string? Group = null,
    JsonObject? Meta = null,
    IReadOnlyList<NewSpan>? Spans = null,
    IReadOnlyList<Turn>? Turns = null
)
{
    /// <summary>Between spans that have an id.</summary>
    public IReadOnlyList<NewRelation> Relations { get; init; } = [];
}

/// <summary>A document that was stored, and the revision that the first change of it is based on.</summary>
public sealed record AddedDocument(string Id, int Revision);
