using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Intents;

/// <summary>The two numbers of <see cref="IntentSettings"/> that are others for an utterance after other turns.</summary>
public sealed record DialogueSettings(double Temperature, double OutOfScopeBias);

/// <summary>What a saved classifier needs beside its weights: the "settings" of its card.</summary>
/// <param name="Features">The version of <see cref="UtteranceFeatures"/> that the vocabulary was built with.</param>
/// <param name="Temperature">Scores are divided by it before the softmax, so that a confidence of 0.8 is right four times in five (Guo et al. 2017).</param>
/// <param name="OutOfScopeBias">Added to the score of <c>oos</c>: the one number that trades utterances wrongly turned away against foreign ones let in.</param>
/// <param name="LearnedOutOfScope">The share of <c>oos</c>'s own score, in [0, 1]; the rest is the mean score of the other intents, above which a foreign utterance hardly rises.
/// Settings without it mean 1.</param>
/// <param name="InDialogue">What takes the place of temperature and bias for an utterance after other turns, which is harder to read than one that stands alone; null: nothing.</param>
public sealed record IntentSettings(
    string Recipe,
    int Features,
    double Temperature,
    double OutOfScopeBias,
    double LearnedOutOfScope = 1,
    DialogueSettings? InDialogue = null
)
{
    public const string CurrentRecipe = "intent-bags/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();

    /// <returns>Null when the settings are another recipe's.</returns>
    public static IntentSettings? Parse(JsonObject settings)
    {
        try
        {
            IntentSettings? parsed = settings.Deserialize<IntentSettings>(Json);
            return
                parsed
                    is {
                        Recipe: CurrentRecipe,
                        Features: UtteranceFeatures.Version,
                        Temperature: > 0,
                        LearnedOutOfScope: >= 0 and <= 1,
                        InDialogue: null or { Temperature: > 0 },
                    }
                ? parsed
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Scores to probabilities, in place.</summary>
    /// <param name="outOfScope">The index of <c>oos</c>.</param>
    /// <param name="inDialogue">Whether turns before the utterance were read.</param>
    public void Calibrate(Span<float> scores, int outOfScope, bool inDialogue = false)
    {
        if (inDialogue && InDialogue is { } other)
        {
            (this with { Temperature = other.Temperature, OutOfScopeBias = other.OutOfScopeBias }).Calibrate(scores, outOfScope);
            return;
        }
        scores[outOfScope] = (float)(OutOfScopeScore(scores, outOfScope) + OutOfScopeBias);
        float highest = float.NegativeInfinity;
        foreach (float score in scores)
            highest = Math.Max(highest, score);
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)Math.Exp((scores[i] - highest) / Temperature);
            sum += scores[i];
        }
        for (int i = 0; i < scores.Length; i++)
            scores[i] = (float)(scores[i] / sum);
    }

    /// <summary>What <c>oos</c> scores before the bias.</summary>
    /// <param name="scores">As the network gave them.</param>
    public double OutOfScopeScore(ReadOnlySpan<float> scores, int outOfScope)
    {
        double own = scores[outOfScope];
        if (LearnedOutOfScope >= 1 || scores.Length < 2)
            return own;
        double others = -own;
        foreach (float score in scores)
            others += score;
        return (LearnedOutOfScope * own) + ((1 - LearnedOutOfScope) * others / (scores.Length - 1));
    }
}
