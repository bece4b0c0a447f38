using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Text;
using Dapper;

namespace ClinicalNlp.Annotation.Assignments;

/// <param name="Span">What is commented on; null: the document.</param>
public sealed record Comment(string Id, string DocumentId, TextSpan? Span, string Text, string Author, DateTimeOffset At);

/// <summary>What people say about a document or a span of it. A comment on a working copy stays with the copy.</summary>
public sealed class CommentStore(AnnotationDatabase database)
{
    private const int MaximumLength = 4000;

    /// <exception cref="UnusableInputException"><c>empty_text</c>, <c>text_too_long</c>, <c>span_out_of_range</c>, <c>not_found</c>.</exception>
    public Comment Add(string documentId, TextSpan? span, string text, string author)
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
                    DateTimeOffset.FromUnixTimeMilliseconds(transaction.NowMilliseconds)
                );
                transaction.Connection.Execute(
                    """
                    INSERT INTO comments (id, document_id, span_start, span_end, text, author, at)
                    VALUES (@Id, @documentId, @start, @end, @text, @author, @at)
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
                    }
                );
                transaction.Audit("comment.added", documentId, new() { ["comment"] = comment.Id });
                return comment;
            }
        );
    }

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

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string DocumentId { get; init; } = "";
        public int? SpanStart { get; init; }
        public int? SpanEnd { get; init; }
        public string Text { get; init; } = "";
        public string Author { get; init; } = "";
        public long At { get; init; }

        public Comment ToComment() =>
            new(
                Id,
                DocumentId,
                SpanStart is { } start && SpanEnd is { } end ? new TextSpan(start, end) : null,
                Text,
                Author,
                DateTimeOffset.FromUnixTimeMilliseconds(At)
            );
    }
}
