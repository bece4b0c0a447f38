namespace ClinicalNlp.Corpora;

/// <summary>A kind of loss over all documents of a conversion.</summary>
/// <param name="Documents">That lost something of this kind.</param>
public sealed record LossSummary(string Kind, int Documents, int Count)
{
    /// <param name="losses">"document: kind (count)", as the formats write them.</param>
    public static IReadOnlyList<LossSummary> Of(IEnumerable<string> losses) =>
        [
            .. losses
                .GroupBy(KindOf, StringComparer.Ordinal)
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new LossSummary(kind.Key, kind.Count(), kind.Sum(CountOf))),
        ];

    private static string KindOf(string loss)
    {
        var end = loss.LastIndexOf(" (", StringComparison.Ordinal);
        var start = end < 0 ? -1 : loss.LastIndexOf(": ", end, StringComparison.Ordinal);
        return start >= 0 ? loss[(start + 2)..end] : loss;
    }

    private static int CountOf(string loss) => int.TryParse(loss.AsSpan(loss.LastIndexOf('(') + 1).TrimEnd(')'), out var count) ? count : 1;
}
