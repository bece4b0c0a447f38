using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>What a model thinks of one span of a text, whether or not it would have found it.</summary>
/// <param name="Labels">For each of the model's labels, the probability that exactly this span carries it; 0 where the span cuts a token.</param>
/// <param name="Outside">The probability that no word of the span is in any mention.</param>
public sealed record SpanProbabilities(TextSpan Span, IReadOnlyList<double> Labels, double Outside);
