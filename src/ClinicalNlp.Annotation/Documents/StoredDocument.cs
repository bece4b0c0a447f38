using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>Reads a document with everything on it from its tables.</summary>
internal static class StoredDocument
{
    /// <exception cref="RecordNotFoundException">No such document.</exception>
    public static Document Load(SqliteConnection connection, string id)
    {
        var row =
            connection.QuerySingleOrDefault<Row>(
                """
                SELECT id, project_id, external_id, kind, group_key, meta, text, status, revision, created_at, updated_at,
                    withdrawn_at IS NOT NULL AS withdrawn, coalesce(source_id, id) AS source_id, assignee
                FROM documents WHERE id = @id
                """,
                new { id }
            ) ?? throw new RecordNotFoundException("document", id);
        var mentions = connection
            .Query<MentionRow>(
                """
                SELECT id, span_start, span_end, fragments, label, state, confidence, model_name, model_version, details
                FROM mentions WHERE document_id = @id ORDER BY span_start, span_end, label, id
                """,
                new { id }
            )
            .Select(mention => mention.ToMention())
            .ToList();
        var turns =
            row.Kind == Document.Dialogue
                ? connection
                    .Query<TurnRow>("SELECT * FROM turns WHERE document_id = @id ORDER BY position", new { id })
                    .Select(turn => turn.ToTurn(row.Text))
                    .ToList()
                : [];
        return new Document(
            row.Id,
            row.ProjectId,
            row.ExternalId,
            row.Kind,
            row.GroupKey,
            row.Meta is null ? null : JsonNode.Parse(row.Meta)!.AsObject(),
            StoredNames.Parse<DocumentStatus>(row.Status),
            row.Revision,
            row.Text,
            mentions,
            turns,
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt)
        )
        {
            Reader = row.Assignee,
            Withdrawn = row.Withdrawn == 1 ? WithdrawalStore.Find(connection, row.SourceId) : null,
            Relations = connection
                .Query<DocumentRelation>(
                    "SELECT id, from_mention AS \"from\", to_mention AS \"to\", type FROM relations WHERE document_id = @id ORDER BY id",
                    new { id }
                )
                .ToList(),
        };
    }

    /// <summary>Stores mentions as given; those with a known id are replaced.</summary>
    public static void Save(SqliteConnection connection, string documentId, IReadOnlyCollection<DocumentMention> mentions) =>
        connection.Execute(
            """
            INSERT INTO mentions
                (id, document_id, span_start, span_end, fragments, label, state, confidence, model_name, model_version, details)
            VALUES (@Id, @documentId, @Start, @End, @fragments, @Label, @state, @Confidence, @model, @version, @details)
            """,
            mentions.Select(mention => new
            {
                mention.Id,
                documentId,
                mention.Span.Start,
                mention.Span.End,
                fragments = StoredFragments.Write(mention.Place),
                mention.Label,
                state = StoredNames.Of(mention.State),
                mention.Confidence,
                model = mention.Model?.Name,
                version = mention.Model?.Version,
                details = mention.Details.IsNone ? null : StoredJson.Write(mention.Details),
            })
        );

    public static void SaveRelations(SqliteConnection connection, string documentId, IReadOnlyCollection<DocumentRelation> relations) =>
        connection.Execute(
            "INSERT INTO relations (id, document_id, from_mention, to_mention, type) VALUES (@Id, @documentId, @From, @To, @Type)",
            relations.Select(relation => new
            {
                relation.Id,
                documentId,
                relation.From,
                relation.To,
                relation.Type,
            })
        );

    public static void DeleteRelations(SqliteConnection connection, IEnumerable<string> relationIds) =>
        connection.Execute("DELETE FROM relations WHERE id = @id", relationIds.Select(id => new { id }));

    public static void Delete(SqliteConnection connection, IEnumerable<string> mentionIds) =>
        connection.Execute("DELETE FROM mentions WHERE id = @id", mentionIds.Select(id => new { id }));

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string ProjectId { get; init; } = "";
        public string? ExternalId { get; init; }
        public string Kind { get; init; } = "";
        public string? GroupKey { get; init; }
        public string? Meta { get; init; }
        public string Text { get; init; } = "";
        public string Status { get; init; } = "";
        public int Revision { get; init; }
        public long CreatedAt { get; init; }
        public long UpdatedAt { get; init; }
        public long Withdrawn { get; init; }
        public string SourceId { get; init; } = "";
        public string? Assignee { get; init; }
    }

    internal class MentionRow
    {
        public string Id { get; init; } = "";
        public int SpanStart { get; init; }
        public int SpanEnd { get; init; }
        public string? Fragments { get; init; }
        public string? Details { get; init; }
        public string Label { get; init; } = "";
        public string State { get; init; } = "";
        public double? Confidence { get; init; }
        public string? ModelName { get; init; }
        public string? ModelVersion { get; init; }

        public DocumentMention ToMention() =>
            new(
                Id,
                StoredFragments.Read(new TextSpan(SpanStart, SpanEnd), Fragments),
                Label,
                StoredNames.Parse<MentionState>(State),
                Confidence,
                ModelName is null ? null : new ModelStamp(ModelName, ModelVersion!)
            )
            {
                Details = StoredJson.ReadOrDefault<MentionDetails>(Details) ?? MentionDetails.None,
            };
    }
}
