using System.Text.Json.Serialization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>What a person may do to an annotation, as requests and the log name it.</summary>
public enum CorrectionAction
{
    /// <summary>Keeps a suggested mention, or a turn's suggested intent.</summary>
    Accept,

    /// <summary>Takes a suggested mention or intent away; it is not suggested again.</summary>
    Reject,

    Relabel,
    Resize,
    Add,

    /// <summary>Takes away a mention that a person had kept or added.</summary>
    Remove,

    /// <summary>Sets the intent of a turn; without an intent the turn is undecided again.</summary>
    Intent,

    /// <summary>
    /// Puts a mention back to an earlier place, label and state, also one that was taken away: how a correction is undone.
    /// What is not given of its details is as it was, and relations that went with it come back.
    /// </summary>
    Restore,

    /// <summary>Sets what is said of a mention: assertion, attributes, concepts; each that is given as a whole. Keeps a suggested mention.</summary>
    Annotate,

    /// <summary>Relates two mentions; keeps those that are suggested.</summary>
    Relate,

    /// <summary>Takes a relation away, named by its id or by its ends and type.</summary>
    Unrelate,
}

/// <summary>One thing a person did. Offsets are UTF-16 code units of the document's text, not yet checked.</summary>
/// <param name="Text">The surface text the person saw under the span; refused when it is not there.</param>
/// <param name="Turn">Counted from 0.</param>
/// <param name="State">What a restored mention is again.</param>
/// <remarks>What is null is left out of the request's hash, so that a key sent before a newer program started is still known after.</remarks>
public sealed record Change(
    CorrectionAction Action,
    string? MentionId = null,
    int? Start = null,
    int? End = null,
    string? Text = null,
    string? Label = null,
    int? Turn = null,
    string? Intent = null,
    MentionState? State = null
)
{
    /// <summary>The pieces of a discontinuous mention; start and end may then be left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextSpan>? Fragments { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpanAssertion? Assertion { get; init; }

    /// <summary>Takes the assertion away: nothing is claimed any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unasserted { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Concepts { get; init; }

    /// <summary>The relation to take away; of a relation that comes back, its id as it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RelationId { get; init; }

    /// <summary>A mention's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>A mention's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }

    /// <summary>Of a relation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }
}

/// <param name="Revision">The revision the person saw.</param>
/// <param name="IdempotencyKey">The same key on the same document answers again what the first call answered, and writes nothing.</param>
public sealed record CorrectionBatch(int Revision, IReadOnlyList<Change> Changes, string? IdempotencyKey = null);

/// <summary>The intent of one turn of a transcript; turns are counted from 0.</summary>
public sealed record TurnIntent(int Turn, string Intent);

/// <summary>A whole annotation in place of the present one.</summary>
/// <param name="Spans">Null leaves the mentions alone.</param>
/// <param name="Intents">Null leaves the turns alone; turns not named become undecided.</param>
public sealed record Replacement(
    int Revision,
    IReadOnlyList<NewSpan>? Spans,
    IReadOnlyList<TurnIntent>? Intents,
    bool Done,
    string? IdempotencyKey = null
)
{
    /// <summary>By the ids of the given spans, or of mentions. Null leaves the relations of mentions that stay alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NewRelation>? Relations { get; init; }
}

/// <summary>What becomes of suggestions that nobody has decided when a document is completed.</summary>
public enum UndecidedSuggestions
{
    /// <summary>Completing is refused while there are any.</summary>
    Refuse,
    Accept,
    Reject,
}

/// <summary>How the changes that were stored as one came about.</summary>
public enum BatchKind
{
    Import,
    Corrections,
    Replace,
    Complete,
    Reopen,
}

/// <summary>One line of the log: what was there before and what is there now.</summary>
/// <param name="MentionId">Of a relation that a person did not ask for: the mention that took it along, or brought it back.</param>
/// <param name="Place">After the change; of what was taken away, where it stood.</param>
/// <param name="FromPlace">Before a resize.</param>
/// <param name="Model">Whose suggestion was decided.</param>
/// <param name="Confidence">That of the suggestion that was decided.</param>
public sealed record RecordedChange(
    CorrectionAction Action,
    string? MentionId = null,
    MentionPlace? Place = null,
    string? Label = null,
    MentionPlace? FromPlace = null,
    string? FromLabel = null,
    int? Turn = null,
    string? Intent = null,
    string? FromIntent = null,
    double? Confidence = null,
    ModelStamp? Model = null
)
{
    /// <summary>What is said of the mention after the change, of one taken away what was said; null when that is nothing.</summary>
    public MentionDetails? Details { get; init; }

    /// <summary>What was said before, where the change is about that.</summary>
    public MentionDetails? FromDetails { get; init; }

    /// <summary>The relation that was made or taken away.</summary>
    public DocumentRelation? Relation { get; init; }

    public TextSpan? Span => Place?.Span;

    public TextSpan? FromSpan => FromPlace?.Span;
}

/// <param name="Revision">The revision that the batch made.</param>
public sealed record RecordedBatch(int Revision, BatchKind Kind, string By, DateTimeOffset At, IReadOnlyList<RecordedChange> Changes)
{
    /// <summary>Of the project's schema, where a change of its labels made the batch; null where a person worked on the document.</summary>
    public int? SchemaVersion { get; init; }
}

/// <param name="Revision">The revision that the batch made; behind the document's own when the batch had been answered before.</param>
/// <param name="Repeated">The idempotency key was known: nothing was written.</param>
public sealed record CorrectionOutcome(int Revision, Document Document, bool Repeated)
{
    /// <summary>Null when nothing was written.</summary>
    public DocumentDifference? Difference { get; init; }
}

/// <summary>What a batch left otherwise than it was: with it, who has the document before the batch has it after.</summary>
/// <param name="Mentions">That came or changed, as they are now.</param>
/// <param name="MentionsGone">Ids.</param>
/// <param name="Relations">That came.</param>
/// <param name="RelationsGone">Ids.</param>
public sealed record DocumentDifference(
    IReadOnlyList<DocumentMention> Mentions,
    IReadOnlyList<string> MentionsGone,
    IReadOnlyList<DocumentRelation> Relations,
    IReadOnlyList<string> RelationsGone,
    IReadOnlyList<DocumentTurn> Turns
)
{
    internal static DocumentDifference Of(DocumentState state)
    {
        var (mentions, relations) = (state.Mentions.Changed, state.Relations.Changed);
        return new DocumentDifference(
            mentions,
            [.. state.Mentions.Touched.Except(mentions.Select(mention => mention.Id)).Order(StringComparer.Ordinal)],
            relations,
            [.. state.Relations.Touched.Except(relations.Select(relation => relation.Id)).Order(StringComparer.Ordinal)],
            state.Turns.Changed
        );
    }
}

/// <summary>Somebody else saved first; code <c>stale_revision</c>. Nothing was written.</summary>
public sealed class StaleRevisionException(int seenRevision, Document current, IReadOnlyList<RecordedBatch> changesSince)
    : UnusableInputException(
        "stale_revision",
        $"the document is at revision {current.Revision}, the changes were made on revision {seenRevision}"
    )
{
    public int CurrentRevision => Current.Revision;

    /// <summary>The document as it is now: what the offsets of the changes refer to.</summary>
    public Document Current { get; } = current;

    public IReadOnlyList<RecordedBatch> ChangesSince { get; } = changesSince;
}
