using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Projects;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>Names that documents are annotated with and a project's schema does not have, each once and in their order.</summary>
public sealed record MissingNames(IReadOnlyList<string> Labels, IReadOnlyList<string> Intents)
{
    /// <remarks>Former names of labels are known: they are read as what the labels are called now.</remarks>
    internal static MissingNames Of(IReadOnlyList<NewDocument> documents, ProjectSchema schema) =>
        new(
            Sorted(
                documents
                    .SelectMany(document => document.Spans ?? [])
                    .Select(span => span.Label)
                    .Where(label => !schema.Labels.Contains(label) && !schema.LabelsNow.ContainsKey(label))
            ),
            Sorted(
                documents
                    .SelectMany(document => document.Turns ?? [])
                    .Select(turn => turn.Intent)
                    .OfType<string>()
                    .Where(intent => !schema.Intents.Contains(intent))
            )
        );

    private static List<string> Sorted(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
