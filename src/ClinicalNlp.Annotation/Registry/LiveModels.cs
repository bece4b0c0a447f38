using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>The models that answer requests. Take a lease for each request: it stays one version to the end.</summary>
/// <param name="threads">Of each model; documents or batches worked on at the same time.</param>
public sealed class LiveModels(int threads = 1) : IDisposable
{
    public ModelShelf<EntityRecognizer> Entities { get; } = new();

    public ModelShelf<IntentClassifier> Intents { get; } = new();

    /// <summary>What a <see cref="ModelRegistry"/> swaps.</summary>
    public IReadOnlyDictionary<ModelTask, ModelSlot> Slots =>
        new Dictionary<ModelTask, ModelSlot>
        {
            [ModelTask.Entities] = new ShelfSlot<EntityRecognizer>(Entities, bundle => EntityRecognizer.Load(bundle, threads)),
            [ModelTask.Intents] = new ShelfSlot<IntentClassifier>(Intents, bundle => IntentClassifier.Load(bundle, threads)),
        };

    public void Dispose()
    {
        Entities.Dispose();
        Intents.Dispose();
    }
}
