using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>The pieces of a place in a column: <c>[[3,9],[14,20]]</c>, null for one piece.</summary>
internal static class StoredFragments
{
    public static string? Write(MentionPlace? place) =>
        place?.Fragments is { } fragments ? StoredJson.Write(fragments.Select(piece => new[] { piece.Start, piece.End })) : null;

    public static MentionPlace Read(TextSpan span, string? fragments) =>
        new(span, StoredJson.ReadOrDefault<int[][]>(fragments)?.Select(pair => new TextSpan(pair[0], pair[1])).ToList());
}
