using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using Dapper;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>A transcript that was taken out of the inbox undecided.</summary>
/// <param name="Reason">In the words of who did it.</param>
public sealed record SetAside(string DocumentId, string? ExternalId, string Reason, string By, DateTimeOffset At);

/// <summary>Transcripts that are not worth labelling: a test call, a language nobody reads. The inbox has them no more until they are taken back.</summary>
public sealed class SetAsideStore(AnnotationDatabase database)
{
    private const int MaximumReasonLength = 1000;

    /// <summary>Of a document <c>d</c>: not in the inbox. A transcript that somebody finished all the same is there again.</summary>
    internal const string Condition = "(d.status <> 'done' AND EXISTS (SELECT 1 FROM set_aside s WHERE s.document_id = d.id))";

    /// <exception cref="UnusableInputException">
    /// <c>reason_missing</c>; <c>document_done</c>; <c>state_conflict</c>: no transcript, or a working copy, which is skipped instead;
    /// <c>document_withdrawn</c>, <c>not_found</c>.
    /// </exception>
    public SetAside Add(string documentId, string reason, string actor)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaximumReasonLength)
        {
            throw new UnusableInputException("reason_missing", $"setting aside needs a reason of 1 to {MaximumReasonLength} characters");
        }

        return database.Write(
            actor,
            transaction =>
            {
                var connection = transaction.Connection;
                var document = StoredDocument.Load(connection, documentId);
                WithdrawalStore.Refuse(document);
                if (document.Status == DocumentStatus.Done)
                {
                    throw new UnusableInputException("document_done", "the transcript is done: there is nothing to set aside");
                }

                bool isCopy =
                    connection.ExecuteScalar<string?>("SELECT source_id FROM documents WHERE id = @documentId", new { documentId })
                    is not null;
                if (document.Turns.Count == 0 || isCopy)
                {
                    throw new UnusableInputException("state_conflict", "only a transcript of the inbox is set aside");
                }

                connection.Execute(
                    """
                    INSERT INTO set_aside (document_id, reason, person, at) VALUES (@documentId, @reason, @actor, @at)
                    ON CONFLICT DO UPDATE SET reason = @reason, person = @actor, at = @at
                    """,
                    new
                    {
                        documentId,
                        reason,
                        actor,
                        at = transaction.NowMilliseconds,
                    }
                );
                transaction.Audit("document.set_aside", documentId);
                return new SetAside(
                    documentId,
                    document.ExternalId,
                    reason,
                    actor,
                    DateTimeOffset.FromUnixTimeMilliseconds(transaction.NowMilliseconds)
                );
            }
        );
    }

    /// <summary>Puts it into the inbox again; one that is there already stays there.</summary>
    /// <exception cref="UnusableInputException"><c>document_withdrawn</c>, <c>not_found</c>.</exception>
    public void TakeBack(string documentId, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                WithdrawalStore.Refuse(StoredDocument.Load(transaction.Connection, documentId));
                int gone = transaction.Connection.Execute("DELETE FROM set_aside WHERE document_id = @documentId", new { documentId });
                if (gone == 0)
                {
                    transaction.NothingChanged();
                    return;
                }

                transaction.Audit("document.taken_back", documentId);
            }
        );

    /// <summary>Why a transcript is not in the inbox; null: it is, as far as this store knows, or it is done.</summary>
    public SetAside? Of(string documentId) =>
        database.Read(connection =>
            connection
                .QuerySingleOrDefault<Row>(
                    """
                    SELECT d.id, d.external_id, a.reason, a.person, a.at FROM set_aside a JOIN documents d ON d.id = a.document_id
                    WHERE d.id = @documentId AND d.status <> 'done'
                    """,
                    new { documentId }
                )
                ?.ToSetAside()
        );

    /// <param name="blind">An annotator, from whom what they read blindly is left out; null leaves out nothing.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Page<SetAside> List(string projectId, int limit = 100, string? after = null, string? blind = null)
    {
        limit = Page<SetAside>.Bound(limit);
        return database.Read(connection =>
        {
            Projects.ProjectStore.Require(connection, projectId);
            string blindFilter = blind is null ? "" : $"AND NOT {BlindSourceStore.Condition}";
            var rows = connection
                .Query<Row>(
                    $"""
                    SELECT d.id, d.external_id, a.reason, a.person, a.at FROM set_aside a JOIN documents d ON d.id = a.document_id
                    WHERE d.project_id = @projectId AND d.withdrawn_at IS NULL AND d.status <> 'done' AND d.id > @after {blindFilter}
                    ORDER BY d.id LIMIT @count
                    """,
                    new
                    {
                        projectId,
                        after = after ?? "",
                        reader = blind,
                        count = limit + 1,
                    }
                )
                .Select(row => row.ToSetAside())
                .ToList();
            return Page<SetAside>.Of(rows, limit, item => item.DocumentId);
        });
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Reason { get; init; } = "";
        public string Person { get; init; } = "";
        public long At { get; init; }

        public SetAside ToSetAside() => new(Id, ExternalId, Reason, Person, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }
}
