using ClinicalNlp.Annotation.Registry;

namespace ClinicalNlp.Annotation.Snapshots;

/// <summary>What an example is for: to learn from, or to be judged by.</summary>
public enum SnapshotSide
{
    Train,
    HeldOut,
}

/// <summary>How much is on one side. A group (a patient, say) is never on both.</summary>
public sealed record SideCounts(int Documents, int Groups);

/// <summary>The gold of a project at one moment, frozen and split; what a model is trained on and judged by.</summary>
/// <param name="Labels">Of the project's schema at that moment: what its documents annotate exhaustively.</param>
/// <param name="Hash">SHA-256 over labels, split and content: two snapshots with one hash are the same data.</param>
public sealed record Snapshot(
    string Id,
    string ProjectId,
    ModelTask Task,
    int Seed,
    double HeldOutFraction,
    IReadOnlyList<string> Labels,
    string Hash,
    SideCounts Train,
    SideCounts HeldOut,
    DateTimeOffset Created,
    string CreatedBy
);

/// <param name="Group">Never on both sides; a document without a group is its own.</param>
/// <param name="Line">The document in the exchange format of its task, one line of JSON.</param>
/// <param name="Weight">How much it counts in training, from 0.25 to 1: less where who finished it alone was measured to accept what is wrong.</param>
public sealed record SnapshotDocument(string DocumentId, int Revision, SnapshotSide Side, string Group, string Line, double Weight = 1);
