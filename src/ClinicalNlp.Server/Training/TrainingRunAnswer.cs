using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Training;

namespace ClinicalNlp.Server.Training;

/// <param name="Kind">Whether it retrains, or looks for label errors and makes no version.</param>
/// <param name="Base">The version in use when it started.</param>
/// <param name="Candidate">What it trains.</param>
/// <param name="Progress">The last report.</param>
/// <param name="Gate">How the candidate compared with the version in use, by label; why it was refused.</param>
/// <param name="IsOver">Nothing will change any more.</param>
public sealed record TrainingRunAnswer(
    string Id,
    string ProjectId,
    ModelTask Task,
    RunKind Kind,
    RunState State,
    bool IsOver,
    string SnapshotId,
    double Minutes,
    int Seed,
    bool AutoPromote,
    DateTimeOffset Created,
    string CreatedBy,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    ModelVersionName? Base,
    ModelVersionName? Candidate,
    ProgressAnswer? Progress,
    GateDecision? Gate,
    string? ErrorCode,
    string? ErrorReason,
    double? Agreement = null
)
{
    public static TrainingRunAnswer Of(TrainingRun run, RegistryStore registry) =>
        new(
            run.Id,
            run.ProjectId,
            run.Task,
            run.Kind,
            run.State,
            run.IsOver,
            run.SnapshotId,
            run.Minutes,
            run.Seed,
            run.AutoPromote,
            run.Created,
            run.CreatedBy,
            run.Started,
            run.Ended,
            ModelVersionName.Of(run.Base),
            ModelVersionName.Of(run.Candidate),
            ProgressAnswer.Of(run.Progress),
            GateOf(run, registry),
            run.ErrorCode,
            run.ErrorReason,
            run.Agreement
        );

    // Only a run that came through the gate has a registered candidate.
    private static GateDecision? GateOf(TrainingRun run, RegistryStore registry) =>
        run is { State: RunState.Succeeded or RunState.Refused, Candidate: { } candidate }
            ? registry.Get(candidate.Name, candidate.Version).Gate
            : null;
}

/// <summary>How far a run is; <paramref name="SecondsLeft"/> is an estimate to the end of the phase.</summary>
/// <param name="Unit">What done and total count.</param>
/// <param name="DevScore">In [0, 1], when one was just measured.</param>
public sealed record ProgressAnswer(
    string Phase,
    long Done,
    long Total,
    string Unit,
    double PerSecond,
    double? SecondsLeft,
    int Epoch,
    double? Loss,
    double? DevScore
)
{
    public static ProgressAnswer? Of(TrainingProgress? p) =>
        p is null ? null : new(p.Phase, p.Done, p.Total, p.Unit, p.PerSecond, p.TimeLeft?.TotalSeconds, p.Epoch, p.Loss, p.DevScore);
}
