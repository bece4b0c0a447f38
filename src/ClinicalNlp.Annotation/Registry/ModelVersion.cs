using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Annotation.Registry;

/// <summary>What a model is for. One version is in use for each.</summary>
public enum ModelTask
{
    Entities,
    Intents,
}

/// <summary>Where a version comes from.</summary>
public enum ModelOrigin
{
    /// <summary>Came with the program.</summary>
    Shipped,

    /// <summary>Trained here, from corrections.</summary>
    Retrained,
}

/// <summary>What has become of a version.</summary>
public enum ModelState
{
    Shipped,

    /// <summary>Trained, never in use.</summary>
    Candidate,

    /// <summary>In use.</summary>
    Promoted,

    /// <summary>Was in use.</summary>
    Retired,

    /// <summary>The gate refused it.</summary>
    Refused,
}

/// <param name="Fingerprint">That of its bundle.</param>
/// <param name="Parent">The version its training started from.</param>
/// <param name="Gate">Null when it never came before the gate.</param>
public sealed record ModelVersion(
    string Name,
    string Version,
    ModelTask Task,
    ModelOrigin Origin,
    ModelState State,
    bool InUse,
    string Fingerprint,
    ModelStamp? Parent,
    string? SnapshotId,
    string? RunId,
    IReadOnlyList<CardScore> Scores,
    GateDecision? Gate,
    DateTimeOffset Created,
    string CreatedBy
)
{
    public ModelStamp Stamp => new(Name, Version);
}

/// <summary>Why the version in use changed.</summary>
public enum PromotionKind
{
    /// <summary>The first version of a task.</summary>
    Initial,
    Promote,
    Rollback,

    /// <summary>The version in use could not be loaded.</summary>
    Fallback,
}

/// <summary>One change of the version in use.</summary>
/// <param name="Forced">A person overruled the gate.</param>
public sealed record Promotion(long Id, ModelTask Task, ModelStamp Model, PromotionKind Kind, bool Forced, string Actor, DateTimeOffset At);

/// <summary>Where bundles lie: what came with the program, and what was trained here.</summary>
/// <param name="Retrained"><c>&lt;data&gt;/models</c>.</param>
public sealed record ModelFolders(string Shipped, string Retrained)
{
    public string Of(ModelOrigin origin, string name, string version) =>
        Path.Combine(origin == ModelOrigin.Shipped ? Shipped : Retrained, name, version);
}
