namespace ClinicalNlp.Training.Pretraining;

/// <summary>How an encoder is pretrained. One default each; they are saved in its card.</summary>
internal sealed record EncoderSettings
{
    public SkipGramSettings SkipGram { get; init; } = new();

    /// <summary>
    /// Columns of the layers, and of every model that starts from them. Wider than what a model from nothing needs
    /// (<see cref="ClinicalNlp.Entities.EntitySettings.Width"/>): with this much text they gain by it (EXPERIMENTS.md).
    /// </summary>
    public int Width { get; init; } = 192;

    /// <summary>Of text for the masked words: about seventeen million tokens, half an hour on two cores.</summary>
    public long MaskedCharacters { get; init; } = 100_000_000;

    /// <summary>Passes over the labelled corpora, when there are any.</summary>
    public int LabelledEpochs { get; init; } = 4;
}
