using System.Text.Json;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Server.Problems;
using ClinicalNlp.Text;

namespace ClinicalNlp.Server.Documents;

/// <summary>Offsets of a request, turned into UTF-16 code units once, here; what cannot be turned is refused by its place in the request.</summary>
public static class OffsetUnits
{
    /// <summary>As they are written in requests and answers; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetValues<OffsetUnit>().Select(Name)];

    /// <param name="name">Of a query; null is the default.</param>
    public static OffsetUnit Parse(string? name) =>
        name is null ? OffsetUnit.UnicodeCodePoint
        : Names.Contains(name) ? Enum.Parse<OffsetUnit>(name, ignoreCase: true)
        : throw new ProblemException("invalid_value", $"offsetUnit is one of {string.Join(", ", Names)}.");

    /// <param name="where">For example "span 3".</param>
    public static TextSpan ToUtf16(OffsetMap map, int start, int end, string where) =>
        map.TryToUtf16(start, end, out var span)
            ? span
            : throw new ProblemException(
                "span_out_of_range",
                $"{where}: [{start}, {end}) is empty, lies outside the text of {map.Length}, or cuts through a character, counted as {Name(map.Unit)}."
            );

    public static IReadOnlyList<NewSpan> ToUtf16(OffsetMap map, IReadOnlyList<SpanRequest> spans, string where) =>
        [
            .. spans.Select(
                (s, i) =>
                {
                    var span = ToUtf16(map, s.Start, s.End, $"{where}span {i + 1}");
                    return new NewSpan(span.Start, span.End, s.Label, s.Text)
                    {
                        Id = s.Id,
                        Fragments = ToUtf16(map, s.Fragments, $"{where}span {i + 1}"),
                        Assertion = s.Assertion?.Stated,
                        Unasserted = s.Assertion is { Stated: null },
                        Attributes = s.Attributes,
                        Concepts = s.Concepts,
                    };
                }
            ),
        ];

    public static IReadOnlyList<TextSpan>? ToUtf16(OffsetMap map, IReadOnlyList<Fragment>? fragments, string where) =>
        fragments is null ? null : [.. fragments.Select(f => ToUtf16(map, f.Start, f.End, where))];

    private static string Name(OffsetUnit unit) => JsonNamingPolicy.CamelCase.ConvertName(unit.ToString());
}
