using System.Runtime.InteropServices;
using ClinicalNlp.Intents;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Intents;

public sealed class FeatureVocabularyTests : IDisposable
{
    private static readonly IntentExample[] Examples =
    [
        new("book a visit", 0),
        new("yes", 0, 1, ["hello", "shall i book it"]),
        new("pay the bill", 1),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("book a visit", 3)]
    [InlineData("book zzzz", 2)]
    [InlineData("   ", 1)]
    [InlineData("zzzz", 1)]
    public void Each_word_alone_has_unit_length_beside_the_bias(string text, int words)
    {
        WordBag[] bags = VocabularyBuilder.Build(Examples, 1000).WeighWords(text);
        Assert.Equal(words, bags.Length);
        foreach (WordBag bag in bags)
        {
            Assert.Equal((0, 1f), (bag.Word.Rows[0], bag.Word.Weights[0]));
            double squares = bag.Word.Weights.Skip(1).Concat(bag.Characters.Weights).Sum(weight => weight * weight);
            Assert.True(squares < 1e-9 || Math.Abs(squares - 1) < 1e-5, $"{squares}");
        }
        Assert.Equal(text.Contains("book"), bags[0].Word.Rows.Length == 2);
    }

    [Fact]
    public void Words_may_be_taken_once_each()
    {
        FeatureVocabulary vocabulary = VocabularyBuilder.Build(Examples, 1000);
        Assert.Equal(4, vocabulary.WeighWords("book it book it").Length);
        (WordBag[] once, long[] order) = vocabulary.WeighDistinctWords("book it book it");
        Assert.Equal([0, 1, 0, 1], order);
        Assert.Equal(vocabulary.WeighWords("book it").Select(bag => bag.Characters.Rows), once.Select(bag => bag.Characters.Rows));
    }

    [Fact]
    public void The_turns_before_have_rows_of_their_own()
    {
        FeatureVocabulary vocabulary = VocabularyBuilder.Build(Examples, 1000);
        Assert.Equal([FeatureFamily.Words, FeatureFamily.Characters, FeatureFamily.Context], vocabulary.Families);
        FeatureBag[] alone = vocabulary.Weigh("yes");
        FeatureBag[] asked = vocabulary.Weigh("yes", ["hello", "shall i book it"]);
        Assert.Equal(alone[0].Rows, asked[0].Rows);
        Assert.Single(alone[2].Rows);
        // Four words, three pairs, "yes" with each of the four, and one word of the turn before, once more for a short reply.
        Assert.Equal(1 + 4 + 3 + 4 + 2, asked[2].Rows.Length);
        Assert.Equal(2, VocabularyBuilder.Build([.. Examples.Where(example => example.Before is null)], 1000).Families.Count);
    }

    [Fact]
    public void A_file_gives_back_the_families_also_one_of_before_there_were_numbers()
    {
        FeatureVocabulary vocabulary = VocabularyBuilder.Build(Examples, 1000);
        vocabulary.Save(folder.File("new"));
        FeatureVocabulary loaded = FeatureVocabulary.Load(folder.File("new"));
        Assert.Equal(vocabulary.Families, loaded.Families);
        Assert.Equal(vocabulary.Hashes(FeatureFamily.Context), loaded.Hashes(FeatureFamily.Context));

        uint[] old = [0x46494E43, 2, 2, 0, 7, BitConverter.SingleToUInt32Bits(1), BitConverter.SingleToUInt32Bits(2), 1, 0, 0x3F800000];
        File.WriteAllBytes(folder.File("old"), MemoryMarshal.AsBytes<uint>(old).ToArray());
        loaded = FeatureVocabulary.Load(folder.File("old"));
        Assert.Equal([FeatureFamily.Words, FeatureFamily.Characters], loaded.Families);
        Assert.Equal(2f, loaded.Rarity(FeatureFamily.Words)[1]);
        Assert.Equal(1, loaded.Rows(FeatureFamily.Characters));
    }
}
