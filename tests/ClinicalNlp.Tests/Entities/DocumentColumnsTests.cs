using System.Text;
using ClinicalNlp.Entities;
using ClinicalNlp.Terms;
using ClinicalNlp.Tests.Terms;
using ClinicalNlp.Tests.Text;

namespace ClinicalNlp.Tests.Entities;

public sealed class DocumentColumnsTests
{
    private static readonly TermDictionary Terms = TermMatcherTests.Build(
        ("drug", "methotrexate"),
        ("drug", "5-fluorouracil"),
        ("disease", "acute renal failure"),
        ("disease", "fever")
    );

    private const int TermsAt = ContextFlags.Width;
    private static readonly int AbbreviationsAt = TermsAt + TermFeatures.Width(Terms);
    private static readonly int Width = DocumentColumns.Width(Terms);

    [Fact]
    public void Parts_lie_side_by_side()
    {
        Assert.Equal(8 + (4 * 2) + 3 + 2, Width);
    }

    [Fact]
    public void Without_dictionaries_there_are_only_the_flags()
    {
        Assert.Equal(ContextFlags.Width, DocumentColumns.Width(null));
        Unicode.Holds(text =>
        {
            TokenizedText document = TokenizedText.Of(text);
            float[] flags = new float[document.Tokens.Length * ContextFlags.Width];
            ContextFlags.Fill(document.Text, document.Tokens, document.Sentences, flags);
            float[] columns = new float[flags.Length];
            DocumentColumns.Fill(document, null, columns);
            float[] wide = Fill(document);
            return columns.SequenceEqual(flags)
                && Enumerable
                    .Range(0, document.Tokens.Length)
                    .All(t => wide.AsSpan(t * Width, TermsAt).SequenceEqual(flags.AsSpan(t * TermsAt, TermsAt)));
        });
    }

    [Theory]
    [InlineData("methotrexate for fever", "drug", "S..")]
    [InlineData("methotrexate for fever", "disease", "..S")]
    [InlineData("5-fluorouracil", "drug", "BIE")]
    [InlineData("an acute renal failure 😀", "disease", ".BIE.")]
    public void A_match_is_begun_continued_ended_or_single(string text, string dictionary, string expected)
    {
        TokenizedText document = TokenizedText.Of(text);
        float[] columns = Fill(document);
        int column = TermsAt + (4 * Terms.Names.ToList().IndexOf(dictionary));
        StringBuilder found = new();
        for (int t = 0; t < document.Tokens.Length; t++)
        {
            Span<float> four = columns.AsSpan((t * Width) + column, 4);
            Assert.InRange(four.ToArray().Sum(), 0, 1);
            int set = four.IndexOf(1f);
            found.Append(set < 0 ? '.' : "BIES"[set]);
        }
        Assert.Equal(expected, found.ToString());
    }

    [Fact]
    public void An_abbreviation_carries_its_long_form_s_dictionary_everywhere()
    {
        const string text = "ARF feared e\u0301 😀.\r\nAcute renal failure (ARF) and intensive care unit (ICU). ARF in ICU.";
        TokenizedText document = TokenizedText.Of(text);
        float[] columns = Fill(document);
        Assert.Equal(["ARF", "ICU"], Words(document, columns, 0));
        Assert.Equal(["ARF", "ARF", "ICU", "ARF", "ICU"], Words(document, columns, 1));
        Assert.Equal(["Acute", "renal", "failure", "intensive", "care", "unit"], Words(document, columns, 2));
        Assert.Empty(Words(document, columns, 3));
        Assert.Equal(["ARF", "ARF", "ARF"], Words(document, columns, 4));
    }

    [Fact]
    public void The_longer_of_two_short_forms_is_the_one_that_occurs()
    {
        const string text = "Given 5-fluorouracil (5-FU). Filament unit (FU) removed. 5-FU again, FU too.";
        TokenizedText document = TokenizedText.Of(text);
        float[] columns = Fill(document);
        Assert.Equal(["5", "-", "FU", "FU", "5", "-", "FU", "FU"], Words(document, columns, 1));
        Assert.Equal(["5", "-", "FU", "5", "-", "FU"], Words(document, columns, 3));
    }

    [Fact]
    public void A_very_long_document_with_thousands_of_definitions_is_filled()
    {
        StringBuilder text = new();
        int definitions = 0;
        for (; text.Length < 300_000; definitions++)
            text.Append("An acute ")
                .Append(definitions)
                .Append(" renal failure (A-")
                .Append(definitions)
                .Append(") acute renal failure.\n\n");
        TokenizedText document = TokenizedText.Of(text.ToString());
        Assert.True(document.Tokens.Length > 64_000);
        float[] columns = Fill(document);
        // The last number of each definition is introduced, and each sentence ends in a disease.
        Assert.Equal(definitions, Words(document, columns, 0).Count(word => char.IsAsciiDigit(word[0])));
        Assert.Equal(definitions, Enumerable.Range(0, document.Tokens.Length).Count(t => columns[(t * Width) + TermsAt + 4] == 1));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(300)]
    public void A_stretch_gets_what_the_whole_document_gives_it(int length)
    {
        StringBuilder text = new("The ARF and FU were feared. ");
        for (int i = 0; i < 60; i++)
            text.Append("Given methotrexate, then 5-fluorouracil (5-FU) for fever\r\nand more acute renal failure (ARF) e\u0301 😀. ");
        text.Append("Filament unit (FU) removed.");
        TokenizedText whole = TokenizedText.Of(text.ToString());
        float[] expected = Fill(whole);
        EntitySettings settings = new() { Window = 16, Margin = 4 };
        DocumentAbbreviations abbreviations = DocumentAbbreviations.Of(new DocumentStretches(whole.Text, settings, length).All(), Terms);
        int token = 0;
        int stretches = 0;
        foreach (TokenizedText stretch in new DocumentStretches(whole.Text, settings, length).All())
        {
            float[] columns = new float[stretch.Tokens.Length * Width];
            DocumentColumns.Fill(stretch, Terms, abbreviations, columns);
            for (int t = stretch.CoreStart; t < stretch.CoreEnd; t++, token++)
                Assert.Equal(expected.AsSpan(token * Width, Width), columns.AsSpan(t * Width, Width));
            stretches++;
        }
        Assert.Equal(whole.Tokens.Length, token);
        Assert.True(stretches > 2);
    }

    private static float[] Fill(TokenizedText document)
    {
        // Rows are not clean when they are reused.
        float[] columns = new float[document.Tokens.Length * Width];
        Array.Fill(columns, 7);
        DocumentColumns.Fill(document, Terms, columns);
        Assert.DoesNotContain(columns, value => value is not (0 or 1));
        return columns;
    }

    private static IEnumerable<string> Words(TokenizedText document, float[] columns, int column) =>
        Enumerable
            .Range(0, document.Tokens.Length)
            .Where(t => columns[(t * Width) + AbbreviationsAt + column] == 1)
            .Select(t => document.Word(t).ToString());
}
