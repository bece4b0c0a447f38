using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>What was asked of a model. The numbers stand in answer ids and never change.</summary>
public enum AnswerKind
{
    /// <summary>Entities of texts.</summary>
    Extract = 1,

    /// <summary>Intents of utterances.</summary>
    Intents = 2,

    /// <summary>What a model proposed on a stored document.</summary>
    Suggestions = 3,
}

/// <summary>That a version answered somebody; nothing of what was asked or found.</summary>
/// <param name="Actor">The person or key that asked, as the audit log names them.</param>
/// <param name="DocumentId">The stored document it is about; null for texts that were only sent.</param>
/// <param name="Texts">Texts, utterances or turns that were looked at.</param>
/// <param name="Findings">Mentions, or intents other than <c>oos</c>.</param>
public sealed record Answer(
    string Id,
    DateTimeOffset At,
    string Actor,
    AnswerKind Kind,
    ModelStamp Model,
    string? DocumentId,
    int Texts,
    int Findings
);

/// <summary>What is known of an answer.</summary>
/// <param name="Model">Null when no version of this store fits the id.</param>
/// <param name="Actor">Null when nobody who is known here fits the id.</param>
/// <param name="Row">Null when it was not kept: too old, or lost; what the id itself carries is still true.</param>
public sealed record FoundAnswer(string Id, DateTimeOffset At, AnswerKind Kind, ModelStamp? Model, string? Actor, Answer? Row);

/// <summary>Answers of a version to one caller.</summary>
/// <param name="Count">All of them, with those that are lost.</param>
/// <param name="Lost">Those of which no row could be kept, because too many came at once.</param>
public sealed record AnswerCount(
    ModelStamp Model,
    string Actor,
    AnswerKind Kind,
    long Count,
    long Lost,
    DateTimeOffset First,
    DateTimeOffset Last
);

/// <summary>A time in which the service was killed, so that the last answers before its end may not have been counted.</summary>
public sealed record RecordingGap(DateTimeOffset From, DateTimeOffset Until);
