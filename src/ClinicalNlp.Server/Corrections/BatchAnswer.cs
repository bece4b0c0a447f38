using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.Extraction;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Corrections;

/// <summary>What one request did to a document.</summary>
/// <param name="Revision">The revision that it made.</param>
/// <param name="SchemaVersion">The version of the project's schema that a change of labels made, and this with it; absent where a person worked on the document.</param>
public sealed record BatchAnswer(
    int Revision,
    BatchKind Kind,
    string By,
    DateTimeOffset At,
    IReadOnlyList<ChangeAnswer> Changes,
    int? SchemaVersion
)
{
    public static BatchAnswer Of(RecordedBatch batch, OffsetMap map) =>
        new(batch.Revision, batch.Kind, batch.By, batch.At, [.. batch.Changes.Select(c => ChangeAnswer.Of(c, map))], batch.SchemaVersion);
}

/// <param name="Start">After the change; of what was taken away, where it stood.</param>
/// <param name="FromStart">Before a resize.</param>
/// <param name="MentionId">Of a relation that nobody asked for: the mention that took it along or brought it back.</param>
/// <param name="Confidence">That of the suggestion that was decided.</param>
/// <param name="Fragments">After the change, of a discontinuous mention.</param>
/// <param name="Details">What is said of the mention after the change; absent when that is nothing.</param>
/// <param name="FromDetails">What was said before, where the change is about that.</param>
/// <param name="Relation">That was made or taken away.</param>
public sealed record ChangeAnswer(
    CorrectionAction Action,
    string? MentionId,
    int? Start,
    int? End,
    string? Label,
    int? FromStart,
    int? FromEnd,
    string? FromLabel,
    int? Turn,
    string? Intent,
    string? FromIntent,
    double? Confidence,
    ModelVersionName? Model,
    IReadOnlyList<Fragment>? Fragments,
    IReadOnlyList<Fragment>? FromFragments,
    MentionDetails? Details,
    MentionDetails? FromDetails,
    DocumentRelation? Relation
)
{
    public static ChangeAnswer Of(RecordedChange change, OffsetMap map) =>
        new(
            change.Action,
            change.MentionId,
            change.Span is { } s ? map.FromUtf16(s.Start) : null,
            change.Span is { } e ? map.FromUtf16(e.End) : null,
            change.Label,
            change.FromSpan is { } fs ? map.FromUtf16(fs.Start) : null,
            change.FromSpan is { } fe ? map.FromUtf16(fe.End) : null,
            change.FromLabel,
            change.Turn,
            change.Intent,
            change.FromIntent,
            change.Confidence,
            ModelVersionName.Of(change.Model),
            Fragment.Of(change.Place, map),
            Fragment.Of(change.FromPlace, map),
            change.Details,
            change.FromDetails,
            change.Relation
        );
}
