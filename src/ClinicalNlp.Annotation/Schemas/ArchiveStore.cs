using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>Why a mention has no place in the present schema.</summary>
public enum ArchiveReason
{
    /// <summary>Its label was removed; it comes back with the label.</summary>
    Removed,

    /// <summary>Labels were merged, and another mention stands over the same words.</summary>
    Duplicate,
}

/// <param name="Version">Of the schema that archived it.</param>
public sealed record ArchivedMention(DocumentMention Mention, ArchiveReason Reason, int Version);

/// <summary>Mentions that the present schema has no place for. They are kept, and are part of nothing else.</summary>
public sealed class ArchiveStore(AnnotationDatabase database)
{
    /// <summary>Of one document, in the order of the text.</summary>
    public IReadOnlyList<ArchivedMention> Of(string documentId) =>
        database.Read(connection =>
            connection
                .Query<Row>(
                    "SELECT * FROM archived_mentions WHERE document_id = @documentId ORDER BY span_start, span_end, label, id",
                    new { documentId }
                )
                .Select(row => new ArchivedMention(row.ToMention(), StoredNames.Parse<ArchiveReason>(row.Reason), row.Version))
                .ToList()
        );

    private sealed class Row : StoredDocument.MentionRow
    {
        public string Reason { get; init; } = "";
        public int Version { get; init; }
    }
}
