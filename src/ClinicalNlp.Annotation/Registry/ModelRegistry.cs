using System.Globalization;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Models;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>A version that should have been loaded and could not be.</summary>
/// <param name="Code">For example <c>model_damaged</c>.</param>
/// <param name="Reason">Names folder and file.</param>
public sealed record ModelProblem(ModelTask? Task, string Model, string Code, string Reason);

/// <summary>Rows, folders and the models that answer requests, kept in step.</summary>
/// <remarks>
/// The row is what counts: a promotion is committed first and swapped in after, so that a crash in between is healed by
/// <see cref="Start"/>, which loads what the rows say.
/// </remarks>
public sealed class ModelRegistry(AnnotationDatabase database, ModelFolders folders, IReadOnlyDictionary<ModelTask, ModelSlot> slots)
{
    private const string Actor = "system";

    private readonly RegistryStore store = new(database);
    private readonly List<ModelProblem> problems = [];

    // Held over commit and swap, so that two promotions cannot swap in the other order than they were committed.
    private readonly Lock changing = new();

    /// <summary>What could not be loaded at the start, to be shown to whoever runs the service.</summary>
    public IReadOnlyList<ModelProblem> Problems
    {
        get
        {
            lock (changing)
            {
                return [.. problems];
            }
        }
    }

    public RegistryStore Store => store;

    internal string RetrainedFolder => folders.Retrained;

    /// <summary>A place for models that are never registered, beside those that are.</summary>
    internal string ScratchDirectory(string name) => Path.Combine(ScratchFolder, name);

    /// <summary>All that runs have put there, and nothing else.</summary>
    internal string ScratchFolder => Path.Combine(folders.Retrained, "scratch");

