namespace ClinicalNlp.Annotation.Assignments;

/// <summary>A reading as it is stored, with its document and working copy.</summary>
internal sealed class AssignmentRow
{
    public string Id { get; init; } = "";
    public string DocumentId { get; init; } = "";
    public string? ExternalId { get; init; }
    public string? Person { get; init; }
    public string? Holder { get; init; }
    public string? CopyId { get; init; }
    public string? CopyStatus { get; init; }
    public long? CopyUpdated { get; init; }
    public long? LockedUntil { get; init; }
    public string? SkipReason { get; init; }
    public int UnreadComments { get; init; }
    public long CreatedAt { get; init; }

    public bool IsLocked(long now, AssignmentSettings settings) => Until(settings) > now;

    public Assignment ToAssignment(long now, AssignmentSettings settings) =>
        new(
            Id,
            DocumentId,
            ExternalId,
            Person,
            Holder,
            CopyId,
            CopyStatus == "done" ? AssignmentState.Done
                : Holder is not null && IsLocked(now, settings) ? AssignmentState.Taken
                : SkipReason is not null ? AssignmentState.Skipped
                : AssignmentState.Open,
            Until(settings) is { } until && CopyStatus != "done" ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
            SkipReason,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            UnreadComments
        );

    /// <summary>Who saves something keeps the document.</summary>
    private long? Until(AssignmentSettings settings) =>
        LockedUntil is { } until ? Math.Max(until, (CopyUpdated ?? 0) + settings.LockMilliseconds) : null;
}
