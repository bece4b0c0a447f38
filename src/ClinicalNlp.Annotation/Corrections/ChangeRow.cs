using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Corrections;

/// <summary>A row of <c>corrections</c>; columns that a query leaves out are as if they were empty.</summary>
internal sealed class ChangeRow
{
    public string DocumentId { get; init; } = "";
    public int Revision { get; init; }
    public string Action { get; init; } = "";
    public string? MentionId { get; init; }
    public int? SpanStart { get; init; }
    public int? SpanEnd { get; init; }
    public string? Fragments { get; init; }
    public string? Label { get; init; }
    public string? Details { get; init; }
    public int? FromStart { get; init; }
    public int? FromEnd { get; init; }
    public string? FromFragments { get; init; }
    public string? FromLabel { get; init; }
    public string? FromDetails { get; init; }
    public int? Turn { get; init; }
    public string? Intent { get; init; }
    public string? FromIntent { get; init; }
    public string? RelationId { get; init; }
    public string? RelationFrom { get; init; }
    public string? RelationTo { get; init; }
    public string? RelationType { get; init; }
    public double? Confidence { get; init; }
    public string? ModelName { get; init; }
    public string? ModelVersion { get; init; }

    public RecordedChange ToChange() =>
        new(
            StoredNames.Parse<CorrectionAction>(Action),
            MentionId,
            Between(SpanStart, SpanEnd, Fragments),
            Label,
            Between(FromStart, FromEnd, FromFragments),
            FromLabel,
            Turn,
            Intent,
            FromIntent,
            Confidence,
            ModelName is null ? null : new ModelStamp(ModelName, ModelVersion!)
        )
        {
            Details = StoredJson.ReadOrDefault<MentionDetails>(Details),
            FromDetails = StoredJson.ReadOrDefault<MentionDetails>(FromDetails),
            Relation = RelationId is null ? null : new DocumentRelation(RelationId, RelationFrom!, RelationTo!, RelationType!),
        };

    private static MentionPlace? Between(int? start, int? end, string? fragments) =>
        start is { } from && end is { } to ? StoredFragments.Read(new TextSpan(from, to), fragments) : null;
}
