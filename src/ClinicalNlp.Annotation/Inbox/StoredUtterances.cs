using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>A transcript as the inbox reads it.</summary>
/// <param name="Changes">How often its turns were changed.</param>
internal sealed record InboxTranscript(
    string Id,
    string? ExternalId,
    DocumentStatus Status,
    int Revision,
    long Changes,
    IReadOnlyList<DocumentTurn> Turns
)
{
    /// <summary>The turns to be decided.</summary>
    public IEnumerable<DocumentTurn> Asking => Turns.Where(turn => AskingTurns.Asks(turn.Speaker) && !string.IsNullOrWhiteSpace(turn.Text));
}

/// <summary>
/// The transcripts that the inbox is about: without the working copies of assignments, because what is decided on those is no decision yet,
/// and without what was set aside.
/// </summary>
internal static class StoredUtterances
{
    // The numbers of one statement are bounded.
    private const int AtOnce = 1000;

    /// <summary>In the order of their ids, without their turns.</summary>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public static List<InboxTranscript> Heads(SqliteConnection connection, string projectId)
    {
        ProjectStore.Require(connection, projectId);
        return
        [
            .. connection
                .Query<(string Id, string? ExternalId, string Status, int Revision, long Changes)>(
                    $"""
                    SELECT d.id, d.external_id, d.status, d.revision, coalesce(c.changes, 0)
                    FROM documents d LEFT JOIN turn_changes c ON c.document_id = d.id
                    WHERE d.project_id = @projectId AND d.kind = @kind AND d.source_id IS NULL AND d.withdrawn_at IS NULL
                        AND NOT {SetAsideStore.Condition}
                    ORDER BY d.id
                    """,
                    new { projectId, kind = Document.Dialogue }
                )
                .Select(row => new InboxTranscript(
                    row.Id,
                    row.ExternalId,
                    StoredNames.Parse<DocumentStatus>(row.Status),
                    row.Revision,
                    row.Changes,
                    []
                )),
        ];
    }

    /// <summary>The turns of each of these transcripts, in their order.</summary>
    public static IEnumerable<(string DocumentId, IReadOnlyList<DocumentTurn> Turns)> Turns(
        SqliteConnection connection,
        IEnumerable<string> documentIds
    )
    {
        foreach (string[] ids in documentIds.Chunk(AtOnce))
        {
            var turns = connection
                .Query<TurnRow>("SELECT * FROM turns WHERE document_id IN @ids ORDER BY document_id, position", new { ids })
                .ToLookup(turn => turn.DocumentId);
            foreach (
                var (id, text) in connection.Query<(string Id, string Text)>("SELECT id, text FROM documents WHERE id IN @ids", new { ids })
            )
            {
                yield return (id, [.. turns[id].Select(turn => turn.ToTurn(text))]);
            }
        }
    }
}
