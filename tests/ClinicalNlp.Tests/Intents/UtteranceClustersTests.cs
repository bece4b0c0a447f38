using ClinicalNlp.Intents;

namespace ClinicalNlp.Tests.Intents;

public class UtteranceClustersTests
{
    private static readonly string[] Texts =
    [
        "where is parking for my car",
        "is there parking near the clinic",
        "how much is the parking garage",
        "parking for disabled visitors?",
        "can you fax my records to my new doctor",
        "i want a copy of my medical records",
        "please send my records to the hospital",
        "tell me a joke",
        "what is the wifi password",
        "is there wifi in the waiting room",
        "my wifi does not connect in the clinic",
    ];

    [Fact]
    public void Each_subject_is_a_cluster_with_its_words()
    {
        var clusters = UtteranceClusters.Find(Texts);

        Assert.Equal(
            [
                [0, 1, 2, 3],
                [4, 5, 6],
                [8, 9, 10],
            ],
            clusters.Select(cluster => cluster.Members.Order().ToArray()).OrderBy(members => members[0])
        );
        Assert.Equal(["parking", "records", "wifi"], clusters.Select(cluster => cluster.Words[0]).Order(StringComparer.Ordinal));
        Assert.Equal(4, clusters[0].Members.Count);
    }

    [Fact]
    public void What_is_like_nothing_is_left_out() =>
        Assert.DoesNotContain(7, UtteranceClusters.Find(Texts).SelectMany(cluster => cluster.Members));

    [Fact]
    public void Copies_count_and_smaller_clusters_can_be_asked_for()
    {
        string[] texts = ["tell me a joke", "tell me a joke!", "Tell me a joke", "the weather in spring"];

        Assert.Equal([0, 1, 2], Assert.Single(UtteranceClusters.Find(texts)).Members.Order());
        Assert.Equal(2, UtteranceClusters.Find(texts, smallest: 1).Count);
        Assert.Empty(UtteranceClusters.Find(texts, smallest: 4));
        Assert.Empty(UtteranceClusters.Find([]));
    }

    [Fact]
    public void The_order_of_the_texts_changes_nothing()
    {
        var first = Named(Texts);
        var random = new Random(5);
        for (int round = 0; round < 5; round++)
        {
            string[] shuffled = [.. Texts];
            random.Shuffle(shuffled);
            Assert.Equal(first, Named(shuffled));
        }

        static List<string> Named(string[] texts) =>
            [
                .. UtteranceClusters
                    .Find(texts)
                    .Select(cluster => string.Join('|', cluster.Members.Select(i => texts[i])) + string.Join(' ', cluster.Words)),
            ];
    }

    [Fact]
    public void More_wordings_than_are_paired_still_find_their_cluster()
    {
        // Letters spell the number: digits would make all of these one wording.
        var texts = Enumerable
            .Range(0, UtteranceClusters.MaximumWordings + 60)
            .Select(i => i % 2 == 0 ? $"parking place {Spelled(i)} taken" : $"vaccination certificate {Spelled(i)} lost")
            .ToList();

        var clusters = UtteranceClusters.Find(texts, smallest: 100);

        Assert.Equal(2, clusters.Count);
        Assert.Equal(texts.Count, clusters.Sum(cluster => cluster.Members.Count));
        Assert.All(clusters, cluster => Assert.Single(cluster.Members.Select(i => i % 2).Distinct()));

        static string Spelled(int number) =>
            string.Concat(Enumerable.Range(0, 6).Select(place => (char)('a' + ((number * 7919) >> (place * 3) & 15))));
    }
}
