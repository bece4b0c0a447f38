using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Events;

/// <summary>Reads what happened in a project, and forgets it after a while.</summary>
public sealed class EventStore(AnnotationDatabase database)
{
    /// <summary>A listener that comes back later than this begins anew.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Raised after a change with events was stored; on the thread of the change, so whoever listens must be quick.</summary>
    public event EventHandler? Announced
    {
        add => database.Announced += value;
        remove => database.Announced -= value;
    }

    /// <summary>The newest event's id; 0 before the first.</summary>
    public long Newest() =>
        database.Read(connection =>
            connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'")
        );

    /// <summary>Whether events after this one may have been forgotten.</summary>
    public bool IsForgotten(long after) =>
        database.Read(connection =>
        {
            long newest = connection.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'");
            long oldest = connection.ExecuteScalar<long?>("SELECT min(id) FROM events") ?? long.MaxValue;
            // Later than the newest: the listener comes from a database that is gone.
            return after > newest || (after < newest && after + 1 < oldest);
        });

    /// <summary>The events of a project and of the whole service, in their order.</summary>
    public IReadOnlyList<ProjectEvent> After(string projectId, long after, int limit) =>
        database.Read(connection =>
            (IReadOnlyList<ProjectEvent>)
                [
                    .. connection
                        .Query<Row>(
                            """
                            SELECT * FROM (
                                SELECT * FROM events WHERE project_id = @projectId AND id > @after
                                UNION ALL SELECT * FROM events WHERE project_id IS NULL AND id > @after)
                            ORDER BY id LIMIT @limit
                            """,
                            new
                            {
                                projectId,
                                after,
                                limit,
                            }
                        )
                        .Select(row => row.ToEvent()),
                ]
        );

    /// <summary>Takes away events, and deliveries that are over, older than <see cref="Kept"/>.</summary>
    public int Prune() =>
        database.Write(
            "system",
            transaction =>
            {
                transaction.OnlyProgress();
                return transaction.Connection.Execute(
                    """
                    DELETE FROM events WHERE at < @before;
                    DELETE FROM webhook_deliveries WHERE created_at < @before AND next_at IS NULL;
                    """,
                    new { before = (transaction.Now - Kept).ToUnixTimeMilliseconds() }
                );
            }
        );

    private sealed class Row
    {
        public long Id { get; init; }
        public string? ProjectId { get; init; }
        public string Type { get; init; } = "";
        public string Data { get; init; } = "";
        public string Actor { get; init; } = "";
        public long At { get; init; }

        public ProjectEvent ToEvent() =>
            new(Id, ProjectId, Type, JsonNode.Parse(Data)!.AsObject(), Actor, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }
}
