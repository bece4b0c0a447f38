using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Models;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>Where a model comes from: the training that made it, the snapshot it learnt from, what it started from.</summary>
/// <param name="Version">Null for a model that answers nobody, such as the encoder others started from.</param>
/// <param name="Parent">What its training started from; the next of the chain when it is known here.</param>
/// <param name="Corpora">What its card says it learnt from beside people's work here, with licences; null when the folder is gone.</param>
/// <param name="WithdrawnDocuments">Documents that it, or one it descends from, learnt from, and that were withdrawn since.</param>
public sealed record VersionLineage(
    ModelStamp Model,
    ModelVersion? Version,
    TrainingLineage? Training,
    ModelStamp? Parent,
    IReadOnlyList<CardCorpus>? Corpora,
    int WithdrawnDocuments
);

/// <param name="ReplayedNotes">Notes nobody had finished that the training labelled by itself; null when the run is older than that was written down.</param>
/// <param name="SnapshotErased">Examples of the snapshot whose text was erased since.</param>
public sealed record TrainingLineage(
    string RunId,
    DateTimeOffset Started,
    string StartedBy,
    Snapshot Snapshot,
    string ProjectName,
    int? ReplayedNotes,
    int SnapshotErased
);

/// <summary>A document of a snapshot, without its text.</summary>
/// <param name="LineHash">SHA-256 of the line that was learnt from.</param>
/// <param name="Utterances">Turns that carry an intent; null in a snapshot for entities.</param>
/// <param name="Corrections">Changes in its log up to the snapshot, with those on its working copies.</param>
/// <param name="People">Who made them.</param>
public sealed record ExampleLineage(
    string DocumentId,
    string? ExternalId,
    string Kind,
    int Revision,
    SnapshotSide Side,
    double Weight,
    string LineHash,
    int? Utterances,
    int Corrections,
    IReadOnlyList<string> People,
    bool Withdrawn,
    bool Erased
);

/// <summary>One change of a document's log, without words of the text.</summary>
/// <param name="DocumentId">The document, or the working copy on which it was made.</param>
/// <param name="Batch">What the change was part of.</param>
/// <param name="Model">Whose suggestion was decided.</param>
public sealed record CorrectionLineage(
    string DocumentId,
    int Revision,
    BatchKind Batch,
    CorrectionAction? Action,
    string? Label,
    string? FromLabel,
    int? Turn,
    string? Intent,
    string? FromIntent,
    ModelStamp? Model,
    string By,
    DateTimeOffset At
);
