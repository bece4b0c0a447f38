using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Annotation;

/// <summary>Model folders with small bundles that verify but predict nothing, and a registry over them.</summary>
internal sealed class TemporaryModels : IDisposable
{
    public const string Name = "clinical-entities";

    private readonly TemporaryStore store;
    private readonly ModelFolders folders;

    public TemporaryModels(TemporaryStore store)
    {
        this.store = store;
        folders = new ModelFolders(Path.Combine(store.Folder, "shipped"), Path.Combine(store.Folder, "models"));
        Registry = NewRegistry(store);
    }

    public RecordingSlot Slot { get; private set; } = new();

    public ModelRegistry Registry { get; private set; }

    public string ShippedDirectory(string version) => folders.Of(ModelOrigin.Shipped, Name, version);

    public string RetrainedDirectory(string version) => folders.Of(ModelOrigin.Retrained, Name, version);

    /// <summary>A new process over the same folders.</summary>
    public ModelRegistry Restart(TemporaryStore reopened)
    {
        Slot = new RecordingSlot();
        Registry = NewRegistry(reopened);
        Registry.Start();
        return Registry;
    }

    public void Ship(string name, string version, string kind = ModelCard.EntitiesKind) =>
        Write(folders.Of(ModelOrigin.Shipped, name, version), name, version, kind);

    /// <summary>A retrained version that has passed the gate.</summary>
    public void AddRetrained(string version, GateDecision? decision = null)
    {
        Write(RetrainedDirectory(version), Name, version);
        var bundle = ModelBundle.Load(RetrainedDirectory(version));
        store.Database.Write(
            "system",
            transaction =>
            {
                RegistryStore.Register(transaction, bundle, ModelTask.Entities, ModelOrigin.Retrained);
                RegistryStore.Decide(transaction, new ModelStamp(Name, version), decision ?? Decision(passed: true));
            }
        );
    }

    public static GateDecision Decision(bool passed) =>
        new(
            passed,
            passed ? [] : ["notes: PROBLEM 80.0 before, 60.0 after (100 gold): more than 6.0 lost"],
            new BeforeAfter(0.5, 0.6),
            [],
            new GateCorpus("notes", 10, new BeforeAfter(0.5, 0.6), []),
            null
        );

    public static void Write(string directory, string name, string version, string kind = ModelCard.EntitiesKind) =>
        ModelBundleWriter.Write(
            new ModelCard
            {
                Kind = kind,
                Name = name,
                Version = version,
                Created = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero),
                Labels = ["PROBLEM"],
            },
            directory,
            folder => File.WriteAllText(Path.Combine(folder, "model.onnx"), $"{name} {version}")
        );

    public void Dispose() { }

    private ModelRegistry NewRegistry(TemporaryStore over) =>
        new(over.Database, folders, new Dictionary<ModelTask, ModelSlot> { [ModelTask.Entities] = Slot });
}

/// <summary>Remembers what was swapped in, and refuses what it is told to refuse.</summary>
internal sealed class RecordingSlot : ModelSlot
{
    public ModelStamp? Serving { get; private set; }

    public int Swaps { get; private set; }

    public int Disposed { get; private set; }

    public override IDisposable Open(ModelBundle bundle) => new Opened(this, new ModelStamp(bundle.Card.Name, bundle.Card.Version));

    public override void Swap(IDisposable opened)
    {
        Serving = ((Opened)opened).Stamp;
        Swaps++;
    }

    private sealed class Opened(RecordingSlot slot, ModelStamp stamp) : IDisposable
    {
        public ModelStamp Stamp { get; } = stamp;

        public void Dispose() => slot.Disposed++;
    }
}
