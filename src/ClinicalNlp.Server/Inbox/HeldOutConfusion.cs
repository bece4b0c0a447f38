using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Inbox;

/// <summary>Asks the version in use about the held-out transcripts of a project, which it has not learned from.</summary>
public sealed class HeldOutConfusion(
    SnapshotStore snapshots,
    RegistryStore registry,
    ServingModels models,
    InferenceQueue queue,
    BlindSourceStore blindSources
)
{
    /// <param name="blind">An annotator, from whom what they read blindly is left out; null leaves out nothing.</param>
    /// <exception cref="UnusableInputException"><c>too_little_data</c>: no snapshot holds transcripts out. Also why a model is missing.</exception>
    public async Task<ConfusionAnswer> AskAsync(string projectId, string? blind, CancellationToken cancellation)
    {
        var snapshot = SnapshotOf(projectId);
        var hidden = blindSources.Of(projectId, blind);
        var withdrawn = snapshots.WithdrawnIn(snapshot.Id);
        var dialogues = SnapshotStore.ReadDialogues(
            snapshots.Documents(snapshot.Id).Where(d => d.Side == SnapshotSide.HeldOut && !withdrawn.Contains(d.DocumentId))
        );
        var asked = (
            from dialogue in dialogues
            where !hidden.Contains(dialogue.Id)
            from turn in Enumerable.Range(0, dialogue.Turns.Count)
            where dialogue.Turns[turn].Intent is not null
            select (Place: new UtterancePlace(dialogue.Id, turn), Utterance: dialogue.UtteranceAt(turn))
        ).ToList();
        using var lease = models.AcquireIntents();
        var predictions = await queue.ClassifyAsync(lease.Model, [.. asked.Select(a => a.Utterance)], cancellation);
        var cells = asked
            .Zip(predictions)
            .GroupBy(pair => (Decided: pair.First.Utterance.Intent, Suggested: pair.Second.Intent))
            .Select(pairs => new ConfusionCell(
                pairs.Key.Decided,
                pairs.Key.Suggested,
                pairs.Count(),
                [.. pairs.Select(pair => pair.First.Place)]
            ))
            .OrderBy(cell => cell.Decided, StringComparer.Ordinal)
            .ThenBy(cell => cell.Suggested, StringComparer.Ordinal)
            .ToList();
        return ConfusionAnswer.Of(
            new Confusion(asked.Count, cells.Where(cell => cell.Decided == cell.Suggested).Sum(cell => cell.Count), cells),
            ModelVersionName.Of(lease.Model.Bundle),
            snapshot.Id
        );
    }

    /// <summary>The snapshot that the version in use was trained on, where it is of this project; else the newest.</summary>
    private Snapshot SnapshotOf(string projectId)
    {
        if (registry.InUse(ModelTask.Intents)?.SnapshotId is { } id && snapshots.Get(id) is { } own && own.ProjectId == projectId)
        {
            return own;
        }

        Snapshot? newest = null;
        string? after = null;
        do
        {
            var page = snapshots.List(projectId, Page<Snapshot>.MaximumLimit, after);
            newest = page.Items.LastOrDefault(snapshot => snapshot.Task == ModelTask.Intents) ?? newest;
            after = page.Next;
        } while (after is not null);

        return newest ?? throw new UnusableInputException("too_little_data", "There is no snapshot of finished transcripts yet: take one.");
    }
}