    /// <summary>The newest pretrained encoder that ships: it has seen no annotated document. Null when there is none.</summary>
    internal string? EncoderDirectory =>
        Subfolders(Path.Combine(folders.Shipped, "encoder"))
            .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .MaxBy(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));

    public string DirectoryOf(ModelVersion version) => folders.Of(version.Origin, version.Name, version.Version);

    /// <summary>The card of a model by its name, also of one that answers nobody, such as an encoder; null when its folder is gone.</summary>
    public ModelCard? CardOf(ModelStamp model) =>
        ModelCard.ReadOrNull(folders.Of(ModelOrigin.Shipped, model.Name, model.Version))
        ?? ModelCard.ReadOrNull(folders.Of(ModelOrigin.Retrained, model.Name, model.Version));

    /// <summary>Registers shipped bundles, clears what killed runs left behind, and loads the versions in use.</summary>
    /// <remarks>A version in use whose folder is missing or damaged gives way to the one before it; see <see cref="Problems"/>.</remarks>
    public void Start()
    {
        lock (changing)
        {
            problems.Clear();
            ClearTemporaryFolders();
            var shipped = RegisterShipped();
            foreach (var (task, slot) in slots)
            {
                ChooseFirst(task, shipped);
                LoadInUse(task, slot);
            }
        }
    }

    /// <exception cref="UnusableInputException">
    /// <c>not_found</c>, <c>no_changes</c> when it is in use, <c>gate_refused</c> without force, <c>training_in_progress</c> when it has not
    /// come before the gate yet, or what is wrong with its folder. Nothing changed.
    /// </exception>
    public ModelVersion Promote(string name, string version, bool force, string actor)
    {
        lock (changing)
        {
            var next = store.Get(name, version);
            if (next.InUse)
            {
                throw new UnusableInputException("no_changes", "this version is in use already");
            }

            bool passed = next.Origin == ModelOrigin.Shipped || next.Gate is { Passed: true };
            if (!passed && !force)
            {
                throw next.Gate is null
                    ? new UnusableInputException("training_in_progress", "this version has not come before the gate")
                    : new UnusableInputException("gate_refused", string.Join("; ", next.Gate.Reasons));
            }

            return Change(next, actor, transaction => RegistryStore.Promote(transaction, next, PromotionKind.Promote, forced: !passed));
        }
    }

    /// <summary>Returns to the version that was in use before.</summary>
    /// <param name="name">The name of the version in use.</param>
    /// <exception cref="UnusableInputException"><c>not_found</c>, <c>nothing_to_roll_back</c>, or what is wrong with the folder.</exception>
    public ModelVersion RollBack(string name, string actor)
    {
        lock (changing)
        {
            var current =
                Enum.GetValues<ModelTask>().Select(store.InUse).FirstOrDefault(version => version?.Name == name)
                ?? throw new RecordNotFoundException("model in use", name);
            var previous =
                database.Read(connection => RegistryStore.Previous(connection, current.Task))
                ?? throw new UnusableInputException("nothing_to_roll_back", "no version was in use before this one");
            return Change(previous, actor, transaction => RegistryStore.RollBack(transaction, current.Task, PromotionKind.Rollback));
        }
    }

    /// <summary>The number for the next version trained from a base: of <c>1</c> and its descendants <c>1.1</c>, <c>1.2</c>, …</summary>
    /// <remarks>A shipped update is <c>2</c>, so the two never meet.</remarks>
    internal ModelStamp NextVersion(ModelVersion start)
    {
        string root = start.Version.Split('.')[0];
        var numbers = store
            .List()
            .Where(version => version.Name == start.Name)
            .Select(version => version.Version)
            .Concat(Subfolders(Path.Combine(folders.Retrained, start.Name)).Select(folder => Path.GetFileName(folder)))
            .Select(version => version.Split('.'))
            .Where(parts => parts.Length == 2 && parts[0] == root)
            .Select(parts => int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0);
        return new ModelStamp(start.Name, $"{root}.{numbers.Append(0).Max() + 1}");
    }

    internal string RetrainedDirectory(ModelStamp model) => folders.Of(ModelOrigin.Retrained, model.Name, model.Version);

    /// <summary>Stores the gate's decision and, when the version passed and is still wanted, puts it in use, all in one transaction.</summary>
    /// <param name="comparedWith">What the gate compared with; when another version came into use meanwhile, the decision does not hold for it.</param>
    /// <param name="also">Further writes of the same transaction; told whether the version is put in use.</param>
    internal void Settle(
        ModelStamp candidate,
        ModelVersion comparedWith,
        GateDecision decision,
        bool promote,
        string actor,
        Action<WriteTransaction, bool> also
    )
    {
        lock (changing)
        {
            var next = store.Get(candidate.Name, candidate.Version);
            bool inUse = promote && decision.Passed && store.InUse(next.Task)?.Stamp == comparedWith.Stamp;
            if (!inUse)
            {
                database.Write(
                    actor,
                    transaction =>
                    {
                        RegistryStore.Decide(transaction, candidate, decision);
                        also(transaction, false);
                    }
                );
                return;
            }

            Change(
                next,
                actor,
                transaction =>
                {
                    RegistryStore.Decide(transaction, candidate, decision);
                    RegistryStore.Promote(transaction, next, PromotionKind.Promote, forced: false);
                    also(transaction, true);
                }
            );
        }
    }

    internal static ModelTask? TaskOf(ModelCard card) =>
        card.Kind switch
        {
            ModelCard.EntitiesKind => ModelTask.Entities,
            ModelCard.IntentsKind => ModelTask.Intents,
            _ => null,
        };

    /// <summary>Loads first, so that a version that cannot answer never comes into use; then commits; then swaps.</summary>
    private ModelVersion Change(ModelVersion next, string actor, Action<WriteTransaction> write)
    {
        var slot = slots[next.Task];
        var opened = slot.Open(LoadVerified(next));
        try
        {
            database.Write(actor, write);
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        slot.Swap(opened);
        problems.RemoveAll(problem => problem.Task == next.Task);
        return store.Get(next.Name, next.Version);
    }

    private ModelBundle LoadVerified(ModelVersion version)
    {
        string directory = DirectoryOf(version);
        var bundle = ModelBundle.Load(directory);
        // A shipped bundle may be replaced by an update of the program under the same version; one that was trained here may not.
        return version.Origin == ModelOrigin.Shipped || bundle.Fingerprint == version.Fingerprint
            ? bundle
            : throw new ModelBundleException(
                ModelBundleException.Damaged,
                "the bundle is not the one that was registered",
                directory,
                ModelCard.FileName
            );
    }

    private List<ModelVersion> RegisterShipped()
    {
        var shipped = new List<ModelVersion>();
        foreach (string directory in Subfolders(folders.Shipped).SelectMany(Subfolders).Order(StringComparer.Ordinal))
        {
            string model = Path.GetRelativePath(folders.Shipped, directory);
            try
            {
                var bundle = ModelBundle.Load(directory);
                // What trainings start from; it answers nobody.
                if (bundle.Card.Kind == ModelCard.EncoderKind)
                {
                    continue;
                }

                string expected = Path.Combine(bundle.Card.Name, bundle.Card.Version);
                if (TaskOf(bundle.Card) is not { } task || model != expected)
                {
                    throw new ModelBundleException(
                        ModelBundleException.Foreign,
                        $"the card is of {expected} ({bundle.Card.Kind})",
                        directory,
                        ModelCard.FileName
                    );
                }

                bool known = database.Read(connection => RegistryStore.Find(connection, bundle.Card.Name, bundle.Card.Version) is not null);
                if (!known)
                {
                    database.Write(Actor, transaction => RegistryStore.Register(transaction, bundle, task, ModelOrigin.Shipped));
                }

                shipped.Add(store.Get(bundle.Card.Name, bundle.Card.Version));
            }
            catch (ModelBundleException error)
            {
                problems.Add(new ModelProblem(null, model, error.Code, error.Message));
            }
        }

        return shipped;
    }

    private void ChooseFirst(ModelTask task, List<ModelVersion> shipped)
    {
        if (store.InUse(task) is null && shipped.Where(version => version.Task == task).MaxBy(Number) is { } first)
        {
            database.Write(Actor, transaction => RegistryStore.Promote(transaction, first, PromotionKind.Initial, forced: false));
        }

        static int Number(ModelVersion version) =>
            int.TryParse(version.Version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    private void LoadInUse(ModelTask task, ModelSlot slot)
    {
        while (store.InUse(task) is { } current)
        {
            try
            {
                slot.Swap(slot.Open(LoadVerified(current)));
                return;
            }
            catch (ModelBundleException error)
            {
                problems.Add(new ModelProblem(task, $"{current.Name} {current.Version}", error.Code, error.Message));
            }

            if (database.Read(connection => RegistryStore.Previous(connection, task)) is null)
            {
                return;
            }

            database.Write(Actor, transaction => RegistryStore.RollBack(transaction, task, PromotionKind.Fallback));
        }
    }

    private void ClearTemporaryFolders()
    {
        foreach (string directory in Subfolders(folders.Retrained).SelectMany(Subfolders))
        {
            if (Path.GetFileName(directory).Contains(ModelBundleWriter.TemporaryMark, StringComparison.Ordinal))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static IEnumerable<string> Subfolders(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).ToList() : [];
}
