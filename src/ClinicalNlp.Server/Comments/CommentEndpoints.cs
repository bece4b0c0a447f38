using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Assignments;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Comments;

/// <param name="Start">Of the span that is commented on; without start and end the comment is on the document.</param>
/// <param name="MentionId">Begins a thread at a mention; start and end are then the mention's.</param>
/// <param name="ThreadId">The comment that began the thread which this one answers; what that is about goes for the answer too.</param>
/// <param name="IdempotencyKey">Chosen by the sender; the same key is answered again and writes nothing.</param>
public sealed record NewComment(
    string Text,
    int? Start = null,
    int? End = null,
    OffsetUnit OffsetUnit = OffsetUnit.UnicodeCodePoint,
    string? MentionId = null,
    string? ThreadId = null,
    string? IdempotencyKey = null
);

public sealed record ThreadState(bool Resolved);

/// <param name="ThreadId">The comment that began the thread; null: this one did.</param>
/// <param name="MentionId">The mention that the thread is about; it may be gone, start and end tell where it stood.</param>
/// <param name="Reading">The finished working copy that it stands on; null: it stands on the document itself.</param>
/// <param name="Unread">Somebody else has said it since the caller last looked; only where comments are listed.</param>
/// <param name="ResolvedAt">Of a thread's first comment; null: the thread is open.</param>
public sealed record CommentAnswer(
    string Id,
    int? Start,
    int? End,
    string Text,
    string Author,
    DateTimeOffset At,
    string? ThreadId,
    string? MentionId,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy,
    string? Reading = null,
    bool Unread = false
)
{
    public static CommentAnswer Of(Comment comment, OffsetMap map, string? documentId = null, bool unread = false) =>
        new(
            comment.Id,
            comment.Span is { } s ? map.FromUtf16(s.Start) : null,
            comment.Span is { } e ? map.FromUtf16(e.End) : null,
            comment.Text,
            comment.Author,
            comment.At,
            comment.ThreadId,
            comment.MentionId,
            comment.ResolvedAt,
            comment.ResolvedBy,
            documentId is null || comment.DocumentId == documentId ? null : comment.DocumentId,
            unread
        );
}

/// <param name="ReadUntil">The last comment that the caller has seen; null: none.</param>
public sealed record CommentsAnswer(IReadOnlyList<CommentAnswer> Items, string? ReadUntil);

/// <param name="Comment">It and all before it were seen.</param>
public sealed record ReadComments(string Comment);

public static class CommentEndpoints
{
    private const string Sample = """
        {"id":"0192f0e1-0000-7c4a-8f00-3a1b2c3d4e5f","start":8,"end":17,"text":"Brand or substance?","author":"ana","at":"2026-11-22T09:30:00+00:00"}
        """;

    public static void MapComments(this IEndpointRouteBuilder api)
    {
        var comments = api.MapGroup("/documents/{id}/comments").WithTags("Comments").RequireRole(ProjectRole.Annotator);
        comments
            .MapPost("", Add)
            .Describe(
                "addComment",
                "Says something about a document or a span of it.",
                "On a working copy it is seen by others when the copy is adjudicated. An answer opens a thread again that was resolved."
            )
            .Fails(body: true, "not_found", "document_withdrawn", "empty_text", "span_out_of_range", "idempotency_key_reused")
            .Example("""{"text":"Brand or substance?","start":8,"end":17}""", Sample);
        comments
            .MapPut("/{thread}/state", Resolve)
            .Describe("resolveComment", "Says that a thread is settled, or that it is not.", "The thread is named by its first comment.")
            .Fails(body: true, "not_found", "document_withdrawn")
            .Example("""{"resolved":true}""", Sample);
        comments
            .MapGet("", List)
            .Describe(
                "listComments",
                "What was said about a document, oldest first.",
                "Reviewers also get what stands on its finished working copies."
            )
            .Fails(body: false, "invalid_value", "not_found")
            .Example(null, $$"""{"items":[{{Sample}}]}""");
        comments
            .MapPut("/read", Read)
            .Describe(
                "readComments",
                "Notes how far the caller has read a document's comments.",
                "Lists count what others have said since. Nobody else is told; an earlier comment than the one noted changes nothing. "
                    + "A reviewer names a comment on a finished working copy for what stands there: each has its own mark."
            )
            .Fails(body: true, "not_found")
            .Example("""{"comment":"0192f0e1-0000-7c4a-8f00-3a1b2c3d4e5f"}""", null);
    }

    private static Ok<CommentAnswer> Add(string id, NewComment request, CommentStore store, DocumentStore documents, ClaimsPrincipal user)
    {
        var map = new OffsetMap(documents.Get(id).Text, request.OffsetUnit);
        TextSpan? span = request switch
        {
            { Start: { } start, End: { } end } => OffsetUnits.ToUtf16(map, start, end, "comment"),
            { Start: null, End: null } => null,
            _ => throw new ProblemException("span_out_of_range", "A span needs start and end."),
        };
        var said = store.Add(id, span, request.Text, user.Actor(), request.MentionId, request.ThreadId, request.IdempotencyKey);
        return TypedResults.Ok(CommentAnswer.Of(said, map));
    }

    private static Ok<CommentAnswer> Resolve(
        string id,
        string thread,
        ThreadState request,
        CommentStore store,
        DocumentStore documents,
        ClaimsPrincipal user,
        string? offsetUnit = null
    )
    {
        var map = new OffsetMap(documents.Get(id).Text, OffsetUnits.Parse(offsetUnit));
        return TypedResults.Ok(CommentAnswer.Of(store.Resolve(id, thread, request.Resolved, user.Actor()), map));
    }

    private static NoContent Read(string id, ReadComments request, CommentStore store, DocumentStore documents, ClaimsPrincipal user)
    {
        store.Read(id, request.Comment, user.Actor(), withReadings: user.BlindIn(documents.Get(id).ProjectId) is null);
        return TypedResults.NoContent();
    }

    private static Ok<CommentsAnswer> List(
        string id,
        CommentStore store,
        DocumentStore documents,
        ClaimsPrincipal user,
        string? offsetUnit = null
    )
    {
        var document = documents.Get(id);
        var map = new OffsetMap(document.Text, OffsetUnits.Parse(offsetUnit));
        var marks = store.ReadMarks(id, user.Actor());
        var comments = store.List(id, withReadings: user.BlindIn(document.ProjectId) is null);
        return TypedResults.Ok(
            new CommentsAnswer(
                [.. comments.Select(comment => CommentAnswer.Of(comment, map, id, IsUnread(comment)))],
                marks.GetValueOrDefault(id)
            )
        );

        bool IsUnread(Comment comment) =>
            comment.Author != user.Actor() && string.CompareOrdinal(comment.Id, marks.GetValueOrDefault(comment.DocumentId)) > 0;
    }
}
