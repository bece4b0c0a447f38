namespace ClinicalNlp.Training.Pretraining;

/// <summary>How an encoder is pretrained. One default each; they are saved in its card.</summary>
internal sealed record EncoderSettings
{
    public SkipGramSettings SkipGram { get; init; } = new();

    /// <summary>Of text for the masked words: about six million tokens, ten minutes on two cores.</summary>
    public long MaskedCharacters { get; init; } = 36_000_000;

    /// <summary>Passes over the labelled corpora, when there are any.</summary>
    public int LabelledEpochs { get; init; } = 4;
}
