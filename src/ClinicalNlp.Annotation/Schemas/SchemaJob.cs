namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Where the carrying out of a change stands.</summary>
public enum SchemaJobState
{
    Waiting,
    Done,

    /// <summary>Somebody stopped it; nothing was changed.</summary>
    Cancelled,

    /// <summary>It could not be carried out; nothing was changed.</summary>
    Refused,
}

/// <summary>A change of a schema as a piece of work.</summary>
/// <param name="Seen">The version that it was thought out on.</param>
/// <param name="Effect">Of one that is done.</param>
/// <param name="ErrorCode">Of one that was refused.</param>
public sealed record SchemaJob(
    string Id,
    string ProjectId,
    SchemaChange Change,
    int Seen,
    SchemaJobState State,
    string By,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    SchemaChangeEffect? Effect,
    string? ErrorCode,
    string? ErrorReason
)
{
    /// <summary>While it is being carried out; null as long as it waits for its turn.</summary>
    public SchemaJobProgress? Progress { get; init; }
}

/// <param name="Phase">planning, or working.</param>
/// <param name="Done">Rows of mentions and relations that are changed, in a transaction that is not stored yet.</param>
/// <param name="RowsPerSecond">Since the planning.</param>
/// <param name="SecondsLeft">Null before anything can be said.</param>
public sealed record SchemaJobProgress(string Phase, long Done, long Total, double? RowsPerSecond, double? SecondsLeft);
