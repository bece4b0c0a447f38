using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Training.Intents;

/// <summary>The knobs of the intent recipe; each default was the best on CLINC150's dev split or within its noise (±0.4) of the best.</summary>
internal sealed record IntentRecipeSettings
{
    /// <summary>Table width of one member. From 96 to 384 the accuracy was the same within noise; the size is not.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Networks whose scores are averaged; they are saved as one wide network. Two or three gain 0.1-0.3 over one; each costs its size.</summary>
    public int Members { get; init; } = 2;

    /// <summary>Whether each column also gets the largest value of any word alone, from the same rows. HWU64 +0.7, ten an intent of BANKING77 +0.8.</summary>
    public bool SingleWords { get; init; } = true;

    /// <summary>Width of what reads words in their order, of one member; 0: nothing does. 128 was no better than 64.</summary>
    public int SequenceWidth { get; init; } = 64;

    /// <summary>Convolutions over neighbours; with two, VIRA and HWU64 scored no better.</summary>
    public int SequenceLayers { get; init; } = 1;

    /// <summary>Of its words' columns, before and after each convolution.</summary>
    public float SequenceDropout { get; init; } = 0.2f;

    /// <summary>The rate of its layers as a share of the others'; its table rows learn at the full one.</summary>
    public float SequenceRate { get; init; } = 1 / 3f;

    /// <summary>Its rows start within ±this.</summary>
    public float SequenceTableScale { get; init; } = 0.02f;

    /// <summary>Table rows over both families: 40,000 rows of two members are 15.4 MB in int8.</summary>
    public int MaximumRows { get; init; } = 40_000;

    /// <summary>Words that get the encoder's vector beside those of the training utterances: 110 bytes each in the bundle.</summary>
    public int EncoderWords { get; init; } = 25_000;

    public int BatchSize { get; init; } = 64;

    /// <summary>Peak learning rate of tables and layer.</summary>
    public float LearningRate { get; init; } = 3e-3f;

    /// <summary>The peak when a base model is continued: it has to learn the new and keep the old. Half of it learned 78% of a new intent from twenty examples instead of 96%.</summary>
    public float FineTuningRate { get; init; } = 1e-3f;

    /// <summary>Passes over a base model's examples; as many as from scratch, at a higher rate, lost two points on what it knew.</summary>
    public int FineTuningEpochs { get; init; } = 3;

    /// <summary>Rows start within ±this: as small as for entities, the hidden units would start all alike.</summary>
    public float TableScale { get; init; } = 0.05f;

    /// <summary>How often an epoch sees the name of an intent as if it were one of its utterances. With ten utterances an intent it is worth two points.</summary>
    public double NameDraws { get; init; } = 3;

    /// <summary>Share of an utterance's features that a training pass does not see.</summary>
    public float FeatureDropout(int examples) => examples >= ManyExamples ? 0.3f : 0.4f;

    /// <summary>How often an utterance of a dialogue is learned without the turns before it.</summary>
    public float ContextDropout { get; init; } = 0.3f;

    /// <summary>How often an epoch sees an utterance as what was asked for before a short reply (<see cref="ShortReplies"/>).</summary>
    public double ReplyDraws { get; init; } = 0.3;

    public float Smoothing { get; init; } = 0.02f;

    /// <summary>Passes over the examples: as many as it takes to see so many, within the two bounds. 181 intents with 5,000 utterances gained four points from 30 instead of 10.</summary>
    public int SeenExamples { get; init; } = 160_000;

    public int FewestEpochs { get; init; } = 12;

    public int MostEpochs { get; init; } = 40;

    /// <summary>From here on examples are many.</summary>
    public int ManyExamples { get; init; } = 8000;

    /// <summary>A tiny corpus is repeated until this many steps are made.</summary>
    public int MinimumSteps { get; init; } = 200;

    /// <summary>The share of made out-of-scope examples (two utterances of different intents in one, with holes) where the corpora have next to no real ones.</summary>
    public float OutOfScopeShare { get; init; } = 0.05f;

    /// <summary>Share of the features of a made out-of-scope utterance that is left out.</summary>
    public float MadeFeatureDropout { get; init; } = 0.3f;

    /// <summary>Hidden dropout: with few examples an intent, more.</summary>
    public float HiddenDropout(int examples, int intents) => examples >= 80 * intents ? 0.3f : 0.5f;

    public int EpochsFor(int examples, bool fineTuning)
    {
        int batches = Math.Max(1, (examples + BatchSizeFor(examples) - 1) / BatchSizeFor(examples));
        int epochs = fineTuning
            ? FineTuningEpochs * (examples >= ManyExamples ? 1 : 2)
            : Math.Clamp(SeenExamples / Math.Max(1, examples), FewestEpochs, MostEpochs);
        return Math.Max(epochs, (MinimumSteps + batches - 1) / batches);
    }

    /// <summary>Ten utterances in one batch would be one step an epoch.</summary>
    public int BatchSizeFor(int examples) => Math.Clamp(examples / 8, 4, BatchSize);

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, JsonSerializerOptions.Web)!.AsObject();
}
