namespace ClinicalNlp.Corpora;

/// <summary>A document as BioC has it, whether in XML or JSON.</summary>
/// <param name="Line">Where it begins in the file; null when that is not known.</param>
internal sealed record BiocDocument(string Id, BiocInfons Infons, List<BiocPassage> Passages, BiocMarks Marks, int? Line = null);

/// <summary>A passage, or a sentence of one.</summary>
/// <param name="Offset">Of its first character in the document, as the file counts.</param>
/// <param name="Text">Null where the sentences have the text.</param>
internal sealed record BiocPassage(int Offset, string? Text, BiocInfons Infons, BiocMarks Marks, List<BiocPassage> Sentences);

/// <summary>Annotations and relations, which BioC allows on documents, passages and sentences.</summary>
internal sealed record BiocMarks(List<BiocAnnotation> Annotations, List<BiocRelation> Relations)
{
    public static BiocMarks None => new([], []);
}

/// <param name="Locations">Offset and length.</param>
internal sealed record BiocAnnotation(
    string Id,
    BiocInfons Infons,
    List<(int Offset, int Length)> Locations,
    string? Text,
    int? Line = null
);

internal sealed record BiocRelation(string Id, BiocInfons Infons, List<(string Ref, string Role)> Nodes);

/// <summary>Names and values in the order of the file.</summary>
internal sealed class BiocInfons : List<(string Key, string Value)>
{
    /// <summary>The first value of the name, whatever its case; null when there is none.</summary>
    public string? this[string key] => Find(pair => pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;
}
