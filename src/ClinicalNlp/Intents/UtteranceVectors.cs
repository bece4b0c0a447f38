namespace ClinicalNlp.Intents;

/// <summary>Utterances as sparse vectors of length 1: words weighted by how rare they are among the given utterances (tf-idf), and letter 4-grams, so that "refill" and "refills" meet.</summary>
internal sealed class UtteranceVectors
{
    // Of the letters of a word beside the word itself.
    private const float GramWeight = 0.5f;
    private const int GramLength = 4;

    // Of what one utterance alone has: it says what sets it apart, and would hide what it has in common with others.
    private const float OnceWeight = 0.4f;

    private static readonly HashSet<string> Common = new(
        (
            "a an the and or but if so of to in on at for from with by as about into up out off over than then this that these those it its is are "
            + "was were be been being am do does did doing have has had having i me my mine we us our you your he him his she her they them their who "
            + "what which when where why how there here can could will would shall should may might must just only also very too more some any all "
            + "please hi hello hey thanks thank ok okay yes yeah no not get got go going want wanted need like know tell let"
        ).Split(' '),
        StringComparer.Ordinal
    );

    private readonly Dictionary<string, int> _documents = new(StringComparer.Ordinal);
    private readonly int _count;

    public UtteranceVectors(IReadOnlyList<string> texts)
    {
        Words = [.. texts.Select(ContentWords)];
        _count = texts.Count;
        var counts = Words.Select(FeaturesOf).ToList();
        foreach (string feature in counts.SelectMany(features => features.Keys))
            _documents[feature] = _documents.GetValueOrDefault(feature) + 1;
        Vectors = [.. counts.Select(Weighted)];
    }

    /// <summary>The words of each utterance that say something by themselves; all of them where none does.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    /// <summary>Feature to weight, of length 1; empty for a text without words.</summary>
    public IReadOnlyList<Dictionary<string, float>> Vectors { get; }

    /// <summary>Smoothed inverse document frequency.</summary>
    public double Rarity(string word) => 1 + Math.Log((1.0 + _count) / (1 + _documents.GetValueOrDefault(word)));

    public static double Dot(Dictionary<string, float> one, Dictionary<string, float> other)
    {
        var (small, large) = one.Count < other.Count ? (one, other) : (other, one);
        double sum = 0;
        foreach (var (feature, weight) in small)
            sum += weight * large.GetValueOrDefault(feature);
        return sum;
    }

    private static List<string> ContentWords(string text)
    {
        var words = UtteranceFeatures.Words(text).Where(word => char.IsLetterOrDigit(word[^1]) && word[0] != '\'').ToList();
        var content = words.Where(word => !Common.Contains(word)).ToList();
        return content.Count > 0 ? content : words;
    }

    /// <summary>Words and letter n-grams with how much of them there is; the n-grams of a word together count half of it.</summary>
    private static Dictionary<string, float> FeaturesOf(IReadOnlyList<string> words)
    {
        var features = new Dictionary<string, float>(StringComparer.Ordinal);
        foreach (string word in words)
        {
            Add(word, 1);
            string bordered = $"^{word}$";
            int grams = bordered.Length - GramLength + 1;
            for (int at = 0; at < grams; at++)
                Add("#" + bordered.Substring(at, GramLength), GramWeight / MathF.Sqrt(grams));
        }
        return features;

        void Add(string feature, float amount) => features[feature] = features.GetValueOrDefault(feature) + amount;
    }

    private Dictionary<string, float> Weighted(Dictionary<string, float> features)
    {
        var vector = features.ToDictionary(
            pair => pair.Key,
            // The root: a subject is named by words that are not the rarest.
            pair => pair.Value * (float)Math.Sqrt(Rarity(pair.Key)) * (_documents[pair.Key] == 1 ? OnceWeight : 1),
            StringComparer.Ordinal
        );
        float length = MathF.Sqrt(vector.Values.Order().Sum(weight => weight * weight));
        return length == 0 ? vector : vector.ToDictionary(pair => pair.Key, pair => pair.Value / length, StringComparer.Ordinal);
    }
}
