using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Events;

/// <summary>Turns an audited action into an event and, for the addresses that want it, into deliveries; in the transaction of the action.</summary>
internal static class StoredEvents
{
    // What may leave with an event: identifiers, counts and states. A detail that is not here stays in the audit log.
    private static readonly string[] Told = ["revision", "document", "snapshot", "task", "comment", "passed", "kind"];

    /// <returns>Whether there is something to tell.</returns>
    public static bool Append(WriteTransaction transaction, string action, string subject, JsonObject? details)
    {
        if (EventTypes.OfAction(action) is not { } type)
        {
            return false;
        }

        var data = new JsonObject();
        foreach (string name in Told)
        {
            if (details?[name] is JsonValue value)
            {
                data[name] = value.DeepClone();
            }
        }

        if (Place(transaction, action, subject, details, ref type, data) is not { Found: true } place)
        {
            return false;
        }

        long id = transaction.Connection.ExecuteScalar<long>(
            "INSERT INTO events (project_id, type, data, actor, at) VALUES (@Project, @type, @data, @Actor, @NowMilliseconds) RETURNING id",
            new
            {
                place.Project,
                type,
                data = data.ToJsonString(),
                transaction.Actor,
                transaction.NowMilliseconds,
            }
        );
        AddDeliveries(transaction, id, place.Project, type, data);
        return true;
    }

    /// <summary>The body of a delivery, in the shape of the Standard Webhooks specification.</summary>
    public static string Body(string type, DateTimeOffset at, string? projectId, long? eventId, JsonObject data)
    {
        var told = new JsonObject { ["projectId"] = projectId, ["eventId"] = eventId };
        foreach (var (name, value) in data)
        {
            told[name] = value?.DeepClone();
        }

        return new JsonObject
        {
            ["type"] = type,
            ["timestamp"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["data"] = told,
        }.ToJsonString();
    }

    private static void AddDeliveries(WriteTransaction transaction, long eventId, string? projectId, string type, JsonObject data)
    {
        var wanted = transaction
            .Connection.Query<(string Id, string Project)>(
                """
                SELECT id, project_id FROM webhooks
                WHERE disabled_at IS NULL AND (@projectId IS NULL OR project_id = @projectId)
                AND EXISTS (SELECT 1 FROM json_each(types) WHERE value = @type)
                """,
                new { projectId, type }
            )
            .ToList();
        foreach (var (webhook, project) in wanted)
        {
            transaction.Connection.Execute(
                """
                INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, body, state, created_at, next_at)
                VALUES (@id, @webhook, @eventId, @type, @body, 'waiting', @at, @at)
                """,
                new
                {
                    id = transaction.NewId(),
                    webhook,
                    eventId,
                    type,
                    body = Body(type, transaction.Now, project, eventId, data),
                    at = transaction.NowMilliseconds,
                }
            );
        }
    }

    /// <summary>The project that the subject is of, with the subject written into the data under its own name.</summary>
    private static (bool Found, string? Project)? Place(
        WriteTransaction transaction,
        string action,
        string subject,
        JsonObject? details,
        ref string type,
        JsonObject data
    )
    {
        var connection = transaction.Connection;
        switch (action.Split('.')[0])
        {
            case "document" or "comment":
                var row = connection.QuerySingleOrDefault<(string Project, string? Source)>(
                    "SELECT project_id, source_id FROM documents WHERE id = @subject",
                    new { subject }
                );
                if (row.Project is null)
                {
                    return null;
                }

                data["document"] = row.Source ?? subject;
                if (row.Source is not null)
                {
                    if (EventTypes.OnCopy(type) is not { } onCopy)
                    {
                        return null;
                    }

                    type = onCopy;
                    data["copy"] = subject;
                }

                return (true, row.Project);
            case "assignment":
                data["assignment"] = subject;
                return Of("SELECT project_id FROM assignments WHERE id = @subject");
            case "snapshot":
                data["snapshot"] = subject;
                return Of("SELECT project_id FROM snapshots WHERE id = @subject");
            case "training":
                data["trainingRun"] = subject;
                if (type == "training.finished")
                {
                    data["state"] = action[(action.IndexOf('.', StringComparison.Ordinal) + 1)..];
                }

                return Of("SELECT project_id FROM training_runs WHERE id = @subject");
            case "model":
                string[] stamp = subject.Split(' ', 2);
                data["model"] = stamp[0];
                data["version"] = stamp[^1];
                return (true, null);
            default:
                if (details?["documents"] is JsonArray documents)
                {
                    data["documents"] = documents.Count;
                }

                return Of("SELECT id FROM projects WHERE id = @subject");
        }

        (bool, string?)? Of(string sql) => connection.ExecuteScalar<string?>(sql, new { subject }) is { } project ? (true, project) : null;
    }
}
