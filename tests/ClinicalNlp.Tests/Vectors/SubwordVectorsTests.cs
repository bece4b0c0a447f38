using System.Numerics.Tensors;
using ClinicalNlp.Vectors;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Vectors;

public sealed class SubwordVectorsTests
{
    private const int Width = 8;

    [Fact]
    public void A_saved_file_answers_the_same()
    {
        using TemporaryFolder folder = new();
        SubwordVectors made = Make(["pain", "metformin", "00"]);
        made.Save(folder.File("vectors.bin"));
        SubwordVectors read = SubwordVectors.Load(folder.File("vectors.bin"));
        Assert.Equal(made.Words, read.Words);
        foreach (string word in (string[])["Pain", "metformin", "37", "unseen", "é😀", ""])
        {
            Assert.Equal(Of(made, word), Of(read, word));
            Assert.Equal(made.Frequency(word), read.Frequency(word));
        }
    }

    [Fact]
    public void Case_and_the_digits_of_numbers_do_not_matter()
    {
        SubwordVectors vectors = Make(["pain", "00.0"]);
        Assert.Equal(Of(vectors, "pain"), Of(vectors, "PAIN"));
        Assert.Equal(Of(vectors, "37.5"), Of(vectors, "12.0"));
        Assert.True(vectors.Knows("98.6"));
        Assert.False(vectors.Knows("98"));
        Assert.Equal(0.5f, vectors.Frequency("Pain"));
        Assert.Equal(0, vectors.Frequency("nowhere"));
    }

    [Fact]
    public void An_unknown_word_lies_near_those_it_shares_its_parts_with()
    {
        SubwordVectors vectors = Make(["pain"]);
        float alike = TensorPrimitives.CosineSimilarity<float>(Of(vectors, "metoprololum"), Of(vectors, "metoprolol"));
        float other = TensorPrimitives.CosineSimilarity<float>(Of(vectors, "metoprololum"), Of(vectors, "bradykinin"));
        Assert.True(alike > other + 0.3, $"{alike} and {other}");
    }

    [Fact]
    public void Known_words_have_a_mean_square_of_one()
    {
        SubwordVectors vectors = Make([.. Enumerable.Range(0, 50).Select(i => "word" + (char)('a' + (i / 26)) + (char)('a' + (i % 26)))]);
        float[] all = [.. vectors.Words.SelectMany(word => Of(vectors, word))];
        Assert.Equal(1, TensorPrimitives.SumOfSquares<float>(all) / all.Length, 1e-3);
    }

    [Fact]
    public void Any_string_has_a_finite_vector() =>
        Prop.ForAll<string>(word =>
            {
                float[] vector = Of(Make(["pain"]), word ?? "");
                return Array.TrueForAll(vector, float.IsFinite);
            })
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("not vectors at all", "CNVECT")]
    [InlineData("CNVECT", "cut short")]
    [InlineData("CNVECT\u0009\0", "version 9")]
    public void A_file_that_holds_none_is_refused_with_what_was_found(string content, string reason)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("vectors.bin", content);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SubwordVectors.Load(path));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        using TemporaryFolder folder = new();
        Make(["pain", "fever"]).Save(folder.File("vectors.bin"));
        byte[] whole = File.ReadAllBytes(folder.File("vectors.bin"));
        for (int length = 0; length < whole.Length; length += 37)
        {
            string path = folder.Write("cut.bin", whole[..length]);
            Assert.Throws<InvalidDataException>(() => SubwordVectors.Load(path));
        }
    }

    private static float[] Of(SubwordVectors vectors, string word)
    {
        float[] vector = new float[vectors.Width];
        vectors.Fill(word, vector);
        return vector;
    }

    private static SubwordVectors Make(string[] words)
    {
        Random random = new(5);
        return SubwordVectors.Create(
            Width,
            words,
            [.. words.Select(_ => 0.5f)],
            (float[])[.. Enumerable.Range(0, words.Length * Width).Select(_ => random.NextSingle() - 0.5f)],
            (float[])[.. Enumerable.Range(0, 1000 * Width).Select(_ => random.NextSingle() - 0.5f)]
        );
    }
}
