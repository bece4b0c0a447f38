using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Models;
using ClinicalNlp.Server.Extraction;

namespace ClinicalNlp.Server.Lineage;

/// <summary>That a version answered somebody; nothing of what was asked or found.</summary>
/// <param name="By">The person or key that asked; absent when nobody who is known here fits the id.</param>
/// <param name="Model">Absent when no version of this service fits the id.</param>
/// <param name="Recorded">False when the row about it is gone or was never kept: what else stands here then comes from the id, which is signed.</param>
/// <param name="DocumentId">The stored document it is about; absent for texts that were only sent.</param>
/// <param name="Texts">Texts, utterances or turns that were looked at.</param>
/// <param name="Findings">Mentions, or intents other than <c>oos</c>.</param>
public sealed record AnswerEntry(
    string Id,
    DateTimeOffset At,
    AnswerKind Kind,
    string? By,
    ModelVersionName? Model,
    bool Recorded,
    string? DocumentId,
    int? Texts,
    int? Findings
)
{
    public static AnswerEntry Of(Answer a) =>
        new(a.Id, a.At, a.Kind, a.Actor, ModelVersionName.Of(a.Model), true, a.DocumentId, a.Texts, a.Findings);

    public static AnswerEntry Of(FoundAnswer found) =>
        found.Row is { } row
            ? Of(row)
            : new(found.Id, found.At, found.Kind, found.Actor, ModelVersionName.Of(found.Model), false, null, null, null);
}

/// <param name="Versions">The version that answered, what its training started from, and so on down to what nothing here descends from.</param>
public sealed record AnswerLineage(AnswerEntry Answer, IReadOnlyList<VersionEntry> Versions);

/// <param name="Versions">The version and what it descends from, the nearest first.</param>
/// <param name="Live">When the version was in use.</param>
/// <param name="Answers">How many it gave.</param>
public sealed record VersionLineageAnswer(IReadOnlyList<VersionEntry> Versions, IReadOnlyList<LiveSpan> Live, long Answers);

/// <summary>A model and what made it.</summary>
/// <param name="Task">Absent for a model that answers nobody, such as the encoder others started from.</param>
/// <param name="Corpora">What its card says it learnt from, with licences; absent when its folder is gone.</param>
/// <param name="Training">Absent for what was not trained here.</param>
/// <param name="Hidden">It was trained here, in a project that the caller may not see.</param>
/// <param name="WithdrawnDocuments">Documents that it, or one it descends from, learnt from, and that were withdrawn since.</param>
public sealed record VersionEntry(
    ModelVersionName Model,
    ModelTask? Task,
    ModelOrigin? Origin,
    ModelState? State,
    bool InUse,
    string? Fingerprint,
    DateTimeOffset? Created,
    ModelVersionName? Parent,
    IReadOnlyList<CardCorpus>? Corpora,
    TrainingEntry? Training,
    bool Hidden,
    int WithdrawnDocuments
)
{
    public static VersionEntry Of(VersionLineage v, Rights rights)
    {
        var visible = v.Training is { } training && rights.In(training.Snapshot.ProjectId) is not null;
        return new VersionEntry(
            ModelVersionName.Of(v.Model)!,
            v.Version?.Task,
            v.Version?.Origin,
            v.Version?.State,
            v.Version?.InUse ?? false,
            v.Version?.Fingerprint,
            v.Version?.Created,
            ModelVersionName.Of(v.Parent),
            v.Corpora,
            visible ? TrainingEntry.Of(v.Training!) : null,
            v.Training is not null && !visible,
            v.WithdrawnDocuments
        );
    }
}

/// <param name="ReplayedNotes">Notes nobody had finished that the training labelled by itself; absent when the run is older than that was written down.</param>
/// <param name="Erased">Examples of the snapshot whose text was erased since.</param>
public sealed record TrainingEntry(
    string RunId,
    DateTimeOffset Started,
    string StartedBy,
    Snapshot Snapshot,
    string ProjectName,
    int? ReplayedNotes,
    int Erased
)
{
    public static TrainingEntry Of(TrainingLineage t) =>
        new(t.RunId, t.Started, t.StartedBy, t.Snapshot, t.ProjectName, t.ReplayedNotes, t.SnapshotErased);
}
