using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

public sealed class ConllFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConllFormat _conll = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tokens_sentences_and_spans_come_back()
    {
        var text = $"No fever {Unicode.Family} .\nSevere caf{Unicode.CombiningE} pain\nMild {Unicode.ObjectReplacement} cough";
        var document = new AnnotatedDocument(
            "n1 (a)",
            text,
            [
                Corpus.Span(text, "fever", "PROBLEM"),
                Corpus.Span(text, $"caf{Unicode.CombiningE} pain", "PROBLEM"),
                Corpus.Span(text, "cough", "PROBLEM"),
            ]
        );
        var path = _folder.File("out.conll");
        _conll.Write([document], path);
        Corpus.Same(document, Assert.Single(_conll.Read(path)));
    }

    [Fact]
    public void What_tags_cannot_say_is_listed()
    {
        const string Text = "chest pain. Aspirin\r\n81mg";
        var losses = new List<string>();
        _conll.Write(
            [
                new AnnotatedDocument(
                    "n1",
                    Text,
                    [
                        Corpus.Span(Text, "chest pain", "PROBLEM") with
                        {
                            Concepts = ["C1"],
                        },
                        Corpus.Span(Text, "chest", "ANATOMY"),
                        Corpus.Span(Text, "spirin", "MEDICATION"),
                        Corpus.Span(Text, "pain. Aspirin", "X"),
                    ]
                ),
            ],
            _folder.File("out.conll"),
            losses
        );
        Assert.Equal(
            [
                "n1: concept list dropped (1)",
                "n1: overlapping span dropped (1)",
                "n1: span across sentences dropped (1)",
                "n1: span off token boundaries dropped (1)",
                "n1: white space of the text is not kept (1)",
            ],
            losses
        );
        Assert.Contains(
            "chest\tB-PROBLEM\npain\tI-PROBLEM\n.\tO\n\nAspirin\tO\n",
            File.ReadAllText(_folder.File("out.conll")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("a B-X\nb I-X\nc O\nd B-X\ne B-X", "a b|d|e")] // IOB2
    [InlineData("a I-X\nb I-X\nc B-X\nd I-Y", "a b|c|d")] // IOB1
    [InlineData("a B-X\nb I-X\nc E-X\nd S-X\ne S-X", "a b c|d|e")] // IOBES
    [InlineData("a B-X\nb L-X\nc U-X", "a b|c")] // BILOU
    [InlineData("a NN B-NP B-X\r\nb NN I-NP I-X\r\n", "a b")]
    [InlineData("a\t_\t_\tB-X\nb c\t_\t_\tI-X", "a b c")]
    public void The_common_tag_schemes_are_read(string lines, string expected)
    {
        var document = Assert.Single(_conll.Read(_folder.Write("in.conll", lines)));
        Assert.Equal(expected.Split('|'), document.Spans.Select(span => span.Span.Of(document.Text)));
    }

    [Fact]
    public void A_mention_ends_with_its_sentence_and_document()
    {
        var documents = _conll.Read(_folder.Write("in.conll", "-DOCSTART- -X- O O\n\na B-X\n\nb I-X\n\n-DOCSTART- -X- O O\n\nc I-X\n"));
        Assert.Equal([2, 1], documents.Select(document => document.Spans.Count));
        Assert.Equal(["a\nb", "c"], documents.Select(document => document.Text));
    }

    [Fact]
    public void Without_document_marks_every_sentence_is_a_document() =>
        Assert.Equal(["a b", "c"], _conll.Read(_folder.Write("in.conll", "a O\nb O\n\nc O\n")).Select(document => document.Text));

    [Theory]
    [InlineData("missing_field", "pain")]
    [InlineData("invalid_tag", "pain X-PROBLEM")]
    [InlineData("invalid_tag", "pain B")]
    public void Bad_lines_are_refused_with_code_file_and_line(string code, string line)
    {
        var path = _folder.Write("in.conll", $"a O\n{line}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => _conll.Read(path));
        Assert.Equal((code, path, 2), (thrown.Code, thrown.File, thrown.Line));
    }

    [Fact]
    public void Doccano_s_exports_are_read()
    {
        foreach (
            var file in Directory.GetFiles(
                RepositoryPaths.SharedOrSkip("formats", "doccano-transformer"),
                "*.conll2003.*",
                SearchOption.AllDirectories
            )
        )
        {
            var documents = _conll.Read(file);
            Assert.Equal(
                File.ReadLines(file).Count(line => line.Contains(" B-", StringComparison.Ordinal)),
                documents.Sum(document => document.Spans.Count)
            );
        }
    }
}
