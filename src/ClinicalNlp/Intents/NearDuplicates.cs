using ClinicalNlp.Text;

namespace ClinicalNlp.Intents;

/// <summary>Groups utterances that say the same in nearly the same words, so that one decision can label all of them.</summary>
/// <remarks>
/// Jaccard similarity of shingles (words, neighbouring pairs, letter trigrams of each word). Candidates come from MinHash signatures cut into
/// bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3); each is verified exactly. A group is a star:
/// every member is alike to the first, so that no chain of small steps joins what differs. Numbers count by their shape only, and an utterance
/// with a negation is never alike to one without. Grows utterance by utterance; not thread-safe.
/// </remarks>
/// <param name="similarity">Least Jaccard similarity to the first member, in (0, 1].</param>
public sealed class NearDuplicates(double similarity = NearDuplicates.DefaultSimilarity)
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

    private readonly Dictionary<string, int> _wordings = new(StringComparer.Ordinal);
    private readonly List<Wording> _leaders = [];

    // Of each band's value the entry made last, and of each entry the one made before it: a hundred thousand wordings have two million entries.
    private readonly Dictionary<ulong, int> _newest = [];
    private readonly List<(int Group, int Before)> _entries = [];

    // By group, the search that has seen it.
    private readonly List<int> _seenBy = [];
    private int _searches;

    /// <summary>How many groups there are: they are numbered from 0 in the order in which they came up.</summary>
    public int Count => _leaders.Count;

    /// <summary>The group of each text. The commonest wording leads each: what many people write is what the others are variants of.</summary>
    /// <remarks>Which texts stand together does not depend on their order.</remarks>
    public static int[] Group(IReadOnlyList<string> texts, double similarity = DefaultSimilarity) =>
        new NearDuplicates(similarity).AddAll(texts);

    /// <summary>The groups of these texts, added the commonest wording first.</summary>
    public int[] AddAll(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var groups = new int[texts.Count];
        var same = Enumerable
            .Range(0, texts.Count)
            .GroupBy(i => KeyOf(texts[i]), StringComparer.Ordinal)
            .Select(g => (g.Key, Places: g.ToList()));
        foreach (var (key, places) in same.OrderByDescending(item => item.Places.Count).ThenBy(item => item.Key, StringComparer.Ordinal))
        {
            int group = AddKey(key);
            foreach (int place in places)
                groups[place] = group;
        }
        return groups;
    }

    /// <summary>The group that a text joins, or leads when no group is like it.</summary>
    public int Add(string text) => AddKey(KeyOf(text));

    /// <summary>Jaccard similarity of two utterances, in [0, 1]; 0 when only one of them is negated.</summary>
    public static double Similarity(string one, string other) => Wording.Of(KeyOf(one)).Similarity(Wording.Of(KeyOf(other)));

    private int AddKey(string key)
    {
        if (_wordings.TryGetValue(key, out int known))
            return known;
        var wording = Wording.Of(key);
        ulong[] bands = BandsOf(wording.Shingles);
        int group = Nearest(bands, wording);
        if (group < 0)
        {
            group = _leaders.Count;
            _leaders.Add(wording);
            _seenBy.Add(0);
            foreach (ulong band in bands)
            {
                _entries.Add((group, _newest.TryGetValue(band, out int before) ? before : -1));
                _newest[band] = _entries.Count - 1;
            }
        }
        _wordings[key] = group;
        return group;
    }

    /// <summary>The group whose leader is most alike, of equals the first; -1 when none is alike enough.</summary>
    private int Nearest(ulong[] bands, Wording wording)
    {
        _searches++;
        int nearest = -1;
        double most = similarity;
        foreach (ulong band in bands)
        {
            for (int at = _newest.GetValueOrDefault(band, -1); at >= 0; at = _entries[at].Before)
            {
                int group = _entries[at].Group;
                if (_seenBy[group] == _searches)
                    continue;
                _seenBy[group] = _searches;
                double alike = wording.Similarity(_leaders[group], most);
                if (alike > most || (alike >= most && (nearest < 0 || group < nearest)))
                    (nearest, most) = (group, alike);
            }
        }
        return nearest;
    }

    /// <summary>The words in one spelling, without punctuation; of a text without a word, its symbols.</summary>
    private static string KeyOf(string text)
    {
        var words = UtteranceFeatures.Words(text);
        var spoken = words.Where(word => char.IsLetterOrDigit(word[^1])).ToList();
        return string.Join(' ', spoken.Count > 0 ? spoken : words);
    }

    private static ulong[] BandsOf(ulong[] shingles)
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

    /// <param name="Shingles">Their hashes, each once and in rising order.</param>
    private sealed record Wording(ulong[] Shingles, bool IsNegated)
    {
        public static Wording Of(string key)
        {
            var shingles = new List<ulong>();
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
            return new Wording([.. shingles.Distinct().Order()], words.Any(Negations.Contains));
        }

        /// <param name="least">Of what is less alike, any lesser value is as good.</param>
        public double Similarity(Wording other, double least = 0)
        {
            if (IsNegated != other.IsNegated)
                return 0;
            var (mine, theirs) = (Shingles, other.Shingles);
            // All that is left may be in common, and no more.
            int possible = Math.Min(mine.Length, theirs.Length);
            int needed = (int)Math.Floor(least * (mine.Length + theirs.Length) / (1 + least));
            int common = 0;
            for (int i = 0, j = 0; i < mine.Length && j < theirs.Length && possible >= needed; )
            {
                if (mine[i] == theirs[j])
                {
                    common++;
                    i++;
                    j++;
                }
                else if (mine[i] < theirs[j])
                {
                    i++;
                    possible = Math.Min(possible, common + mine.Length - i);
                }
                else
                {
                    j++;
                    possible = Math.Min(possible, common + theirs.Length - j);
                }
            }
            return common == 0 ? 0 : (double)common / (mine.Length + theirs.Length - common);
        }

        private static ulong HashOf(int kind, ReadOnlySpan<char> text)
        {
            ulong hash = 14695981039346656037UL ^ (ulong)kind;
            foreach (char c in text)
                hash = (hash ^ c) * 1099511628211UL;
            return StableHash.Mix(hash);
        }
    }
}
