using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Server.Extraction;

/// <summary>The models that answer requests: what is there, and why something is not.</summary>
public sealed class ServingModels(LiveModels live, ModelRegistry registry)
{
    public bool HasEntities => !live.Entities.IsEmpty;

    public bool HasIntents => !live.Intents.IsEmpty;

    /// <summary>One request takes one lease: it is answered by one version to its end.</summary>
    /// <exception cref="UnusableInputException"><c>model_missing</c>, or why the version that should answer cannot.</exception>
    public ModelShelf<EntityRecognizer>.Lease AcquireEntities() =>
        HasEntities ? live.Entities.Acquire() : throw WhyMissing(ModelTask.Entities);

    /// <inheritdoc cref="AcquireEntities"/>
    public ModelShelf<IntentClassifier>.Lease AcquireIntents() => HasIntents ? live.Intents.Acquire() : throw WhyMissing(ModelTask.Intents);

    /// <summary>The versions that would answer now; null where there is none.</summary>
    public (ModelVersionName? Entities, ModelVersionName? Intents) InUse()
    {
        using var entities = HasEntities ? live.Entities.Acquire() : null;
        using var intents = HasIntents ? live.Intents.Acquire() : null;
        return (
            entities is null ? null : ModelVersionName.Of(entities.Model.Bundle),
            intents is null ? null : ModelVersionName.Of(intents.Model.Bundle)
        );
    }

    /// <summary>Loads what the registry says and runs each model once: the first real request must not pay for it.</summary>
    public void Start()
    {
        registry.Start();
        if (HasEntities)
        {
            using var lease = AcquireEntities();
            lease.Model.Recognize("BP 120/80, started metformin 500 mg b.i.d.");
        }

        if (HasIntents)
        {
            using var lease = AcquireIntents();
            lease.Model.Classify("can i move my appointment");
        }
    }

    private UnusableInputException WhyMissing(ModelTask task)
    {
        // A shipped folder that cannot be read does not say what task it is for.
        var problem = registry.Problems.FirstOrDefault(p => p.Task == task) ?? registry.Problems.FirstOrDefault(p => p.Task is null);
        return problem is null
            ? new UnusableInputException("model_missing", $"No {task.ToString().ToLowerInvariant()} model is installed.")
            : new UnusableInputException(problem.Code, $"{problem.Model}: {problem.Reason}");
    }
}
