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
            UtteranceFeatures.Extract(example.Text, features, example.Before);
            foreach (UtteranceFeature feature in features)
            {
                if (seen.Add(feature))
                    documents[feature] = documents.GetValueOrDefault(feature) + 1;
            }
        }
        FeatureFamily[] families = Families(examples, known);
        List<uint>[] hashes = [.. families.Select(family => known is null ? [0u] : new List<uint>(known.Hashes(family)))];
        List<float>[] rarity = [.. families.Select(family => known is null ? [1f] : new List<float>(known.Rarity(family)))];
        HashSet<(FeatureFamily, uint)> taken =
        [
            .. families.SelectMany((family, place) => hashes[place].Skip(1).Select(hash => (family, hash))),
        ];
        // A full base model may grow by half, so that new words have a place, and not by each of a hundred retrainings.
        int room = Math.Max(0, (known is null ? maximumRows : maximumRows * 3 / 2) - taken.Count);
        IEnumerable<KeyValuePair<UtteranceFeature, int>> ranked = documents
            .Where(entry => families.Contains(entry.Key.Family))
            .Where(entry => known is null || entry.Value > 1)
            .Where(entry => !taken.Contains((entry.Key.Family, entry.Key.Hash)))
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key.Rank)
            .ThenBy(entry => entry.Key.Family)
            .ThenBy(entry => entry.Key.Hash)
            .Take(room);
        foreach ((UtteranceFeature feature, int count) in ranked)
        {
            int place = Array.IndexOf(families, feature.Family);
            hashes[place].Add(feature.Hash);
            rarity[place].Add(Rarity(examples.Count, count));
        }
        if (known is not null && known.Has(FeatureFamily.Meaning))
        {
            families = [.. families, FeatureFamily.Meaning];
            hashes = [.. hashes, [.. known.Hashes(FeatureFamily.Meaning)]];
            rarity = [.. rarity, [.. known.Rarity(FeatureFamily.Meaning)]];
        }
        else if (known is null && vectors is not null)
        {
            families = [.. families, FeatureFamily.Meaning];
            hashes = [.. hashes, [0u, .. vectors.Words.Select(UtteranceFeatures.WordHash)]];
            rarity = [.. rarity, [1f, .. vectors.Rarity]];
        }
        return new FeatureVocabulary(families, [.. hashes.Select(list => list.ToArray())], [.. rarity.Select(list => list.ToArray())]);
    }

    /// <summary>The families with trained rows: those of the base model, or the turns before where any example has them.</summary>
    private static FeatureFamily[] Families(IReadOnlyList<IntentExample> examples, FeatureVocabulary? known) =>
        known is not null ? [.. known.Families.Where(family => family != FeatureFamily.Meaning)]
        : examples.Any(example => example.Before is { Count: > 0 }) ? [FeatureFamily.Words, FeatureFamily.Characters, FeatureFamily.Context]
        : [FeatureFamily.Words, FeatureFamily.Characters];

    /// <summary>The square root of the smoothed inverse document frequency: the full one overrates typos, none at all underrates names of things.</summary>
    private static float Rarity(int examples, int count) => (float)Math.Sqrt(Math.Log((1.0 + examples) / (1 + count)) + 1);
}
