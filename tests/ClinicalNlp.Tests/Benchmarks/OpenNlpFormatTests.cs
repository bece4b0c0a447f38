using ClinicalNlp.Benchmarks.Peers;
using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Benchmarks;

public class OpenNlpFormatTests
{
    [Fact]
    public void Names_are_marked_and_documents_parted()
    {
        AnnotatedDocument[] documents =
        [
            Document("Took aspirin 81mg 😀.\r\n\r\nNo rash", (5, 12, "DRUG"), (13, 17, "DOSE")),
            Document("Fine"),
        ];
        Assert.Equal("Took <START:DRUG> aspirin <END> <START:DOSE> 81 mg <END> 😀 .\nNo rash\n\nFine\n\n", Written(documents, gold: true));
        Assert.Equal("Took aspirin 81 mg 😀 .\nNo rash\n\nFine\n\n", Written(documents, gold: false));
    }

    [Fact]
    public void Of_overlapping_names_the_longer_is_written_and_of_crossing_ones_none()
    {
        var document = Document("chest pain today.\n\nrash", (0, 5, "SITE"), (0, 10, "PROBLEM"), (11, 23, "X"));
        Assert.Equal("<START:PROBLEM> chest pain <END> today .\nrash\n\n", Written([document], gold: true));
    }

    [Fact]
    public void What_is_written_is_read_back_on_any_text() =>
        Unicode.Holds(text =>
        {
            // Every third token is a name.
            AnnotatedSpan[] names =
            [
                .. Tokenizer.Tokenize(text).Where((_, i) => i % 3 == 1).Select(token => new AnnotatedSpan(token.Span, "A")),
            ];
            var gold = new AnnotatedDocument("1", text, names);
            var read = OpenNlpFormat.Read([gold], Written([gold], gold: true).Split('\n'))[0];
            return read.Select(mention => (mention.Span, mention.Label)).SequenceEqual(names.Select(span => (span.Span, span.Label)));
        });

    [Fact]
    public void Other_sentences_than_were_asked_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => OpenNlpFormat.Read([Document("Took aspirin.")], ["Took aspirin . now"]));
        Assert.Throws<InvalidDataException>(() => OpenNlpFormat.Read([Document("Took aspirin.")], [""]));
    }

    private static string Written(IEnumerable<AnnotatedDocument> documents, bool gold)
    {
        var written = new StringWriter();
        OpenNlpFormat.Write(documents, written, gold);
        return written.ToString();
    }

    private static AnnotatedDocument Document(string text, params (int Start, int End, string Label)[] spans) =>
        new("d", text, [.. spans.Select(span => new AnnotatedSpan(new TextSpan(span.Start, span.End), span.Label))]);
}
