using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <param name="Span">What is commented on; null: the document.</param>
/// <param name="ThreadId">The first comment of the thread that this one answers; null: it is the first.</param>
/// <param name="MentionId">The mention that the thread is about; it may be gone, the span tells where it stood.</param>
/// <param name="ResolvedAt">Of a thread's first comment; null: the thread is open.</param>
public sealed record Comment(
    string Id,
    string DocumentId,
    TextSpan? Span,
    string Text,
    string Author,
    DateTimeOffset At,
    string? ThreadId = null,
    string? MentionId = null,
    DateTimeOffset? ResolvedAt = null,
    string? ResolvedBy = null
);

/// <summary>
/// What people say about a document, a span or a mention of it, in threads of a first comment and its answers. A comment on a working copy
/// stays with the copy.
/// </summary>
public sealed class CommentStore(AnnotationDatabase database)
{
    private const int MaximumLength = 4000;

    /// <exception cref="UnusableInputException">
    /// <c>empty_text</c>, <c>text_too_long</c>, <c>span_out_of_range</c>, <c>idempotency_key_reused</c>, <c>not_found</c>.
    /// </exception>
    /// <param name="mentionId">Begins a thread at a mention; the span is then the mention's.</param>
    /// <param name="threadId">Answers a thread, which opens again if it was resolved; what it is about goes for the answer too.</param>
    /// <param name="idempotencyKey">The same key by the same author on the same document is answered again, and nothing is written.</param>
    public Comment Add(
        string documentId,
        TextSpan? span,
        string text,
        string author,
        string? mentionId = null,
        string? threadId = null,
        string? idempotencyKey = null
    )
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new UnusableInputException("empty_text", "the comment is empty");
        }

        if (text.Length > MaximumLength)
        {
            throw new UnusableInputException("text_too_long", $"a comment has at most {MaximumLength} characters");
        }

        return database.Write(
            author,
            transaction =>
            {
                var document = StoredDocument.Load(transaction.Connection, documentId);
                WithdrawalStore.Refuse(document);
                if (idempotencyKey is not null && Said(transaction.Connection, documentId, author, idempotencyKey) is { } said)
                {
                    transaction.NothingChanged();
                    return said.Text == text
                        ? said
                        : throw new UnusableInputException("idempotency_key_reused", "the idempotency key belongs to another comment");
                }

                if (threadId is not null)
                {
                    var first = Thread(transaction.Connection, documentId, threadId);
                    (span, mentionId) = (first.Span, first.MentionId);
                }
                else if (mentionId is not null)
                {
                    var mention = document.Mentions.FirstOrDefault(mention => mention.Id == mentionId);
                    span = mention?.Span ?? throw new RecordNotFoundException("mention", mentionId);
                }

                if (span is { } given && (given.IsEmpty || given.End > document.Text.Length))
                {
                    throw new UnusableInputException("span_out_of_range", "the commented span must lie in the text");
                }

                var comment = new Comment(
                    transaction.NewId(),
                    documentId,
                    span,
                    text,
                    author,
                    DateTimeOffset.FromUnixTimeMilliseconds(transaction.NowMilliseconds),
                    threadId,
                    mentionId
                );
                transaction.Connection.Execute(
                    """
                    INSERT INTO comments (id, document_id, span_start, span_end, text, author, at, thread_id, mention_id, idempotency_key)
                    VALUES (@Id, @documentId, @start, @end, @text, @author, @at, @threadId, @mentionId, @idempotencyKey)
                    """,
                    new
                    {
                        comment.Id,
                        documentId,
                        start = span?.Start,
                        end = span?.End,
                        text,
                        author,
                        at = transaction.NowMilliseconds,
                        threadId,
                        mentionId,
                        idempotencyKey,
                    }
                );
                if (threadId is not null)
                {
                    transaction.Connection.Execute(
                        "UPDATE comments SET resolved_at = NULL, resolved_by = NULL WHERE id = @threadId",
                        new { threadId }
                    );
                }

                transaction.Audit("comment.added", documentId, new() { ["comment"] = comment.Id });
                return comment;
            }
        );
    }

    /// <summary>Says that a thread is settled, or that it is not. What stands so already stays as it is.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>: no such document, or no thread of it begins with that comment.</exception>
    public Comment Resolve(string documentId, string threadId, bool resolved, string author) =>
        database.Write(
            author,
            transaction =>
            {
                WithdrawalStore.Refuse(StoredDocument.Load(transaction.Connection, documentId));
                var before = Thread(transaction.Connection, documentId, threadId);
                if (before.ResolvedAt is not null == resolved)
                {
                    transaction.NothingChanged();
                    return before;
                }

                transaction.Connection.Execute(
                    "UPDATE comments SET resolved_at = @at, resolved_by = @by WHERE id = @threadId",
                    new
                    {
                        threadId,
                        at = resolved ? transaction.NowMilliseconds : (long?)null,
                        by = resolved ? author : null,
                    }
                );
                transaction.Audit(resolved ? "comment.resolved" : "comment.reopened", documentId, new() { ["comment"] = threadId });
                return Thread(transaction.Connection, documentId, threadId);
            }
        );

    private static Comment? Said(SqliteConnection connection, string documentId, string author, string idempotencyKey) =>
        connection
            .QuerySingleOrDefault<Row>(
                "SELECT * FROM comments WHERE document_id = @documentId AND author = @author AND idempotency_key = @idempotencyKey",
                new
                {
                    documentId,
                    author,
                    idempotencyKey,
                }
            )
            ?.ToComment();

    private static Comment Thread(SqliteConnection connection, string documentId, string id) =>
        connection
            .QuerySingleOrDefault<Row>(
                "SELECT * FROM comments WHERE id = @id AND document_id = @documentId AND thread_id IS NULL",
                new { id, documentId }
            )
            ?.ToComment()
        ?? throw new RecordNotFoundException("thread", id);

    /// <summary>Oldest first. Of a document itself: also those on its finished working copies, when <paramref name="withReadings"/> is set.</summary>
    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public IReadOnlyList<Comment> List(string documentId, bool withReadings = false) =>
        database.Read(connection =>
        {
            StoredDocument.Load(connection, documentId);
            return connection
                .Query<Row>(
                    """
                    SELECT * FROM comments WHERE document_id = @documentId OR (@withReadings AND document_id IN (
                        SELECT id FROM documents WHERE source_id = @documentId AND status = 'done')) ORDER BY id
                    """,
                    new { documentId, withReadings }
                )
                .Select(row => row.ToComment())
                .ToList();
        });

    /// <summary>Threads that nobody has settled, on a document and its finished readings.</summary>
    internal static int OpenThreads(SqliteConnection connection, string documentId) =>
        connection.ExecuteScalar<int>(
            """
            SELECT count(*) FROM comments WHERE thread_id IS NULL AND resolved_at IS NULL AND document_id IN (
                SELECT @documentId UNION ALL SELECT id FROM documents WHERE source_id = @documentId AND +status = 'done')
            """,
            new { documentId }
        );

    /// <summary>Of a document <c>d</c> and a <c>@person</c>: what others have said since they last looked.</summary>
    internal const string Unread = """
        (SELECT count(*) FROM comments o WHERE o.document_id = d.id AND o.author <> @person AND o.id > coalesce(
            (SELECT r.comment_id FROM comment_reads r WHERE r.document_id = d.id AND r.reader = @person), ''))
        """;

    /// <summary>The same for who may also see what stands on the document's finished working copies.</summary>
    internal const string UnreadWithReadings = """
        (SELECT count(*) FROM documents c JOIN comments o ON o.document_id = c.id
         WHERE (c.id = d.id OR (c.source_id = d.id AND c.status = 'done')) AND o.author <> @person AND o.id > coalesce(
            (SELECT r.comment_id FROM comment_reads r WHERE r.document_id = c.id AND r.reader = @person), ''))
        """;

    /// <summary>How far somebody has read the comments of a document and of its working copies, by document; one that is missing they have not looked at.</summary>
    public IReadOnlyDictionary<string, string> ReadMarks(string documentId, string person) =>
        database.Read(connection =>
            connection
                .Query<(string Document, string Comment)>(
                    """
                    SELECT r.document_id, r.comment_id FROM comment_reads r JOIN documents c ON c.id = r.document_id
                    WHERE r.reader = @person AND (c.id = @documentId OR c.source_id = @documentId)
                    """,
                    new { documentId, person }
                )
                .ToDictionary(mark => mark.Document, mark => mark.Comment, StringComparer.Ordinal)
        );

    /// <summary>Notes that somebody has seen a comment and all before it. Nobody else is told, and it is no change of the document.</summary>
    /// <exception cref="UnusableInputException"><c>not_found</c>: no such document, or no such comment on it.</exception>
    /// <param name="withReadings">The comment may stand on a finished working copy of the document; it is that one's comments that were read.</param>
    public void Read(string documentId, string commentId, string person, bool withReadings = false) =>
        database.Write(
            person,
            transaction =>
            {
                var connection = transaction.Connection;
                StoredDocument.Load(connection, documentId);
                documentId =
                    connection.ExecuteScalar<string?>(
                        """
                        SELECT o.document_id FROM comments o JOIN documents c ON c.id = o.document_id
                        WHERE o.id = @commentId AND (c.id = @documentId OR (@withReadings AND c.source_id = @documentId AND c.status = 'done'))
                        """,
                        new
                        {
                            commentId,
                            documentId,
                            withReadings,
                        }
                    ) ?? throw new RecordNotFoundException("comment", commentId);

                // A slower page does not make read what is new.
                if (string.CompareOrdinal(ReadUntil(connection, documentId, person) ?? "", commentId) >= 0)
                {
                    transaction.NothingChanged();
                    return;
                }

                transaction.OnlyProgress();
                connection.Execute(
                    """
                    INSERT INTO comment_reads (document_id, reader, comment_id) VALUES (@documentId, @person, @commentId)
                    ON CONFLICT DO UPDATE SET comment_id = @commentId
                    """,
                    new
                    {
                        documentId,
                        person,
                        commentId,
                    }
                );
            }
        );

    private static string? ReadUntil(SqliteConnection connection, string documentId, string person) =>
        connection.ExecuteScalar<string?>(
            "SELECT comment_id FROM comment_reads WHERE document_id = @documentId AND reader = @person",
            new { documentId, person }
        );

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string DocumentId { get; init; } = "";
        public int? SpanStart { get; init; }
        public int? SpanEnd { get; init; }
        public string Text { get; init; } = "";
        public string Author { get; init; } = "";
        public long At { get; init; }
        public string? ThreadId { get; init; }
        public string? MentionId { get; init; }
        public long? ResolvedAt { get; init; }
        public string? ResolvedBy { get; init; }

        public Comment ToComment() =>
            new(
                Id,
                DocumentId,
                SpanStart is { } start && SpanEnd is { } end ? new TextSpan(start, end) : null,
                Text,
                Author,
                DateTimeOffset.FromUnixTimeMilliseconds(At),
                ThreadId,
                MentionId,
                ResolvedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
                ResolvedBy
            );
    }
}
