using ClinicalNlp.Intents;

namespace ClinicalNlp.Training.Intents;

/// <summary>Chooses the features that get a table row: the most frequent, words before pairs before longer grams.</summary>
internal static class VocabularyBuilder
{
    /// <param name="known">The base model's vocabulary: its rows keep their numbers and weights, new features follow.</param>
    /// <param name="vectors">Words with vectors, for a model from scratch; a base model brings its own.</param>
    public static FeatureVocabulary Build(
        IReadOnlyList<IntentExample> examples,
        int maximumRows,
        FeatureVocabulary? known = null,
        WordVectors? vectors = null
    )
    {
        Dictionary<UtteranceFeature, int> documents = [];
        List<UtteranceFeature> features = [];
        HashSet<UtteranceFeature> seen = [];
        foreach (IntentExample example in examples)
        {
            features.Clear();
            seen.Clear();
            UtteranceFeatures.Extract(example.Text, features);
            foreach (UtteranceFeature feature in features)
            {
                if (seen.Add(feature))
                    documents[feature] = documents.GetValueOrDefault(feature) + 1;
            }
        }
        FeatureFamily[] families = [FeatureFamily.Words, FeatureFamily.Characters];
        List<uint>[] hashes = [.. families.Select(family => known is null ? [0u] : new List<uint>(known.Hashes(family)))];
        List<float>[] rarity = [.. families.Select(family => known is null ? [1f] : new List<float>(known.Rarity(family)))];
        HashSet<(FeatureFamily, uint)> taken =
        [
            .. families.SelectMany(family => hashes[(int)family].Skip(1).Select(hash => (family, hash))),
        ];
        // A full base model may grow by half, so that new words have a place, and not by each of a hundred retrainings.
        int room = Math.Max(0, (known is null ? maximumRows : maximumRows * 3 / 2) - taken.Count);
        IEnumerable<KeyValuePair<UtteranceFeature, int>> ranked = documents
            .Where(entry => known is null || entry.Value > 1)
            .Where(entry => !taken.Contains((entry.Key.Family, entry.Key.Hash)))
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key.Rank)
            .ThenBy(entry => entry.Key.Family)
            .ThenBy(entry => entry.Key.Hash)
            .Take(room);
        foreach ((UtteranceFeature feature, int count) in ranked)
        {
            hashes[(int)feature.Family].Add(feature.Hash);
            rarity[(int)feature.Family].Add(Rarity(examples.Count, count));
        }
        if (known is { HasMeaning: true })
        {
            hashes = [.. hashes, [.. known.Hashes(FeatureFamily.Meaning)]];
            rarity = [.. rarity, [.. known.Rarity(FeatureFamily.Meaning)]];
        }
        else if (known is null && vectors is not null)
        {
            hashes = [.. hashes, [0u, .. vectors.Words.Select(UtteranceFeatures.WordHash)]];
            rarity = [.. rarity, [1f, .. vectors.Rarity]];
        }
        return new FeatureVocabulary([.. hashes.Select(list => list.ToArray())], [.. rarity.Select(list => list.ToArray())]);
    }

    /// <summary>The square root of the smoothed inverse document frequency: the full one overrates typos, none at all underrates names of things.</summary>
    private static float Rarity(int examples, int count) => (float)Math.Sqrt(Math.Log((1.0 + examples) / (1 + count)) + 1);
}
