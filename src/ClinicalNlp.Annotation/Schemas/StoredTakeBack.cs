using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>What it takes to undo a version of a schema as things stand now.</summary>
/// <remarks>
/// A rename is undone by a rename, a removal by a restore, an addition by a removal. A merge is undone along the log: what its lines
/// changed goes back where nobody decided otherwise since, and what it archived as duplicates comes back.
/// </remarks>
internal static class StoredTakeBack
{
    /// <returns>The change that undoes it: of a merge one of the kind <see cref="SchemaChangeKind.TakeBack"/>, from the names that come back.</returns>
    /// <exception cref="UnusableInputException"><c>invalid_value</c>, <c>no_changes</c>, <c>label_not_in_schema</c>.</exception>
    public static SchemaChange Resolve(SqliteConnection connection, Project project, int version)
    {
        var all = StoredSchemaVersions.All(connection, project.Id);
        var entry =
            all.FirstOrDefault(item => item.Version == version).Entry
            ?? throw new UnusableInputException("invalid_value", "the schema has no change of this version");
        if (entry.Part == SchemaPart.Intent || entry.Kind == SchemaChangeKind.Guideline)
        {
            throw new UnusableInputException("invalid_value", "changes of labels, relation types, attributes and values can be taken back");
        }

        var undone = StoredSchemaVersions.Undone(connection, project.Id);
        if (undone.ContainsKey(version))
        {
            throw new UnusableInputException("no_changes", "this change was taken back already");
        }

        // What came later and was taken back again is as if it had not been.
        var cancelled = undone.Where(pair => pair.Key > version).SelectMany(pair => new[] { pair.Key, pair.Value }).ToHashSet();
        var later = all.Where(item => item.Version > version && !cancelled.Contains(item.Version)).Select(item => item.Entry).ToList();
        string? attribute = entry.Attribute is { } of ? Present(later, SchemaPart.Attribute, null, of) : null;
        string to = Now(entry.To ?? entry.From[0]);
        return entry.Effective switch
        {
            SchemaChangeKind.Add or SchemaChangeKind.Restore => Made(SchemaChangeKind.Remove, [to]),
            SchemaChangeKind.Remove => Made(SchemaChangeKind.Restore, entry.From),
            SchemaChangeKind.Rename => Made(SchemaChangeKind.Rename, [to], entry.From[0]),
            SchemaChangeKind.Edit when entry.Part == SchemaPart.Label => Made(SchemaChangeKind.Edit, [to]) with
            {
                Look = new LabelLook(entry.Before?.Colour, entry.Before?.Key, entry.Before?.Description, entry.Before?.Examples),
            },
            SchemaChangeKind.Edit => Made(SchemaChangeKind.Edit, [to]) with
            {
                Definition = entry.Memory?.Definitions.Values.FirstOrDefault(),
            },
            SchemaChangeKind.Merge => Made(SchemaChangeKind.TakeBack, [.. entry.From.Where(from => from != entry.To)], to) with
            {
                Was = entry.To,
            },
            _ => Made(SchemaChangeKind.Merge, [.. entry.From, to], to),
        };

        SchemaChange Made(SchemaChangeKind kind, IReadOnlyList<string> from, string? name = null) =>
            new(kind, from, name)
            {
                Part = entry.Part,
                Attribute = attribute,
                Undoes = version,
            };

        string Now(string name) => entry.Effective == SchemaChangeKind.Remove ? name : Present(later, entry.Part, entry.Attribute, name);
    }

    /// <summary>What a merge did away with, as its entry remembers it.</summary>
    public static MergeMemory? Memory(SqliteConnection connection, string projectId, int version) =>
        StoredSchemaVersions.All(connection, projectId).FirstOrDefault(item => item.Version == version).Entry?.Memory;

