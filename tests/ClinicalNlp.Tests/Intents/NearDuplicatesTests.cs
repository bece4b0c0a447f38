using ClinicalNlp.Intents;
using ClinicalNlp.Tests.Text;

namespace ClinicalNlp.Tests.Intents;

public class NearDuplicatesTests
{
    [Fact]
    public void The_same_request_in_nearly_the_same_words_is_one_group()
    {
        string[] texts =
        [
            "I need a refill of my metformin please",
            "can I see the cardiologist on Thursday?",
            "i need a refill of my metformin, please!",
            "I need a refill for my metformin please",
            "Can i see the cardiologist on thursday",
            "where do I park",
        ];

        Assert.Equal(
            [
                [0, 2, 3],
                [1, 4],
                [5],
            ],
            Sets(texts)
        );
    }

    [Fact]
    public void Numbers_count_by_their_shape() =>
        Assert.Equal(
            [
                [0, 1],
                [2],
            ],
            Sets("take 2 pills at 9:30", "take 3 pills at 8:15", "take the pills with water at night")
        );

    [Fact]
    public void A_negation_is_never_like_its_opposite()
    {
        string[] texts = ["i want to cancel my appointment on monday", "i do not want to cancel my appointment on monday"];

        Assert.Equal(
            [
                [0],
                [1],
            ],
            Sets(texts)
        );
        Assert.Equal(0, NearDuplicates.Similarity(texts[0], texts[1]));
    }

    [Fact]
    public void Texts_without_a_word_are_like_themselves() =>
        Assert.Equal(
            [
                [0, 2],
                [1, 4],
                [3],
            ],
            Sets("👍", "", "👍", "👎", " ")
        );

    [Fact]
    public void Similarity_is_that_of_the_shingles()
    {
        Assert.Equal(1, NearDuplicates.Similarity("Hello there!", "hello  there"));
        // Words a, b; pair; trigrams ^a$, ^b$ beside ^c$: two of seven and five of five.
        Assert.Equal(2.0 / 8, NearDuplicates.Similarity("a b", "a c"), 12);
        Assert.Equal(0, NearDuplicates.Similarity("hello", "quiz"));
    }

    [Fact]
    public void Any_text_is_grouped_and_a_text_and_its_copy_stand_together() =>
        Unicode.Holds(text =>
        {
            var groups = NearDuplicates.Group([text, "another thing altogether", text]);
            return groups[0] == groups[2] && groups.All(group => group is >= 0 and < 3) && groups[groups[0]] == groups[0];
        });

    [Fact]
    public void The_order_of_the_texts_changes_no_group()
    {
        string[] subjects = ["refill", "appointment", "invoice", "parking", "vaccination", "referral"];
        string[] frames =
        [
            "i need help with my {0}",
            "i need some help with my {0}",
            "question on {0}",
            "what about the {0} from last week {1}",
        ];
        var texts = Enumerable.Range(0, 120).Select(i => string.Format(frames[i % 4], subjects[i / 4 % 6], i)).ToList();
        var first = Named(texts);
        var random = new Random(3);
        for (int round = 0; round < 5; round++)
        {
            string[] shuffled = [.. texts];
            random.Shuffle(shuffled);
            Assert.Equal(first, Named(shuffled));
        }

        static List<string> Named(IReadOnlyList<string> texts) =>
            [
                .. Sets([.. texts])
                    .Select(set => string.Join('|', set.Select(i => texts[i]).Order(StringComparer.Ordinal)))
                    .Order(StringComparer.Ordinal),
            ];
    }

    [Fact]
    public void Bands_miss_no_pair_that_counts()
    {
        // Every pair above the threshold of a spread of similarities is found, however the hashes fall.
        for (int i = 0; i < 200; i++)
        {
            string one = $"order number w{i}a w{i}b w{i}c w{i}d w{i}e for delivery";
            string other = $"order number w{i}a w{i}b w{i}c w{i}d w{i}e for pickup";
            Assert.True(NearDuplicates.Similarity(one, other) > 0.62);
            var groups = NearDuplicates.Group([one, other]);
            Assert.Equal(groups[0], groups[1]);
        }
    }

    private static List<int[]> Sets(params string[] texts) =>
        [
            .. NearDuplicates
                .Group(texts)
                .Index()
                .GroupBy(item => item.Item, item => item.Index)
                .Select(set => set.Order().ToArray())
                .OrderBy(set => set[0]),
        ];
}
