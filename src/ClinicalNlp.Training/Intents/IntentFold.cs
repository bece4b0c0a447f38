namespace ClinicalNlp.Training.Intents;

/// <summary>One fold of a cross-validation that calibrates.</summary>
/// <param name="LeftOut">Utterances of whole intents that are kept from the training, to stand in for out-of-scope ones; empty where those exist.</param>
internal sealed record IntentFold(List<IntentExample> Train, List<IntentExample> Held, List<IntentExample> LeftOut)
{
    private const int Folds = 5;

    /// <summary>From here on one tenth held out once calibrates as well as five folds, and costs a fifth.</summary>
    private const int OneFoldIsEnough = 4000;

    /// <summary>With fewer intents, one less is another task.</summary>
    private const int FewestIntents = 10;

    /// <summary>Folds in which every intent is spread evenly. Too few examples to calibrate on make none.</summary>
    public static IReadOnlyList<IntentFold> Split(List<IntentExample> examples, int outOfScope, int seed)
    {
        if (examples.Count < IntentCalibrator.Fewest)
            return [];
        int every = examples.Count >= OneFoldIsEnough ? 10 : Folds;
        Random random = new(seed);
        IntentExample[] shuffled = [.. examples];
        random.Shuffle(shuffled);
        shuffled = [.. shuffled.OrderBy(example => example.Intent)];
        Dictionary<int, int> places = Places(shuffled, outOfScope, random);
        List<IntentFold> folds = [];
        for (int fold = 0; fold < (every == Folds ? Folds : 1); fold++)
        {
            IntentFold next = new([], [], []);
            for (int i = 0; i < shuffled.Length; i++)
            {
                bool leftOut = places.TryGetValue(shuffled[i].Intent, out int place) && place % every == fold;
                (
                    leftOut ? next.LeftOut
                    : i % every == fold ? next.Held
                    : next.Train
                ).Add(shuffled[i]);
            }
            folds.Add(next);
        }
        return folds;
    }

    /// <summary>The intents in random order; none where there are out-of-scope utterances to calibrate on, or too few intents.</summary>
    private static Dictionary<int, int> Places(IntentExample[] examples, int outOfScope, Random random)
    {
        int[] intents = [.. examples.Select(example => example.Intent).Distinct().Where(intent => intent != outOfScope)];
        if (intents.Length < FewestIntents || examples.Count(example => example.Intent == outOfScope) >= IntentCalibrator.Fewest)
            return [];
        random.Shuffle(intents);
        return intents.Select((intent, place) => (intent, place)).ToDictionary(pair => pair.intent, pair => pair.place);
    }
}
