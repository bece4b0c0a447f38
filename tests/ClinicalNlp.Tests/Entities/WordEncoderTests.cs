using ClinicalNlp.Entities;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Tests.Entities;

public sealed class WordEncoderTests
{
    [Fact]
    public void A_saved_file_contributes_the_same_and_words_differ()
    {
        using TemporaryFolder folder = new();
        WordEncoder made = Make();
        made.Save(folder.File(WordEncoder.FileName));
        WordEncoder read = WordEncoder.Load(folder.File(WordEncoder.FileName), null);
        foreach (string word in (string[])["aspirin", "ASPIRIN", "37.5", "😀", "e\u0301"])
            Assert.Equal(made[word].ToArray(), read[word].ToArray());
        Assert.NotEqual(made["aspirin"].ToArray(), made["heparin"].ToArray());
    }

    [Fact]
    public void A_kept_word_is_what_was_computed()
    {
        WordEncoder words = Make();
        float[] first = words["aspirin"].ToArray();
        Assert.Equal(first, words["aspirin"].ToArray());
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        using TemporaryFolder folder = new();
        Make().Save(folder.File(WordEncoder.FileName));
        byte[] whole = File.ReadAllBytes(folder.File(WordEncoder.FileName));
        foreach (int length in (int[])[0, 5, 7, 12, 5000, whole.Length / 2, whole.Length - 1])
        {
            string path = folder.Write("cut.bin", whole[..length]);
            Assert.Throws<InvalidDataException>(() => WordEncoder.Load(path, null));
        }
    }

    [Fact]
    public void Vectors_that_were_not_there_in_training_are_refused() =>
        Assert.Throws<InvalidDataException>(() =>
            new WordEncoder(
                [.. Make().Tables],
                new float[WordFeatures.Width * 4],
                4,
                SubwordVectors.Create(2, ["pain"], [1], (float[])[1, 2], (float[])[])
            )
        );

    [Fact]
    public void A_row_of_signed_bytes_is_within_half_a_step_of_what_it_was()
    {
        float[] values = [0.5f, -1, 0.25f, 0, 0, 0, 3, 1e-3f];
        QuantizedTable table = QuantizedTable.Of(values, 4);
        for (int row = 0; row < 2; row++)
        {
            float[] read = new float[4];
            table.AddTo(row, read);
            for (int i = 0; i < 4; i++)
                Assert.Equal(values[(row * 4) + i], read[i], 3f / 127 / 2);
        }
    }

    private static WordEncoder Make()
    {
        Random random = new(1);
        return new WordEncoder(
            [
                .. WordFeatures.Tables.Select(table =>
                    QuantizedTable.Of(
                        (float[])[.. Enumerable.Range(0, table.Rows * table.Width).Select(_ => random.NextSingle() - 0.5f)],
                        table.Width
                    )
                ),
            ],
            [.. Enumerable.Range(0, WordFeatures.Width * 4).Select(_ => random.NextSingle() - 0.5f)],
            4,
            null
        );
    }
}
