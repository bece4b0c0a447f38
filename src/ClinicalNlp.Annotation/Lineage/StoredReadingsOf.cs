namespace ClinicalNlp.Annotation.Lineage;

/// <summary>Which working copies a training example was made from.</summary>
internal static class StoredReadingsOf
{
    /// <summary>
    /// Of a working copy <c>w</c>: an answer to a gold question is compared with the example and has no part in it, so the person who gave it
    /// has none in what was learnt.
    /// </summary>
    public const string Example = """
        NOT EXISTS (SELECT 1 FROM assignments g WHERE g.document_id = w.source_id AND g.copy_id = w.id AND g.kind = 'gold_question')
        """;
}
