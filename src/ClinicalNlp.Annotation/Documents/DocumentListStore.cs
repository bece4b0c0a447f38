using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>Which of a project's documents.</summary>
/// <param name="Text">In the external id (without one: the id) or the group, in whatever case; null or blank for any.</param>
public sealed record DocumentFilter(DocumentStatus? Status = null, string? Kind = null, string? Text = null);

/// <param name="Documents">How many of this kind have this status.</param>
public sealed record DocumentCount(string Kind, DocumentStatus Status, int Documents);

/// <summary>Lists and counts of a project's documents; never of working copies.</summary>
public sealed class DocumentListStore(AnnotationDatabase database)
{
    private const string SummaryColumns = """
        d.id, d.project_id, d.external_id, d.kind, d.group_key, d.meta, d.status, d.revision, length(d.text) AS length,
        d.created_at, d.updated_at,
        (SELECT count(*) FROM mentions m WHERE m.document_id = d.id AND m.state = 'suggested')
        + (SELECT count(*) FROM turns t WHERE t.document_id = d.id AND t.state IS NULL AND t.suggested_intent IS NOT NULL)
        AS open_suggestions
        """;

    /// <summary>A page of the documents, or of those that pass a filter, without their text.</summary>
    /// <param name="descending">The newest first; <paramref name="after"/> then leads to older ones.</param>
    /// <param name="blind">An annotator, from whom what they read blindly is left out; null leaves out nothing.</param>
    /// <param name="withdrawn">Those that were withdrawn, instead of those in use.</param>
    /// <param name="person">Whose unread comments are counted, with those on finished working copies unless they read blindly; null counts none.</param>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public Page<DocumentSummary> List(
        string projectId,
        DocumentFilter? filter = null,
        int limit = 100,
        string? after = null,
        bool descending = false,
        string? blind = null,
        bool withdrawn = false,
        string? person = null
    )
    {
        limit = Page<DocumentSummary>.Bound(limit);
        string cursor = after is null ? "" : $"AND d.id {(descending ? '<' : '>')} @after";
        string unread =
            person is null ? "0"
            : blind is null ? CommentStore.UnreadWithReadings
            : CommentStore.Unread;
        return database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            var rows = connection
                .Query<SummaryRow>(
                    $"""
                    SELECT {SummaryColumns}, {unread} AS unread_comments
                    FROM {Passing(connection, filter, withdrawn, blind)} {cursor}
                    ORDER BY d.id {(descending ? "DESC" : "")} LIMIT @count
                    """,
                    Given(projectId, filter, blind, person, after, limit + 1)
                )
                .Select(row => row.ToSummary())
                .Select(summary => withdrawn ? summary with { Withdrawn = WithdrawalStore.Find(connection, summary.Id) } : summary)
                .ToList();
            return Page<DocumentSummary>.Of(rows, limit, summary => summary.Id);
        });
    }

    /// <summary>How many documents pass a filter, by kind and status in their order; kinds and statuses without any are left out.</summary>
    /// <inheritdoc cref="List" path="/param"/>
    /// <exception cref="RecordNotFoundException">No such project.</exception>
    public IReadOnlyList<DocumentCount> Count(string projectId, DocumentFilter? filter = null, string? blind = null) =>
        database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            return Count(connection, projectId, filter, blind);
        });

    internal static IReadOnlyList<DocumentCount> Count(
        SqliteConnection connection,
        string projectId,
        DocumentFilter? filter,
        string? blind
    ) =>
        [
            .. connection
                .Query<(string Kind, string Status, int Documents)>(
                    $"""
                    SELECT d.kind, d.status, count(*) FROM {Passing(connection, filter, withdrawn: false, blind)}
                    GROUP BY d.kind, d.status ORDER BY d.kind, d.status
                    """,
                    Given(projectId, filter, blind)
                )
                .Select(row => new DocumentCount(row.Kind, StoredNames.Parse<DocumentStatus>(row.Status), row.Documents)),
        ];

    /// <summary>The documents that pass a filter, whole, one at a time and in the order of creation.</summary>
    /// <param name="only">None but these; null for all.</param>
    /// <exception cref="RecordNotFoundException">No such project; said at once, before the first document is asked for.</exception>
    /// <exception cref="UnusableInputException"><c>not_found</c>: one of <paramref name="only"/> is not in the project or was withdrawn.</exception>
    public IEnumerable<Document> All(string projectId, DocumentFilter? filter = null, IReadOnlyList<string>? only = null)
    {
        var ids = database.Read(connection =>
        {
            ProjectStore.Require(connection, projectId);
            if (only is null)
            {
                return Ids(connection, projectId, filter);
            }

            var there = Ids(connection, projectId, null).ToHashSet(StringComparer.Ordinal);
            foreach (var (index, id) in only.Index())
            {
                if (!there.Contains(id))
                {
                    throw new UnusableInputException(
                        "not_found",
                        $"document {index + 1} of those named is not in the project, or was withdrawn"
                    );
                }
            }

            return Ids(connection, projectId, filter).Intersect(only, StringComparer.Ordinal).ToList();
        });
        return ids.Select(id => database.Read(connection => StoredDocument.Load(connection, id)));
    }

    /// <summary>Writes down that documents left the building in a file.</summary>
    /// <param name="filter">Its text is not written down: it may name a person.</param>
    /// <param name="only">As of <see cref="All"/>.</param>
    public void NoteExport(string projectId, string format, DocumentFilter filter, IReadOnlyList<string>? only, string actor) =>
        database.Write(
            actor,
            transaction =>
            {
                var details = new JsonObject
                {
                    ["format"] = format,
                    ["status"] = filter.Status is { } wanted ? StoredNames.Of(wanted) : "all",
                };
                if (filter.Kind is not null)
                {
                    details["kind"] = filter.Kind;
                }

                if (!string.IsNullOrWhiteSpace(filter.Text))
                {
                    details["narrowed"] = true;
                }

                if (only is not null)
                {
                    details["documents"] = new JsonArray([.. only.Select(id => JsonValue.Create(id))]);
                }

                transaction.Audit("documents.exported", projectId, details);
                return true;
            }
        );

    private static List<string> Ids(SqliteConnection connection, string projectId, DocumentFilter? filter) =>
        connection
            .Query<string>(
                $"SELECT d.id FROM {Passing(connection, filter, withdrawn: false, blind: null)} ORDER BY d.id",
                Given(projectId, filter, blind: null)
            )
            .AsList();

    /// <summary>The documents <c>d</c>, with what is asked of them.</summary>
    private static string Passing(SqliteConnection connection, DocumentFilter? filter, bool withdrawn, string? blind)
    {
        string sought = filter?.Text?.Trim() ?? "";
        if (sought.Length > 0)
        {
            // SQLite's own LIKE knows the cases of ASCII alone.
            connection.CreateFunction("has_text", (string? value) => value?.Contains(sought, StringComparison.OrdinalIgnoreCase) == true);
        }

        // What is asked stands in the index: the rows, with their texts, are read of those alone that are listed.
        return $"documents d INDEXED BY documents_listed WHERE d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS {(withdrawn ? "NOT NULL" : "NULL")}"
            + (filter?.Status is null ? "" : " AND d.status = @status")
            + (filter?.Kind is null ? "" : " AND d.kind = @kind")
            + (sought.Length == 0 ? "" : " AND (has_text(coalesce(d.external_id, d.id)) OR has_text(d.group_key))")
            + (blind is null ? "" : $" AND NOT {BlindSourceStore.Condition}");
    }

    private static object Given(
        string projectId,
        DocumentFilter? filter,
        string? blind,
        string? person = null,
        string? after = null,
        int count = 0
    ) =>
        new
        {
            projectId,
            status = filter?.Status is { } status ? StoredNames.Of(status) : null,
            kind = filter?.Kind,
            reader = blind,
            person,
            after,
            count,
        };

    private sealed class SummaryRow
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Kind { get; init; } = "";
        public string? GroupKey { get; init; }
        public string? Meta { get; init; }
        public string Status { get; init; } = "";
        public int Revision { get; init; }
        public int Length { get; init; }
        public int OpenSuggestions { get; init; }
        public long CreatedAt { get; init; }
        public long UpdatedAt { get; init; }
        public int UnreadComments { get; init; }

        public DocumentSummary ToSummary() =>
            new(
                Id,
                ProjectId,
                ExternalId,
                Kind,
                GroupKey,
                Meta is null ? null : JsonNode.Parse(Meta)!.AsObject(),
                StoredNames.Parse<DocumentStatus>(Status),
                Revision,
                Length,
                OpenSuggestions,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
                DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt),
                UnreadComments
            );
    }
}
