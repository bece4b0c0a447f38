using ClinicalNlp.Text;

namespace ClinicalNlp.Intents;

/// <summary>Groups utterances that say the same in nearly the same words, so that one decision can label all of them.</summary>
/// <remarks>
/// Jaccard similarity of shingles (words, neighbouring pairs, letter trigrams of each word). Candidates come from MinHash signatures cut into
/// bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3); each is verified exactly. A group is a star:
/// every member is alike to the first, so that no chain of small steps joins what differs. Numbers count by their shape only, and an utterance
/// with a negation is never alike to one without.
/// </remarks>
public static class NearDuplicates
{
    public const double DefaultSimilarity = 0.6;

    // Three of 72 rows a band: two utterances of similarity 0.6 meet in some band with probability 0.997.
    private const int Bands = 24;
    private const int RowsOfBand = 3;

    private static readonly HashSet<string> Negations = new(StringComparer.Ordinal)
    {
        "not",
        "no",
        "never",
        "without",
        "cannot",
        "cant",
        "dont",
        "wont",
        "didnt",
        "doesnt",
        "isnt",
        "'t",
    };

    /// <summary>The group of each text, named by the place of one of its members; a text that is like no other is a group by itself.</summary>
    /// <remarks>Which texts stand together does not depend on their order.</remarks>
    /// <param name="similarity">Least Jaccard similarity to the first member, in (0, 1].</param>
    public static int[] Group(IReadOnlyList<string> texts, double similarity = DefaultSimilarity)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var same = Enumerable
            .Range(0, texts.Count)
            .GroupBy(i => KeyOf(texts[i]), StringComparer.Ordinal)
            .Select(g => (g.Key, Places: g.ToList()));
        var buckets = new Dictionary<ulong, List<Leader>>();
        var groups = new int[texts.Count];
        // The commonest wording leads: what many people write is what the others are variants of.
        foreach (var (key, places) in same.OrderByDescending(item => item.Places.Count).ThenBy(item => item.Key, StringComparer.Ordinal))
        {
            var shingles = Shingles(key);
            bool negated = IsNegated(key);
            var bands = BandsOf(shingles);
            var leader = Nearest(bands, buckets, shingles, negated, similarity);
            if (leader is null)
            {
                leader = new Leader(places[0], shingles, negated);
                foreach (ulong band in bands)
                {
                    if (!buckets.TryGetValue(band, out var bucket))
                        buckets[band] = bucket = [];
                    bucket.Add(leader);
                }
            }
            foreach (int place in places)
                groups[place] = leader.Place;
        }
        return groups;
    }

    /// <summary>Jaccard similarity of two utterances, in [0, 1]; 0 when only one of them is negated.</summary>
    public static double Similarity(string one, string other)
    {
        var (a, b) = (KeyOf(one), KeyOf(other));
        return IsNegated(a) != IsNegated(b) ? 0 : Jaccard(Shingles(a), Shingles(b));
    }

    /// <summary>The words in one spelling, without punctuation; of a text without a word, its symbols.</summary>
    private static string KeyOf(string text)
    {
        var words = UtteranceFeatures.Words(text);
        var spoken = words.Where(word => char.IsLetterOrDigit(word[^1])).ToList();
        return string.Join(' ', spoken.Count > 0 ? spoken : words);
    }

    private static bool IsNegated(string key) => key.Split(' ').Any(Negations.Contains);

    private static HashSet<ulong> Shingles(string key)
    {
        var shingles = new HashSet<ulong>();
        string[] words = key.Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            shingles.Add(HashOf(1, words[i]));
            if (i > 0)
                shingles.Add(HashOf(2, $"{words[i - 1]} {words[i]}"));
            string bordered = $"^{words[i]}$";
            for (int at = 0; at + 3 <= bordered.Length; at++)
                shingles.Add(HashOf(3, bordered.AsSpan(at, 3)));
        }
        return shingles;
    }

    private static Leader? Nearest(
        ulong[] bands,
        Dictionary<ulong, List<Leader>> buckets,
        HashSet<ulong> shingles,
        bool negated,
        double similarity
    )
    {
        Leader? nearest = null;
        double most = similarity;
        var seen = new HashSet<Leader>();
        foreach (ulong band in bands)
        {
            foreach (var candidate in buckets.GetValueOrDefault(band) ?? [])
            {
                if (candidate.Negated != negated || !seen.Add(candidate))
                    continue;
                double alike = Jaccard(shingles, candidate.Shingles);
                if (alike > most || (nearest is null && alike >= most))
                    (nearest, most) = (candidate, alike);
            }
        }
        return nearest;
    }

    private static double Jaccard(HashSet<ulong> one, HashSet<ulong> other)
    {
        var (small, large) = one.Count < other.Count ? (one, other) : (other, one);
        int common = small.Count(large.Contains);
        return common == 0 ? 0 : (double)common / (one.Count + other.Count - common);
    }

    private static ulong[] BandsOf(HashSet<ulong> shingles)
    {
        var bands = new ulong[Bands];
        for (int band = 0; band < Bands; band++)
        {
            ulong hash = (ulong)band + 1;
            for (int row = 0; row < RowsOfBand; row++)
            {
                ulong seed = (ulong)((band * RowsOfBand) + row + 1) * 0x9E3779B97F4A7C15UL;
                ulong least = ulong.MaxValue;
                foreach (ulong shingle in shingles)
                    least = Math.Min(least, StableHash.Mix(shingle ^ seed));
                hash = StableHash.Mix(hash ^ least);
            }
            bands[band] = hash;
        }
        return bands;
    }

    private static ulong HashOf(int kind, ReadOnlySpan<char> text)
    {
        ulong hash = 14695981039346656037UL ^ (ulong)kind;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return StableHash.Mix(hash);
    }

    private sealed record Leader(int Place, HashSet<ulong> Shingles, bool Negated)
    {
        public bool Equals(Leader? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Place;
    }
}
