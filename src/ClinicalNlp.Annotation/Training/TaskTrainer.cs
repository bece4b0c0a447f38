using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>What one retraining works on.</summary>
/// <param name="Snapshot">Train side to learn from, held-out side to be judged by.</param>
/// <param name="RunId">The run it is of, under which other notes that it learns from are written down; null outside of runs.</param>
public sealed record RetrainingJob(Snapshot Snapshot, IReadOnlyList<SnapshotDocument> Documents, string? RunId = null)
{
    public IEnumerable<SnapshotDocument> Side(SnapshotSide side) => Documents.Where(document => document.Side == side);
}

/// <summary>How models of one task are retrained and judged.</summary>
public abstract class TaskTrainer
{
    /// <summary>Trains from <see cref="TrainingOptions.BaseModelDirectory"/> and writes a bundle to <see cref="TrainingOptions.OutputDirectory"/>.</summary>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>, or what the recipe refuses.</exception>
    public abstract void Train(
        RetrainingJob job,
        TrainingOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    );

    /// <summary>What the overall score on our own held-out data may lose: learning one clinic's notes must not cost general ability.</summary>
    public abstract double OwnMargin { get; }

    /// <summary>Runs a bundle over the held-out documents.</summary>
    public abstract HeldOutScores Score(string modelDirectory, RetrainingJob job, CancellationToken cancellationToken);
}
