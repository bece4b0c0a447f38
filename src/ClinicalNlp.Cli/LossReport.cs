using ClinicalNlp.Corpora;

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
        foreach (var loss in LossSummary.Of(losses))
            error.WriteLine($"lost: {loss.Kind} in {loss.Documents} documents, {loss.Count} in all");
    }
}
