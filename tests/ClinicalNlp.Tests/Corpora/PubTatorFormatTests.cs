using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

public sealed class PubTatorFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PubTatorFormat _pubtator = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Title_and_abstract_share_one_count_of_code_points()
    {
        var path = _folder.Write(
            "in.pubtator",
            "1|t|😀 Lithium toxicity\n1|a|A newborn had it. Lithium was given.\n1\t2\t9\tLithium\tChemical\tD008094\n"
                + "1\t37\t44\tLithium\tChemical\tD008094|D1\n1\t10\t18\ttoxicity\tDisease\t-1\n1\tCID\tD008094\tD064420\n\n2|t|Alone\n2|a|\n"
        );
        var losses = new List<string>();
        var documents = _pubtator.Read(path, losses);
        Assert.Equal(["Lithium", "Lithium", "toxicity"], documents[0].Spans.Select(span => span.Span.Of(documents[0].Text)));
        Assert.Equal(["D008094", "D1"], documents[0].Spans[1].Concepts);
        Assert.Null(documents[0].Spans[2].Concepts);
        Assert.Equal("Alone", documents[1].Text);
        Assert.Empty(losses);
        Assert.Equal("""{"relations":[["CID","D008094","D064420"]]}""", documents[0].Meta!.ToJsonString());
        _pubtator.Write(documents, _folder.File("again.pubtator"), losses);
        Assert.Empty(losses);
        Assert.Contains("1\tCID\tD008094\tD064420\n", File.ReadAllText(_folder.File("again.pubtator")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one line of 😀 pain")]
    [InlineData(Unicode.Family + " title\nabstract with pain and " + Unicode.ObjectReplacement)]
    [InlineData("title " + Unicode.CombiningE + "\nabstract | with\tpain")]
    public void What_it_can_say_comes_back_as_it_was(string text)
    {
        var document = new AnnotatedDocument("n1", text, [Corpus.Span(text, "pain", "PROBLEM") with { Concepts = ["C1", "C2"] }]);
        var losses = new List<string>();
        _pubtator.Write([document], _folder.File("out.pubtator"), losses);
        Assert.Empty(losses);
        Corpus.Same(document, Assert.Single(_pubtator.Read(_folder.File("out.pubtator"))));
    }

    [Fact]
    public void Later_line_breaks_become_blanks_and_are_listed_while_offsets_stay()
    {
        const string Text = "title\r\nchest\npain 😀\r\ncough";
        var document = new AnnotatedDocument(
            "n|1",
            Text,
            [
                Corpus.Span(Text, "chest\npain", "PROBLEM"),
                Corpus.Span(Text, "cough", "PROBLEM") with
                {
                    Assertion = new SpanAssertion(true),
                },
            ]
        );
        var losses = new List<string>();
        _pubtator.Write([document], _folder.File("out.pubtator"), losses);
        Assert.Equal(["n|1: assertion dropped (1)", "n|1: id changed (1)", "n|1: line break written as a blank (4)"], losses);
        var back = Assert.Single(_pubtator.Read(_folder.File("out.pubtator")));
        Assert.Equal(document.Spans.Select(span => span.Span), back.Spans.Select(span => span.Span));
        Assert.Equal(["chest pain", "cough"], back.Spans.Select(span => span.Span.Of(back.Text)));
    }

    [Theory]
    [InlineData("span_out_of_range", "1\t0\t99\tpain\tDisease\t-1")]
    [InlineData("span_off_surface", "1\t0\t4\tache\tDisease\t-1")]
    [InlineData("invalid_line", "1\tpain")]
    [InlineData("invalid_line", "2\t0\t4\tpain\tDisease\t-1")]
    [InlineData("duplicate_id", "\n1|t|again")]
    public void Bad_lines_are_refused_with_code_file_and_line(string code, string line)
    {
        var path = _folder.Write("in.pubtator", $"1|t|pain\n1|a|\n{line}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => _pubtator.Read(path));
        Assert.Equal((code, path), (thrown.Code, thrown.File));
        Assert.Equal(line[0] == '\n' ? 4 : 3, thrown.Line);
    }

    [Fact]
    public void Foreign_files_are_read()
    {
        var files = Directory
            .GetFiles(RepositoryPaths.SharedOrSkip("formats", "bioc"), "*", SearchOption.AllDirectories)
            .Where(file =>
                Path.GetExtension(file) is ".txt" or ".pubtator" && File.ReadAllText(file).Contains("|t|", StringComparison.Ordinal)
            )
            .ToList();
        if (files.Count == 0)
            Assert.Skip("shared/formats/bioc has no PubTator file on this machine.");
        Assert.All(files, file => Assert.NotEmpty(_pubtator.Read(file)));
    }
}
