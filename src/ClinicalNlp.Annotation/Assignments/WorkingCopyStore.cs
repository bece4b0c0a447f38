using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Assignments;

/// <summary>A person's own copy of a document: to every other part of the store a document, but no list, count or snapshot has it.</summary>
internal static class WorkingCopyStore
{
    internal static string? Find(SqliteConnection connection, string sourceId, string person) =>
        connection.ExecuteScalar<string?>(
            "SELECT id FROM documents WHERE source_id = @sourceId AND assignee = @person",
            new { sourceId, person }
        );

    /// <summary>Text, turns and, if wanted, what models suggested; nothing that people decided.</summary>
    internal static string Create(WriteTransaction transaction, string sourceId, string person, bool suggestions)
    {
        var connection = transaction.Connection;
        var source = StoredDocument.Load(connection, sourceId);
        string id = transaction.NewId();
        connection.Execute(
            """
            INSERT INTO documents (id, project_id, external_id, kind, group_key, meta, text, status, revision, created_at, created_by,
                updated_at, source_id, assignee)
            SELECT @id, project_id, NULL, kind, group_key, meta, text, 'new', 0, @at, @by, @at, id, @person
            FROM documents WHERE id = @sourceId
            """,
            new
            {
                id,
                sourceId,
                person,
                at = transaction.NowMilliseconds,
                by = transaction.Actor,
            }
        );
        connection.Execute(
            """
            INSERT INTO turns (document_id, position, speaker, span_start, span_end, suggested_intent, suggested_confidence,
                suggested_alternatives, suggested_model, suggested_version)
            SELECT @id, position, speaker, span_start, span_end, suggested_intent, suggested_confidence,
                suggested_alternatives, suggested_model, suggested_version
            FROM turns WHERE document_id = @sourceId
            """,
            new { id, sourceId }
        );
        if (!suggestions)
        {
            connection.Execute(
                """
                UPDATE turns SET suggested_intent = NULL, suggested_confidence = NULL, suggested_alternatives = NULL,
                    suggested_model = NULL, suggested_version = NULL WHERE document_id = @id
                """,
                new { id }
            );
            return id;
        }

        StoredDocument.Save(
            connection,
            id,
            [
                .. source
                    .Mentions.Where(mention => mention.State == MentionState.Suggested)
                    .Select(mention => mention with { Id = transaction.NewId() }),
            ]
        );
        return id;
    }
}
