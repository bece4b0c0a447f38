using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>A labelled span found by a model.</summary>
/// <param name="Confidence">The model's probability in [0, 1] that exactly this span carries this label.</param>
public sealed record Mention(TextSpan Span, string Label, double Confidence);
