namespace ClinicalNlp.Intents;

/// <param name="Confidence">Probability in [0, 1].</param>
public sealed record IntentScore(string Intent, double Confidence);

/// <summary>What a classifier says of one utterance; <see cref="Intent"/> is <c>oos</c> when nothing fits.</summary>
/// <param name="Alternatives">The other intents in falling order of confidence.</param>
public sealed record IntentPrediction(string Intent, double Confidence, IReadOnlyList<IntentScore> Alternatives)
{
    /// <summary>The out-of-scope label of the exchange format.</summary>
    public const string OutOfScope = "oos";
}
