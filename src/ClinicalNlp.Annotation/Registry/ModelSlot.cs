using ClinicalNlp.Models;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>The place of one task's model in the running program.</summary>
public abstract class ModelSlot
{
    /// <summary>Loads a bundle whole, without showing it to anybody yet.</summary>
    /// <exception cref="ModelBundleException">The bundle is not a model of this task.</exception>
    public abstract IDisposable Open(ModelBundle bundle);

    /// <summary>From now on requests get this model; those under way finish on the one they have.</summary>
    public abstract void Swap(IDisposable opened);
}

/// <summary>A slot whose model stands on a shelf.</summary>
public sealed class ShelfSlot<T>(ModelShelf<T> shelf, Func<ModelBundle, T> load) : ModelSlot
    where T : class, IDisposable
{
    public override IDisposable Open(ModelBundle bundle) => load(bundle);

    public override void Swap(IDisposable opened) => shelf.Swap((T)opened);
}
