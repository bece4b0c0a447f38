using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>A transcript as the inbox reads it.</summary>
internal sealed record InboxDocument(string Id, string? ExternalId, DocumentStatus Status, int Revision, IReadOnlyList<DocumentTurn> Turns);

/// <summary>Reads all transcripts of a project at once, without the working copies of assignments: what is decided on those is no decision yet. Without what was set aside.</summary>
internal static class StoredUtterances
{
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public static List<InboxDocument> Load(SqliteConnection connection, string projectId)
    {
        ProjectStore.Require(connection, projectId);
        var turns = connection
            .Query<TurnRow>(
                """
                SELECT t.* FROM turns t JOIN documents d ON d.id = t.document_id
                WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL ORDER BY t.document_id, t.position
                """,
                new { projectId }
            )
            .ToLookup(turn => turn.DocumentId);
        return
        [
            .. connection
                .Query<DocumentRow>(
                    $"""
                    SELECT d.id, d.external_id, d.status, d.revision, d.text FROM documents d
                    WHERE d.project_id = @projectId AND d.kind = @kind AND d.source_id IS NULL AND d.withdrawn_at IS NULL
                        AND NOT {SetAsideStore.Condition}
                    ORDER BY d.id
                    """,
                    new { projectId, kind = Document.Dialogue }
                )
                .Select(row => new InboxDocument(
                    row.Id,
                    row.ExternalId,
                    StoredNames.Parse<DocumentStatus>(row.Status),
                    row.Revision,
                    [.. turns[row.Id].Select(turn => turn.ToTurn(row.Text))]
                )),
        ];
    }

    public static bool IsAsking(DocumentTurn turn) => AskingTurns.Asks(turn.Speaker) && !string.IsNullOrWhiteSpace(turn.Text);

    private sealed class DocumentRow
    {
        public string Id { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Status { get; init; } = "";
        public int Revision { get; init; }
        public string Text { get; init; } = "";
    }
}
