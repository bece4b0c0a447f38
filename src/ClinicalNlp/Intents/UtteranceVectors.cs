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

    private readonly Dictionary<string, int> _features = new(StringComparer.Ordinal);
    private readonly List<int> _documents = [];
    private readonly int _count;

    public UtteranceVectors(IReadOnlyList<string> texts)
    {
        Words = [.. texts.Select(ContentWords)];
        _count = texts.Count;
        var counts = Words.Select(FeaturesOf).ToList();
        foreach (int feature in counts.SelectMany(features => features.Features))
            _documents[feature]++;
        foreach (var vector in counts)
            Weigh(vector);
        Vectors = counts;
    }

    /// <summary>The words of each utterance that say something by themselves; all of them where none does.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Words { get; }

    /// <summary>Of length 1; empty for a text without words.</summary>
    public IReadOnlyList<UtteranceVector> Vectors { get; }

    /// <summary>How many different features there are: they are numbered from 0.</summary>
    public int Features => _documents.Count;

    /// <summary>Smoothed inverse document frequency.</summary>
    public double Rarity(string word) => Rarity(_features.TryGetValue(word, out int feature) ? _documents[feature] : 0);

    private double Rarity(int documents) => 1 + Math.Log((1.0 + _count) / (1 + documents));

    private static List<string> ContentWords(string text)
    {
        var words = UtteranceFeatures.Words(text).Where(word => char.IsLetterOrDigit(word[^1]) && word[0] != '\'').ToList();
        var content = words.Where(word => !Common.Contains(word)).ToList();
        return content.Count > 0 ? content : words;
    }

    /// <summary>Words and letter n-grams with how much of them there is; the n-grams of a word together count half of it.</summary>
    private UtteranceVector FeaturesOf(IReadOnlyList<string> words)
    {
        var features = new SortedDictionary<int, float>();
        foreach (string word in words)
        {
            Add(word, 1);
            string bordered = $"^{word}$";
            int grams = bordered.Length - GramLength + 1;
            for (int at = 0; at < grams; at++)
                Add("#" + bordered.Substring(at, GramLength), GramWeight / MathF.Sqrt(grams));
        }
        return new UtteranceVector([.. features.Keys], [.. features.Values]);

        void Add(string name, float amount)
        {
            if (!_features.TryGetValue(name, out int feature))
            {
                _features[name] = feature = _documents.Count;
                _documents.Add(0);
            }
            features[feature] = features.GetValueOrDefault(feature) + amount;
        }
    }

    private void Weigh(UtteranceVector vector)
    {
        var (features, weights) = vector;
        float squares = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            int documents = _documents[features[i]];
            // The root: a subject is named by words that are not the rarest.
            weights[i] *= (float)Math.Sqrt(Rarity(documents)) * (documents == 1 ? OnceWeight : 1);
            squares += weights[i] * weights[i];
        }
        for (int i = 0; i < weights.Length; i++)
            weights[i] /= MathF.Sqrt(squares);
    }
}

/// <param name="Features">In rising order.</param>
/// <param name="Weights">Of each feature, one.</param>
internal sealed record UtteranceVector(int[] Features, float[] Weights);
