namespace ClinicalNlp.Annotation.Assignments;

/// <summary>Where a piece of work stands. <see cref="Open"/> and <see cref="Taken"/> go by the lock, which expires by itself.</summary>
public enum AssignmentState
{
    /// <summary>Nobody works on it.</summary>
    Open,

    /// <summary>Somebody has its working copy and the lock has not expired.</summary>
    Taken,

    /// <summary>The person it was given to left it, with a reason.</summary>
    Skipped,

    Done,
}

/// <summary>Which document comes next.</summary>
public enum QueueOrder
{
    /// <summary>In the order in which work was given out.</summary>
    Given,

    /// <summary>Where the model is least sure: lowest mean of the five lowest confidences (Lewis and Gale 1994).</summary>
    Uncertainty,

    /// <summary>Where those who are done differ most, from each other or from the model.</summary>
    Disagreement,

    /// <summary>The words least like those of what was done or taken.</summary>
    Diversity,

    /// <summary>Most expected corrections a second, by the confidences and the time that decisions were seen to take (Settles et al. 2008).</summary>
    GainPerSecond,
}

/// <summary>One reading of one document by one person.</summary>
/// <param name="DocumentId">The document itself, which is not what the person works on.</param>
/// <param name="Person">Whom it was given to; null: whoever asks for work.</param>
/// <param name="Holder">Who has it, or had it when it was finished.</param>
/// <param name="CopyId">The holder's working copy.</param>
/// <param name="UnreadComments">On the copy, since the holder looked at them.</param>
public sealed record Assignment(
    string Id,
    string DocumentId,
    string? ExternalId,
    string? Person,
    string? Holder,
    string? CopyId,
    AssignmentState State,
    DateTimeOffset? LockedUntil,
    string? SkipReason,
    DateTimeOffset Created,
    int UnreadComments = 0
);

/// <param name="LockMinutes">How long a document is kept for who took it, counted from the last thing they saved.</param>
/// <param name="Suggestions">Whether working copies come with the model's suggestions.</param>
/// <param name="GoldQuestionEvery">Each so-many-th document that a person gets is a gold question, as long as there are any; 0: none.</param>
/// <param name="SeededShare">Of suggestions that are made wrong on purpose, at most 0.5; 0: none.</param>
public sealed record AssignmentSettings(double LockMinutes = 30, bool Suggestions = true, int GoldQuestionEvery = 0, double SeededShare = 0)
{
    internal long LockMilliseconds => (long)(LockMinutes * 60_000);
}

/// <summary>Who has how much of a project's work.</summary>
public sealed record PersonProgress(string Person, int Open, int Taken, int Skipped, int Done);
