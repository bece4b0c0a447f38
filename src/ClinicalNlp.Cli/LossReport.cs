namespace ClinicalNlp.Cli;

/// <summary>Says what a conversion lost: every document while they are few, else one line a kind.</summary>
internal static class LossReport
{
    private const int Few = 12;

    /// <param name="losses">"document: kind (count)", as the formats write them.</param>
    public static void Write(IReadOnlyList<string> losses, TextWriter error)
    {
        if (losses.Count <= Few)
        {
            foreach (var loss in losses)
                error.WriteLine($"lost: {loss}");
            return;
        }
        foreach (var kind in losses.GroupBy(Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            error.WriteLine($"lost: {kind.Key} in {kind.Count()} documents, {kind.Sum(Count)} in all");
    }

    private static string Kind(string loss)
    {
        var start = loss.LastIndexOf(": ", StringComparison.Ordinal) + 2;
        var end = loss.LastIndexOf(" (", StringComparison.Ordinal);
        return start > 1 && end > start ? loss[start..end] : loss;
    }

    private static int Count(string loss) => int.TryParse(loss.AsSpan(loss.LastIndexOf('(') + 1).TrimEnd(')'), out var count) ? count : 1;
}
