using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Suggestions;

/// <summary>Which documents, of those that nobody has begun.</summary>
public enum PreannotationScope
{
    /// <summary>Those that no model has read and that carry no annotation.</summary>
    Missing,

    /// <summary>Those whose open suggestions are of another version than the one in use.</summary>
    Outdated,
}

/// <summary>Where the marking up of documents in the background stands.</summary>
public enum PreannotationState
{
    Waiting,
    Done,

    /// <summary>Somebody stopped it; what was marked up stays.</summary>
    Cancelled,
}

/// <summary>The models that suggest now; null where there is none.</summary>
public sealed record ModelsInUse(ModelStamp? Entities, ModelStamp? Intents);

/// <param name="Missing">Documents that nobody has begun, no model has read, and that carry no annotation.</param>
/// <param name="Outdated">Documents that nobody has begun, with open suggestions of another version than the one in use.</param>
public sealed record PreannotationAhead(int Missing, int Outdated);

/// <summary>Documents of a project marked up by the models in use, as a piece of work.</summary>
/// <param name="Done">Documents that were marked up.</param>
/// <param name="Failed">Documents that could not be.</param>
/// <param name="ErrorCode">Why the last of them could not.</param>
public sealed record PreannotationJob(
    string Id,
    string ProjectId,
    PreannotationScope Scope,
    PreannotationState State,
    string By,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    int Done,
    int Failed,
    string? ErrorCode
)
{
    /// <summary>While it is worked on; null as long as it waits for its turn, and afterwards.</summary>
    public PreannotationProgress? Progress { get; init; }
}

/// <param name="Total">Documents that were worked on and those that are left.</param>
/// <param name="DocumentsPerSecond">Since the work began or was taken up again.</param>
/// <param name="SecondsLeft">Null before anything can be said.</param>
public sealed record PreannotationProgress(int Total, double? DocumentsPerSecond, double? SecondsLeft);
