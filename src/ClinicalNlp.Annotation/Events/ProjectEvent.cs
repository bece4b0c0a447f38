using System.Text.Json.Nodes;

namespace ClinicalNlp.Annotation.Events;

/// <summary>Something that happened in a project.</summary>
/// <param name="Id">Grows with time, over all projects.</param>
/// <param name="ProjectId">Null for what concerns every project, such as a version promoted.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Data">Identifiers and counts; never text of a document.</param>
/// <param name="Actor">Who did it; not told to other programmes.</param>
public sealed record ProjectEvent(long Id, string? ProjectId, string Type, JsonObject Data, string Actor, DateTimeOffset At);

/// <summary>What is told, and of which audited actions it is made.</summary>
public static class EventTypes
{
    /// <summary>Sent to one address to see whether it answers.</summary>
    public const string Test = "webhook.test";

    public const string CopySaved = "assignment.saved";
    public const string CopyCompleted = "assignment.completed";

    private static readonly Dictionary<string, string> ByAction = new(StringComparer.Ordinal)
    {
        ["documents.added"] = "documents.added",
        ["document.suggested"] = "document.suggested",
        ["document.corrected"] = "document.saved",
        ["document.replaced"] = "document.saved",
        ["document.reopened"] = "document.reopened",
        ["document.completed"] = "document.completed",
        ["document.adjudicated"] = "adjudication.done",
        ["document.withdrawn"] = "document.withdrawn",
        ["document.restored"] = "document.restored",
        ["assignments.made"] = "assignments.made",
        ["assignment.taken"] = "assignment.taken",
        ["assignment.skipped"] = "assignment.skipped",
        ["assignment.given"] = "assignment.given",
        ["assignment.withdrawn"] = "assignment.withdrawn",
        ["comment.added"] = "comment.added",
        ["snapshot.created"] = "snapshot.created",
        ["training.started"] = "training.started",
        ["training.succeeded"] = "training.finished",
        ["training.refused"] = "training.finished",
        ["training.failed"] = "training.finished",
        ["training.cancelled"] = "training.finished",
        ["training.interrupted"] = "training.finished",
        ["model.promoted"] = "version.promoted",
        ["model.rolled_back"] = "version.rolledback",
        ["model.fallback"] = "version.rolledback",
    };

    /// <summary>All that can be listened for.</summary>
    public static IReadOnlyList<string> All { get; } =
    [.. ByAction.Values.Append(CopySaved).Append(CopyCompleted).Append("schema.changed").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Null for what is told to nobody.</summary>
    internal static string? OfAction(string action) =>
        action.StartsWith("schema.", StringComparison.Ordinal) ? "schema.changed" : ByAction.GetValueOrDefault(action);

    /// <summary>The same on a person's working copy, which is nobody else's gold; null for what is not told of those.</summary>
    internal static string? OnCopy(string type) =>
        type switch
        {
            "document.saved" or "document.reopened" => CopySaved,
            "document.completed" => CopyCompleted,
            _ => null,
        };
}
