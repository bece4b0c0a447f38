using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>How far a document went: what holds it, who learnt from it, whom those answered.</summary>
/// <param name="ExternalId">Null when it has none, or was erased.</param>
/// <param name="Snapshots">That hold it, in the order of creation.</param>
/// <param name="Versions">That learnt from it or were judged by it, in the order of creation.</param>
/// <param name="AnswersOnIt">How often models were asked about it and its working copies; rows that are kept.</param>
/// <param name="Answers">That the versions which learnt from it gave, to anybody.</param>
/// <param name="AnswersLost">Of those, answers without a row.</param>
/// <param name="Gaps">When the service was killed: the last answers before may not be counted.</param>
/// <param name="NotesUnknown">Versions trained before replayed notes were written down; they may have replayed this one.</param>
public sealed record DocumentReach(
    string DocumentId,
    string ProjectId,
    string? ExternalId,
    IReadOnlyList<SnapshotHolding> Snapshots,
    IReadOnlyList<VersionReach> Versions,
    long AnswersOnIt,
    long Answers,
    long AnswersLost,
    IReadOnlyList<RecordingGap> Gaps,
    IReadOnlyList<ModelStamp> NotesUnknown
);

/// <param name="Revision">Of the document as the snapshot holds it.</param>
public sealed record SnapshotHolding(
    string SnapshotId,
    ModelTask Task,
    string Hash,
    SnapshotSide Side,
    int Revision,
    double Weight,
    DateTimeOffset Created,
    string CreatedBy
);

/// <param name="Through">Of one that inherited it: the version that learnt from it.</param>
/// <param name="Live">When it was in use.</param>
/// <param name="Answers">All it gave.</param>
public sealed record VersionReach(
    ModelStamp Model,
    ModelTask Task,
    ModelState State,
    bool InUse,
    LearntHow How,
    ModelStamp? Through,
    IReadOnlyList<LiveSpan> Live,
    long Answers,
    long Lost,
    IReadOnlyList<AnswerCount> Callers
);

/// <param name="Until">Null while it is in use.</param>
public sealed record LiveSpan(DateTimeOffset From, DateTimeOffset? Until);

/// <summary>What a person's work went into.</summary>
/// <param name="Documents">They corrected, finished or brought in.</param>
/// <param name="Corrections">Changes they made.</param>
/// <param name="Versions">That learnt from a document after they had worked on it.</param>
public sealed record PersonReach(string Name, int Documents, long Corrections, IReadOnlyList<PersonVersion> Versions);

/// <param name="Documents">Of the person's that it learnt from.</param>
/// <param name="Through">Of one that inherited all of them: the nearest version that learnt from one.</param>
public sealed record PersonVersion(ModelStamp Model, ModelTask Task, ModelState State, bool InUse, int Documents, ModelStamp? Through);

/// <param name="Corrections">Changes the person made on it and on their working copy.</param>
/// <param name="BroughtIn">Whether they imported it.</param>
/// <param name="Snapshots">How many hold it.</param>
public sealed record PersonDocument(
    string DocumentId,
    string ProjectId,
    string? ExternalId,
    string Kind,
    DocumentStatus Status,
    int Corrections,
    bool BroughtIn,
    int Snapshots,
    bool Withdrawn
);
