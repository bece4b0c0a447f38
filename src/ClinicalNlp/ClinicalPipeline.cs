using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp;

/// <summary>What happens to a text, in order. Open this first; each stage is a folder.</summary>
/// <remarks>
/// Utterances have one stage only and go straight to <see cref="Intents.IntentClassifier"/>. Storing and showing what was found is other
/// projects' work: nothing here changes the text, and every span that comes out is UTF-16 code units of the string that went in.
/// </remarks>
internal static class ClinicalPipeline
{
    /// <param name="texts">Handed over together, because short ones share the network's batches.</param>
    /// <returns>The mentions of each text, sorted, none overlapping another.</returns>
    /// <exception cref="OperationCanceledException">Between two batches.</exception>
    public static IReadOnlyList<Mention>[] Run(EntityModel model, ReadOnlySpan<string> texts, CancellationToken cancellation)
    {
        // Text/, Segmentation/: tokens, and the sentences they form.
        var documents = new TokenizedText[texts.Length];
        for (int d = 0; d < texts.Length; d++)
        {
            cancellation.ThrowIfCancellationRequested();
            documents[d] = TokenizedText.Of(texts[d]);
        }

        // Entities/, Models/: windows of tokens through the network, the best tag path of each, stitched back to documents.
        List<Mention>[] mentions = model.Find(documents, cancellation);

        // Entities/: an abbreviation means throughout a document what it was introduced as.
        if (model.Settings.Abbreviations)
        {
            for (int d = 0; d < documents.Length; d++)
                mentions[d] = AbbreviationConsistency.Apply(documents[d], mentions[d]);
        }

        return mentions;
    }
}
