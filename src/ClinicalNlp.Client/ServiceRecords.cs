using System.Text.Json.Nodes;

namespace ClinicalNlp.Client;

/// <summary>Which version of a model made an answer.</summary>
public sealed record ModelVersion(string Name, string Version);

/// <summary>A clinical entity in a text.</summary>
/// <param name="Start">UTF-16 code units of the text that was sent: <c>text[Start..End]</c> is <see cref="Text"/>.</param>
/// <param name="Confidence">The probability that span and label are right.</param>
public sealed record Entity(int Start, int End, string Text, string Label, double Confidence);

/// <summary>What was found in one text.</summary>
/// <param name="Mentions">By place, not overlapping.</param>
public sealed record Extraction(ModelVersion Model, IReadOnlyList<Entity> Mentions)
{
    /// <summary>Leads to the version, what it was made of, and the people whose work that is: <c>GET /v1/lineage/answers/{id}</c>.</summary>
    public string? AnswerId { get; init; }
}

/// <summary>A text to find mentions in; the id is the caller's own and comes back with the answer.</summary>
public sealed record TextToRead(string Id, string Text);

/// <summary>What was found in one of several texts.</summary>
public sealed record ExtractedText(string Id, IReadOnlyList<Entity> Mentions);

/// <summary>What was found in several texts.</summary>
/// <param name="Documents">In the order sent, all by one version.</param>
public sealed record Extractions(ModelVersion Model, IReadOnlyList<ExtractedText> Documents)
{
    /// <summary>Leads to the version, what it was made of, and the people whose work that is: <c>GET /v1/lineage/answers/{id}</c>.</summary>
    public string? AnswerId { get; init; }
}

/// <summary>One intent and its confidence in [0, 1].</summary>
public sealed record IntentScore(string Intent, double Confidence);

/// <summary>One of several requests in one message, with its place in it.</summary>
public sealed record PlacedIntent(string Intent, double Confidence, int Start, int End);

/// <summary>A place in a text in UTF-16 code units, end exclusive.</summary>
public sealed record Place(int Start, int End);

/// <summary>A sign that somebody may be in danger. It orders an inbox; it is no medical advice.</summary>
/// <param name="Level"><c>urgent</c>, or <c>mentioned</c> where it is denied, asked about, supposed or past.</param>
public sealed record RedFlag(string Flag, string Level, IReadOnlyList<Place> Spans);

/// <summary>One message of a conversation.</summary>
public sealed record Turn(string Speaker, string Text);

/// <summary>What a message wants.</summary>
/// <param name="Intent"><c>oos</c> when nothing fits.</param>
/// <param name="Intents">Two or more where the message asks for several things; else empty.</param>
public sealed record Classification(
    ModelVersion Model,
    string Intent,
    double Confidence,
    IReadOnlyList<IntentScore> Alternatives,
    IReadOnlyList<PlacedIntent> Intents,
    IReadOnlyList<RedFlag> RedFlags
)
{
    /// <summary>Leads to the version, what it was made of, and the people whose work that is: <c>GET /v1/lineage/answers/{id}</c>.</summary>
    public string? AnswerId { get; init; }
}

/// <summary>A kind of mention in a project's schema.</summary>
public sealed record Label(string Name, string? Colour = null, string? Key = null, string? Description = null);

/// <summary>One thing that a message may want, in a project's schema.</summary>
public sealed record Intent(string Name, string? Description = null);

/// <summary>A project's documents by how far the work on them is.</summary>
public sealed record DocumentCounts(int New, int InProgress, int Done);

/// <summary>A body of documents with one schema.</summary>
public sealed record Project(
    string Id,
    string Name,
    IReadOnlyList<Label> Labels,
    IReadOnlyList<Intent> Intents,
    DocumentCounts Documents,
    DateTimeOffset Created,
    string CreatedBy
);

/// <summary>A labelled span.</summary>
/// <param name="Text">The words that should stand there; the service refuses the span when they do not.</param>
public sealed record Span(int Start, int End, string Label, string? Text = null);

/// <summary>A document to store.</summary>
/// <param name="Group">For example a patient pseudonym: documents of one group never fall on both sides of a split.</param>
/// <param name="Spans">Gold: the document is stored as done.</param>
public sealed record NewDocument(
    string Text,
    string? ExternalId = null,
    string? Kind = null,
    string? Group = null,
    JsonObject? Meta = null,
    IReadOnlyList<Span>? Spans = null
);

/// <summary>A document that was stored, and the revision that the first change of it is based on.</summary>
public sealed record AddedDocument(string Id, int Revision);

/// <summary>A mention on a stored document.</summary>
/// <param name="State"><c>suggested</c>, <c>accepted</c> or <c>added</c>.</param>
public sealed record Mention(
    string Id,
    int Start,
    int End,
    string Text,
    string Label,
    string State,
    double? Confidence,
    ModelVersion? Model
);

/// <summary>A stored document with everything on it.</summary>
/// <param name="Status"><c>new</c>, <c>inProgress</c> or <c>done</c>.</param>
/// <param name="Revision">Goes with every correction; one that was made on an older revision is refused.</param>
public sealed record Document(
    string Id,
    string ProjectId,
    string? ExternalId,
    string Kind,
    string? Group,
    JsonObject? Meta,
    string Status,
    int Revision,
    string Text,
    IReadOnlyList<Mention> Mentions,
    DateTimeOffset Created,
    DateTimeOffset Updated
);

/// <summary>One thing that a person decided.</summary>
/// <param name="Action">accept, reject, relabel, resize, add, remove, intent or restore.</param>
public sealed record Change(
    string Action,
    string? MentionId = null,
    int? Start = null,
    int? End = null,
    string? Text = null,
    string? Label = null,
    int? Turn = null,
    string? Intent = null
)
{
    public static Change Accept(string mentionId) => new("accept", mentionId);

    public static Change Reject(string mentionId) => new("reject", mentionId);

    public static Change Relabel(string mentionId, string label) => new("relabel", mentionId, Label: label);

    public static Change Resize(string mentionId, int start, int end) => new("resize", mentionId, start, end);

    public static Change Add(int start, int end, string label, string? text = null) => new("add", null, start, end, text, label);
}

/// <summary>What a save made.</summary>
/// <param name="Revision">The revision that the changes made.</param>
public sealed record Saved(int Revision, Document Document);

/// <summary>One page of a list.</summary>
/// <param name="Next">To be sent as <c>after</c>; null on the last page.</param>
public sealed record Listed<T>(IReadOnlyList<T> Items, string? Next);
