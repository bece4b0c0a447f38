namespace ClinicalNlp.Intents;

/// <param name="Members">Places of the texts, the most typical first.</param>
/// <param name="Words">What these texts have and others have not, the most telling first.</param>
public sealed record UtteranceCluster(IReadOnlyList<int> Members, IReadOnlyList<string> Words);

/// <summary>Finds what utterances are about when nobody has named it: proposals for intents.</summary>
/// <remarks>
/// Agglomerative clustering with average linkage over tf-idf cosine, by nearest-neighbour chains (Murtagh 1983). Near-duplicates enter as one
/// with their number as weight. Deterministic, and the order of the texts changes nothing but the order of equals.
/// </remarks>
public static class UtteranceClusters
{
    public const double DefaultSimilarity = 0.25;

    /// <summary>So many different wordings are clustered pair by pair; rarer ones join the cluster that they are nearest to.</summary>
    public const int MaximumWordings = 1200;

    private const int TypicalWords = 5;

    /// <param name="smallest">Clusters with fewer texts are left out.</param>
    /// <param name="similarity">Least mean cosine between two clusters that are joined.</param>
    /// <returns>The largest first.</returns>
    public static IReadOnlyList<UtteranceCluster> Find(IReadOnlyList<string> texts, int smallest = 3, double similarity = DefaultSimilarity)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var wordings = NearDuplicates
            .Group(texts)
            .Index()
            .GroupBy(item => item.Item, item => item.Index)
            .Select(group => group.OrderBy(place => texts[place], StringComparer.Ordinal).ToList())
            .OrderByDescending(group => group.Count)
            .ThenBy(group => texts[group[0]], StringComparer.Ordinal)
            .ToList();
        var vectors = new UtteranceVectors([.. wordings.Select(group => texts[group[0]])]);
        int paired = Math.Min(wordings.Count, MaximumWordings);
        var clusters = Join(Similarities(vectors, paired), [.. wordings.Take(paired).Select(group => (double)group.Count)], similarity);
        var sums = new ClusterSums(clusters.Count, vectors.Features);
        foreach (var (index, cluster) in clusters.Index())
        {
            foreach (int member in cluster)
                sums.Add(index, vectors.Vectors[member]);
        }
        for (int late = paired; late < wordings.Count; late++)
        {
            var (nearest, mean) = sums.Nearest(vectors.Vectors[late]);
            if (mean < similarity)
                continue;
            clusters[nearest].Add(late);
            sums.Add(nearest, vectors.Vectors[late]);
        }
        // What is typical is told by all texts, a wording as often as it was used.
        var all = new ClusterSums(clusters.Count, vectors.Features);
        foreach (var (index, cluster) in clusters.Index())
        {
            foreach (int member in cluster)
                all.Add(index, vectors.Vectors[member], wordings[member].Count);
        }
        return
        [
            .. clusters
                .Select((cluster, index) => Describe(cluster, wordings, vectors, vector => all.Mean(index, vector)))
                .Where(cluster => cluster.Members.Count >= smallest)
                .OrderByDescending(cluster => cluster.Members.Count)
                .ThenBy(cluster => texts[cluster.Members[0]], StringComparer.Ordinal),
        ];
    }

    private static float[,] Similarities(UtteranceVectors vectors, int count)
    {
        var matrix = new float[count, count];
        var postings = new List<(int Place, float Weight)>?[vectors.Features];
        for (int i = 0; i < count; i++)
        {
            var (features, weights) = vectors.Vectors[i];
            for (int f = 0; f < features.Length; f++)
            {
                var list = postings[features[f]] ??= [];
                foreach (var (other, otherWeight) in list)
                    matrix[i, other] += weights[f] * otherWeight;
                list.Add((i, weights[f]));
            }
            for (int other = 0; other < i; other++)
                matrix[other, i] = matrix[i, other];
        }
        return matrix;
    }

    /// <summary>Nearest-neighbour chains: two clusters that are each other's nearest are joined, which for average linkage gives the same tree as always joining the nearest pair.</summary>
    private static List<List<int>> Join(float[,] alike, double[] weights, double least)
    {
        int count = weights.Length;
        var members = Enumerable.Range(0, count).Select(i => new List<int> { i }).ToArray();
        var alive = Enumerable.Repeat(true, count).ToArray();
        var chain = new List<int>();
        while (true)
        {
            if (chain.Count == 0)
            {
                int start = Array.IndexOf(alive, true);
                if (start < 0)
                    break;
                chain.Add(start);
            }
            int last = chain[^1];
            int before = chain.Count > 1 ? chain[^2] : -1;
            int nearest = before;
            for (int i = 0; i < count; i++)
            {
                if (i != last && alive[i] && (nearest < 0 || alike[last, i] > alike[last, nearest]))
                    nearest = i;
            }
            if (nearest < 0 || alike[last, nearest] < least)
            {
                // Nothing is near enough to the end of the chain, nor will be: joining lowers no mean above the highest of its parts.
                alive[last] = false;
                chain.RemoveAt(chain.Count - 1);
            }
            else if (nearest == before)
            {
                chain.RemoveRange(chain.Count - 2, 2);
                Merge(Math.Min(last, nearest), Math.Max(last, nearest));
            }
            else
            {
                chain.Add(nearest);
            }
        }
        return [.. members.Where(list => list.Count > 0)];

        void Merge(int kept, int gone)
        {
            double sum = weights[kept] + weights[gone];
            for (int i = 0; i < count; i++)
            {
                if (i != kept && i != gone)
                    alike[kept, i] = alike[i, kept] = (float)(((alike[kept, i] * weights[kept]) + (alike[gone, i] * weights[gone])) / sum);
            }
            weights[kept] = sum;
            members[kept].AddRange(members[gone]);
            members[gone].Clear();
            alive[gone] = false;
        }
    }

    /// <param name="near">How near a vector is to the middle of the cluster.</param>
    private static UtteranceCluster Describe(
        List<int> cluster,
        List<List<int>> wordings,
        UtteranceVectors vectors,
        Func<UtteranceVector, double> near
    )
    {
        var members = cluster
            .Select(i => (Group: wordings[i], Near: near(vectors.Vectors[i])))
            .OrderByDescending(item => item.Near)
            .SelectMany(item => item.Group)
            .ToList();
        var words = cluster
            .SelectMany(i => vectors.Words[i].Distinct(StringComparer.Ordinal).Select(word => (word, wordings[i].Count)))
            .GroupBy(pair => pair.word, pair => pair.Count, StringComparer.Ordinal)
            .Select(group => (Word: group.Key, Score: group.Sum() * vectors.Rarity(group.Key), Wordings: group.Count()))
            // A word of one wording tells of that wording, not of the cluster.
            .Where(item => item.Wordings > 1 || cluster.Count == 1)
            .OrderByDescending(item => item.Score)
            .ThenBy(item => item.Word, StringComparer.Ordinal)
            .Take(TypicalWords)
            .Select(item => item.Word)
            .ToList();
        return new UtteranceCluster(members, words);
    }

    /// <summary>The sums of the vectors of each cluster: the mean cosine to its members is the product with their sum, by their number.</summary>
    private sealed class ClusterSums(int clusters, int features)
    {
        private readonly Dictionary<int, double>?[] sums = new Dictionary<int, double>?[features];
        private readonly int[] sizes = new int[clusters];
        private readonly double[] products = new double[clusters];

        public void Add(int cluster, UtteranceVector vector, int times = 1)
        {
            sizes[cluster] += times;
            for (int f = 0; f < vector.Features.Length; f++)
            {
                var ofFeature = sums[vector.Features[f]] ??= [];
                ofFeature[cluster] = ofFeature.GetValueOrDefault(cluster) + (vector.Weights[f] * times);
            }
        }

        /// <summary>The cluster with the highest mean cosine to a vector; of equals the first.</summary>
        public (int Cluster, double Mean) Nearest(UtteranceVector vector)
        {
            Array.Clear(products);
            for (int f = 0; f < vector.Features.Length; f++)
            {
                if (sums[vector.Features[f]] is not { } ofFeature)
                    continue;
                foreach (var (cluster, sum) in ofFeature)
                    products[cluster] += vector.Weights[f] * sum;
            }
            int nearest = 0;
            for (int cluster = 1; cluster < products.Length; cluster++)
            {
                if (products[cluster] / sizes[cluster] > products[nearest] / sizes[nearest])
                    nearest = cluster;
            }
            return (nearest, products[nearest] / sizes[nearest]);
        }

        public double Mean(int cluster, UtteranceVector vector)
        {
            double product = 0;
            for (int f = 0; f < vector.Features.Length; f++)
                product += vector.Weights[f] * (sums[vector.Features[f]]?.GetValueOrDefault(cluster) ?? 0);
            return product / sizes[cluster];
        }
    }
}
