using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Entities;

public sealed class EntityFeatureTests
{
    [Fact]
    public void Hashes_are_those_that_shipped_models_were_trained_with()
    {
        int[] rows = new int[WordFeatures.Slots];
        ulong sum = 0;
        foreach (string word in (string[])["Metoprolol", "b", "", "ß-Blocker", "😀", new string('a', 500)])
        {
            WordFeatures.Fill(word, rows);
            foreach (int row in rows)
                sum = (sum * 31) + (ulong)row;
        }
        // A change here needs a new WordFeatures.Version: no older model could be used.
        Assert.Equal(2, WordFeatures.Version);
        Assert.Equal(Pinned, sum);
    }

    private const ulong Pinned = 12078346822363544897;

    [Fact]
    public void Case_changes_the_shape_only()
    {
        int[] lower = new int[WordFeatures.Slots];
        int[] upper = new int[WordFeatures.Slots];
        WordFeatures.Fill("aspirin", lower);
        WordFeatures.Fill("ASPIRIN", upper);
        int different = lower.Zip(upper).Count(pair => pair.First != pair.Second);
        Assert.Equal(1, different);
    }

    [Fact]
    public void Rows_stay_inside_their_tables()
    {
        Random random = new(4);
        int[] rows = new int[WordFeatures.Slots];
        for (int i = 0; i < 2000; i++)
        {
            string word = string.Concat(Enumerable.Range(0, random.Next(0, 90)).Select(_ => (char)random.Next(33, 0x2fff)));
            WordFeatures.Fill(word, rows);
            int at = 0;
            foreach (FeatureTable table in WordFeatures.Tables)
            {
                for (int slot = 0; slot < table.Slots; slot++, at++)
                    Assert.InRange(rows[at], 0, table.Rows - 1);
            }
        }
    }

    [Fact]
    public void Windows_tile_the_document_and_end_with_sentences()
    {
        string text = string.Concat(Enumerable.Range(0, 60).Select(i => $"Patient {i} took aspirin for pain.\r\n"));
        TokenizedText document = TokenizedText.Of(text);
        List<TokenWindow> windows = document.Windows(50, 6);
        Assert.True(windows.Count > 5);
        int next = 0;
        foreach (TokenWindow window in windows)
        {
            Assert.Equal(next, window.CoreStart);
            next = window.CoreEnd;
            Assert.InRange(window.CoreEnd - window.CoreStart, 1, 50);
            Assert.Equal(".", document.Word(window.CoreEnd - 1).ToString());
        }
        Assert.Equal(document.Tokens.Length, next);
    }

    [Fact]
    public void A_sentence_without_end_is_cut_all_the_same()
    {
        TokenizedText document = TokenizedText.Of(string.Join(' ', Enumerable.Repeat("pain", 1000)));
        List<TokenWindow> windows = document.Windows(200, 12);
        Assert.Equal(5, windows.Count);
        Assert.Equal(1000, windows[^1].CoreEnd);
    }

    [Fact]
    public void Flags_tell_where_a_token_stands()
    {
        const string text = "PAST HISTORY:\nHad fever (38 C).";
        TokenizedText document = TokenizedText.Of(text);
        float[] flags = new float[document.Tokens.Length * ContextFlags.Width];
        ContextFlags.Fill(text, document.Tokens, document.Sentences, flags);
        int had = Array.FindIndex(document.Tokens, token => token.Span.Of(text) == "Had");
        int degrees = Array.FindIndex(document.Tokens, token => token.Span.Of(text) == "38");
        Assert.Equal(1, flags[(had * ContextFlags.Width) + 1]);
        Assert.Equal(1, flags[(degrees * ContextFlags.Width) + 5]);
        Assert.Equal(0, flags[(had * ContextFlags.Width) + 5]);
    }

    [Theory]
    [InlineData("Took", 0, 0)]
    [InlineData("alpha-blocker", 1, 3)]
    [InlineData("blocker", 3, 3)]
    public void Spans_on_token_borders_are_located(string surface, int first, int last)
    {
        const string text = "Took alpha-blocker.";
        int start = text.IndexOf(surface, StringComparison.Ordinal);
        Assert.Equal((first, last), TagScheme.Locate(Tokenizer.Tokenize(text), new TextSpan(start, start + surface.Length)));
    }

    [Fact]
    public void Spans_that_cut_a_token_are_not_located()
    {
        Token[] tokens = Tokenizer.Tokenize("Took aspirin.");
        Assert.Null(TagScheme.Locate(tokens, new TextSpan(5, 9)));
        Assert.Null(TagScheme.Locate(tokens, new TextSpan(4, 12)));
        Assert.Null(TagScheme.Locate(tokens, new TextSpan(4, 5)));
    }
}