    /// <summary>Lines of the merge that the plan could not undo, on documents that are in use.</summary>
    public static IReadOnlyList<NotRestored> NotRestored(SqliteConnection connection, string projectId, SchemaChange change)
    {
        var parameters = new { projectId, undone = change.Undoes };
        bool relations = change.Part == SchemaPart.Relation;
        var left = connection.QuerySingle<(int Decided, int Removed)>(
            relations
                ? $"""
                SELECT count(r.id) AS decided, count(*) - count(r.id) AS removed
                FROM {Lines} LEFT JOIN relations r ON r.id = c.relation_id
                WHERE {InUse} AND c.action = 'unrelate' AND c.mention_id IS NULL
                    AND EXISTS (SELECT 1 FROM corrections o WHERE o.document_id = c.document_id AND o.revision = c.revision
                        AND o.action = 'relate' AND o.relation_id = c.relation_id)
                    AND (r.rowid IS NULL OR r.rowid NOT IN (SELECT row FROM touched_relations WHERE fate = 'retype'))
                """
                : $"""
                SELECT count(m.id) AS decided, count(*) - count(m.id) AS removed
                FROM {Lines} LEFT JOIN mentions m ON m.id = c.mention_id
                WHERE {InUse} AND c.action IN ('relabel', 'annotate')
                    AND (m.rowid IS NULL OR m.rowid NOT IN (SELECT row FROM touched_mentions WHERE fate IN ('relabel', 'annotate')))
                """,
            parameters
        );
        int mentions = connection.ExecuteScalar<int>(
            $"""
            SELECT count(*) FROM documents d JOIN archived_mentions a ON a.document_id = d.id
            WHERE {InUse} AND a.version = @undone AND a.rowid NOT IN (SELECT row FROM touched_mentions WHERE fate = 'return')
            """,
            parameters
        );
        int joined = connection.ExecuteScalar<int>(
            $"""
            SELECT count(*) FROM documents d JOIN archived_relations a ON a.document_id = d.id
            WHERE {InUse} AND a.version = @undone AND a.rowid NOT IN (SELECT row FROM touched_relations WHERE fate = 'return')
            """,
            parameters
        );
        var suggestions =
            change.Part != SchemaPart.Label
                ? default
                : connection.QuerySingle<(int Decided, int Removed, int Replaced, int Came)>(
                    StoredMergedRows.CountLeft,
                    new
                    {
                        projectId,
                        undone = change.Undoes,
                        to = change.To,
                        since = RecordIds.FirstAfter(
                            connection.ExecuteScalar<long>(
                                "SELECT at FROM schema_changes WHERE project_id = @projectId AND version = @undone",
                                parameters
                            )
                        ),
                    }
                );
        string what =
            relations ? "relation"
            : change.Part == SchemaPart.Label ? "mention"
            : "detail";
        return
        [
            .. new NotRestored[]
            {
                new(what, NotRestoredReason.Decided, left.Decided),
                new(what, NotRestoredReason.Removed, left.Removed),
                new("mention", NotRestoredReason.Replaced, mentions),
                new("relation", NotRestoredReason.Replaced, joined),
                new("suggestion", NotRestoredReason.Decided, suggestions.Decided),
                new("suggestion", NotRestoredReason.Removed, suggestions.Removed),
                new("suggestion", NotRestoredReason.Replaced, suggestions.Replaced),
                new("suggestion", NotRestoredReason.CameSince, suggestions.Came),
            }.Where(item => item.Count > 0),
        ];
    }

    private const string InUse = "d.project_id = @projectId AND d.source_id IS NULL AND d.withdrawn_at IS NULL";

    private const string Lines = """
        documents d JOIN correction_batches b ON b.document_id = d.id AND b.schema_version = @undone
        JOIN corrections c ON c.document_id = b.document_id AND c.revision = b.revision
        """;

    /// <summary>What a name became by the changes after it.</summary>
    private static string Present(IEnumerable<SchemaVersionEntry> later, SchemaPart part, string? attribute, string name)
    {
        foreach (var entry in later)
        {
            if (
                entry is { Part: SchemaPart.Attribute, Effective: SchemaChangeKind.Rename or SchemaChangeKind.Merge }
                && entry.From.Contains(attribute)
            )
            {
                attribute = entry.To;
            }

            bool follows = entry.Part == part && entry.Attribute == attribute && entry.From.Contains(name);
            if (follows && entry.Effective is SchemaChangeKind.Rename or SchemaChangeKind.Merge)
            {
                name = entry.To!;
            }
        }

        return name;
    }
}
