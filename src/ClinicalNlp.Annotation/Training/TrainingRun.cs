using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>What a run is for.</summary>
public enum RunKind
{
    Retrain,

    /// <summary>Looks for label errors by cross-validation; makes no version.</summary>
    LabelErrors,
}

/// <summary>Where a run stands.</summary>
public enum RunState
{
    Queued,
    Running,

    /// <summary>The candidate is compared with the version in use.</summary>
    Gating,

    /// <summary>The candidate passed the gate.</summary>
    Succeeded,

    /// <summary>The gate refused the candidate; its version says why.</summary>
    Refused,
    Failed,
    Cancelled,

    /// <summary>The program ended while it ran.</summary>
    Interrupted,
}

/// <param name="Minutes">Wall-clock bound of the training.</param>
/// <param name="Base">The version in use when it started.</param>
/// <param name="Candidate">What it trained; null until then.</param>
/// <param name="Progress">The last report that was stored.</param>
/// <param name="ErrorCode">Of a run that failed.</param>
public sealed record TrainingRun(
    string Id,
    string ProjectId,
    ModelTask Task,
    RunState State,
    string SnapshotId,
    double Minutes,
    int Seed,
    bool AutoPromote,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    ModelStamp? Base,
    ModelStamp? Candidate,
    TrainingProgress? Progress,
    string? ErrorCode,
    string? ErrorReason
)
{
    public RunKind Kind { get; init; }

    /// <summary>Of a cross-validation.</summary>
    public int? Folds { get; init; }

    /// <summary>Of a cross-validation that came to its end: <see cref="LabelErrors.CrossValidated.Agreement"/>.</summary>
    public double? Agreement { get; init; }

    public bool IsOver => State is not (RunState.Queued or RunState.Running or RunState.Gating);
}

/// <summary>What a client asks for.</summary>
/// <param name="SnapshotId">Null freezes a new snapshot of what is done now.</param>
public sealed record NewTrainingRun(
    string ProjectId,
    ModelTask Task,
    string? SnapshotId = null,
    double? Minutes = null,
    int? Seed = null,
    bool AutoPromote = true
)
{
    public RunKind Kind { get; init; }

    /// <summary>Of a cross-validation.</summary>
    public int? Folds { get; init; }
}

/// <summary>What happened to a run: its state changed, or (with a progress) it went on.</summary>
public sealed record RunEvent(TrainingRun Run, TrainingProgress? Progress);
