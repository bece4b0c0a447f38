using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Annotation.Lineage;

/// <summary>A project with corrected notes, and versions trained from snapshots of it, without any training.</summary>
internal sealed class Trained : IDisposable
{
    private readonly TemporaryModels models;

    public Trained()
    {
        models = new TemporaryModels(Store);
        models.Ship(TemporaryModels.Name, "1");
        models.Registry.Start();
        ProjectId = Store.CreateProject().Id;
    }

    public TemporaryStore Store { get; } = new();

    public ModelRegistry Registry => models.Registry;

    public string ProjectId { get; }

    public SnapshotStore Snapshots => new(Store.Database);

    public LineageStore Lineage => new(Store.Database, Registry);

    public ReachStore Reach => new(Store.Database);

    public static ModelStamp Version(string version) => new(TemporaryModels.Name, version);

    /// <summary>A note on which a person marked its first word, and finished it.</summary>
    /// <param name="group">Its words when null: snapshots split by it, and by the id, which is random, the same test would see other sides each time.</param>
    public string Finished(string text, string person, string? group = null)
    {
        string id = Store.AddNote(ProjectId, text, group ?? text);
        var add = new Change(CorrectionAction.Add, Start: 0, End: text.IndexOf(' ', StringComparison.Ordinal), Label: "PROBLEM");
        Store.Corrections.Apply(id, new CorrectionBatch(0, [add]), person);
        Store.Corrections.Complete(id, 1, UndecidedSuggestions.Refuse, person);
        return id;
    }

    public Snapshot Snapshot() => Snapshots.Create(ProjectId, ModelTask.Entities, "manager");

    /// <summary>A run from a snapshot that made a version, and what it replayed.</summary>
    public void Train(string version, string parent, Snapshot snapshot, params string[] replayed)
    {
        var runs = new TrainingRunStore(Store.Database);
        var run = runs.Create(new NewTrainingRun(ProjectId, ModelTask.Entities), snapshot.Id, 1, 1, "manager");
        runs.Start(run.Id, Version(parent), Version(version), "system");
        new SilverNotes(Store.Database).Note(new RetrainingJob(snapshot, [], run.Id), replayed);
        string directory = models.RetrainedDirectory(version);
        ModelBundleWriter.Write(
            new ModelCard
            {
                Kind = ModelCard.EntitiesKind,
                Name = TemporaryModels.Name,
                Version = version,
                Created = Store.Clock.Now,
                Labels = ["PROBLEM"],
                Parent = new CardParent(TemporaryModels.Name, parent, ""),
                Corpora = [new CardCorpus("corrections", snapshot.Train.Documents, Sha256: snapshot.Hash)],
            },
            directory,
            folder => File.WriteAllText(Path.Combine(folder, "model.onnx"), version)
        );
        Store.Database.Write(
            "system",
            transaction =>
            {
                RegistryStore.Register(
                    transaction,
                    ModelBundle.Load(directory),
                    ModelTask.Entities,
                    ModelOrigin.Retrained,
                    snapshot.Id,
                    run.Id
                );
                RegistryStore.Decide(transaction, Version(version), TemporaryModels.Decision(passed: true));
                TrainingRunStore.End(transaction, run.Id, RunState.Succeeded);
            }
        );
        Store.Clock.Now += TimeSpan.FromMinutes(10);
    }

    public void Dispose()
    {
        models.Dispose();
        Store.Dispose();
    }
}
