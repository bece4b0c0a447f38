using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Inbox;

/// <summary>In which order utterances are best decided.</summary>
/// <remarks>
/// Red flags come first: they are read for safety. Then information density (Settles and Craven 2008), what the model does not know times how
/// many wait in nearly the same words, and diversity: each further utterance on one topic counts for less than the one before.
/// </remarks>
public static class LabelOrder
{
    /// <summary>Added for an urgent red flag; half of it for one that is only mentioned.</summary>
    public const double Urgent = 100;

    // What an utterance keeps of its worth for each one on the same topic that is asked before it.
    private const double Fading = 0.85;

    // An utterance that the model is sure of is still worth a look where many wait that are like it.
    private const double Floor = 0.05;

    /// <summary>1 minus the margin between the two likeliest intents.</summary>
    public static double Uncertainty(IntentSuggestion? suggestion)
    {
        if (suggestion is null)
        {
            return 1;
        }

        double second = 0;
        foreach (var other in suggestion.Alternatives)
        {
            if (other.Intent != suggestion.Intent)
            {
                second = Math.Max(second, other.Confidence);
            }
        }

        return Math.Clamp(1 - (suggestion.Confidence - second), 0, 1);
    }

    /// <param name="uncertainty">In [0, 1].</param>
    /// <param name="waiting">How many wait in nearly the same words, this one included.</param>
    public static double Worth(double uncertainty, int waiting) => (Floor + uncertainty) * (1 + Math.Log(Math.Max(1, waiting)));

    /// <summary>Lets the worth of utterances on one topic fade, the worthiest first.</summary>
    /// <param name="items">Topic and worth; of equals the earlier one comes first.</param>
    public static double[] Diversify(IReadOnlyList<(int Topic, double Worth)> items)
    {
        var faded = new double[items.Count];
        var seen = new Dictionary<int, int>();
        foreach (int place in Enumerable.Range(0, items.Count).OrderByDescending(place => items[place].Worth))
        {
            int before = seen.GetValueOrDefault(items[place].Topic);
            seen[items[place].Topic] = before + 1;
            faded[place] = items[place].Worth * Math.Pow(Fading, before);
        }

        return faded;
    }
}
