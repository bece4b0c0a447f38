using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.LabelErrors;

/// <summary>Cross-validation over a snapshot: both sides of it, as nothing is judged here but the labels.</summary>
internal static class ReadErrors
{
    public static CrossValidated Of(
        RetrainingJob job,
        CrossValidationOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return job.Snapshot.Task == ModelTask.Entities
                ? InEntities(job, options, progress, cancellationToken)
                : InIntents(job, options, progress, cancellationToken);
        }
        finally
        {
            if (Directory.Exists(options.WorkDirectory))
            {
                Directory.Delete(options.WorkDirectory, recursive: true);
            }
        }
    }

    private static CrossValidated InEntities(
        RetrainingJob job,
        CrossValidationOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    ) =>
        CrossValidation.FindInEntities(
            SnapshotStore.ReadEntities(job.Documents),
            i => job.Documents[i].Group,
            job.Snapshot.Labels.ToHashSet(),
            options,
            progress,
            cancellationToken
        );

    private static CrossValidated InIntents(
        RetrainingJob job,
        CrossValidationOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var groups = job.Documents.ToDictionary(document => document.DocumentId, document => document.Group);
        var utterances = SnapshotStore
            .ReadDialogues(job.Documents)
            .SelectMany(dialogue =>
                Enumerable
                    .Range(0, dialogue.Turns.Count)
                    .Where(turn => dialogue.Turns[turn].Intent is not null)
                    .Select(turn => (dialogue.Id, turn, dialogue.UtteranceAt(turn)))
            )
            .ToList();
        return CrossValidation.FindInIntents(utterances, i => groups[utterances[i].Id], options, progress, cancellationToken);
    }
}
