using ClinicalNlp.Terms;

namespace ClinicalNlp.Entities;

/// <summary>
/// Turns the chain's probability of a mention into how often such mentions are right: a line over its log-odds for each label (Platt 1999), moved by
/// what <see cref="MentionEvidence"/> says. Part of the settings in a model's card; a card without it keeps the chain's probabilities.
/// </summary>
/// <remarks>
/// One temperature serves one kind of text: case reports cut place and severity from problems and are right less often than abstracts at the same
/// probability. What tells them apart is the label and the evidence. Slopes are positive, so that among mentions of one label with the same evidence the order stays.
/// </remarks>
internal sealed record ConfidenceCalibration
{
    /// <summary>The one shape that this version reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Probabilities nearer to 0 or 1 than this have no more to say.</summary>
    private const double Extreme = 1e-4;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Of labels that <see cref="Labels"/> does not name.</summary>
    public CalibrationLine Other { get; init; } = new(0, 1);

    public IReadOnlyDictionary<string, CalibrationLine> Labels { get; init; } =
        new SortedDictionary<string, CalibrationLine>(StringComparer.Ordinal);

    /// <summary>Log-odds for each natural logarithm of the tokens.</summary>
    public double Length { get; init; }

    /// <summary>Log-odds for each natural logarithm of the times that the document has the same mention.</summary>
    public double Repeats { get; init; }

    /// <summary>Log-odds of a mention that is a dictionary's term as a whole.</summary>
    public double Term { get; init; }

    /// <summary>The corpora that it was fitted on.</summary>
    public IReadOnlyList<string> On { get; init; } = [];

    public static double LogOdds(double probability)
    {
        probability = Math.Clamp(probability, Extreme, 1 - Extreme);
        return Math.Log(probability / (1 - probability));
    }

    public static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    public double Apply(string label, double confidence, MentionEvidence evidence)
    {
        CalibrationLine line = Labels.GetValueOrDefault(label, Other);
        return Probability(
            line.Offset
                + (line.Slope * LogOdds(confidence))
                + (Length * evidence.LogTokens)
                + (Repeats * evidence.LogRepeats)
                + (evidence.IsTerm ? Term : 0)
        );
    }

    /// <summary>The mentions of a whole document with the confidences that they deserve.</summary>
    public List<Mention> Apply(string text, List<Mention> mentions, TermDictionary? terms)
    {
        MentionEvidence[] evidence = MentionEvidence.Of(text, mentions, terms);
        List<Mention> calibrated = new(mentions.Count);
        for (int i = 0; i < evidence.Length; i++)
            calibrated.Add(mentions[i] with { Confidence = Apply(mentions[i].Label, mentions[i].Confidence, evidence[i]) });
        return calibrated;
    }
}

/// <param name="Slope">Above 0.</param>
internal sealed record CalibrationLine(double Offset, double Slope);
