using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

public sealed class BratFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BratFormat _brat = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_brat_can_say_comes_back_as_it_was()
    {
        var text = $"{Unicode.Family} denies chest\r\npain. Left and right {Unicode.ObjectReplacement}arm {Unicode.CombiningE}dema\n";
        var left = text.IndexOf("Left", StringComparison.Ordinal);
        var arm = text.IndexOf("arm", StringComparison.Ordinal);
        var document = new AnnotatedDocument(
            "ward/n1",
            text,
            [
                Corpus.Span(text, "chest\r\npain", "PROBLEM") with
                {
                    Concepts = ["SNOMED:29857009", "C0008031"],
                    Assertion = new SpanAssertion(true),
                },
                new AnnotatedSpan(new TextSpan(left, arm + 3), "ANATOMY", Fragments: [new(left, left + 4), new(arm, arm + 3)]),
                Corpus.Span(text, Unicode.CombiningE + "dema", "PROBLEM") with
                {
                    Assertion = new SpanAssertion(false),
                },
            ]
        );
        var losses = new List<string>();
        _brat.Write([document], _folder.File("out"), losses);
        Assert.Empty(losses);
        Corpus.Same(document, Assert.Single(_brat.Read(_folder.File("out"), losses)));
        Assert.Empty(losses);
    }

    [Fact]
    public void What_brat_cannot_say_is_listed()
    {
        var document = new AnnotatedDocument(
            "../n 1:a",
            "pain",
            [new AnnotatedSpan(new TextSpan(0, 4), "A B", Confidence: 0.5)],
            new JsonObject { ["a"] = 1 }
        );
        var losses = new List<string>();
        _brat.Write([document], _folder.File("out"), losses);
        Assert.Equal(
            ["confidence dropped (1)", "id changed for the file name (1)", "label changed (1)", "metadata object dropped (1)"],
            losses.Select(loss => loss[(document.Id.Length + 2)..])
        );
        Assert.All(
            Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories),
            file => Assert.StartsWith(_folder.File("out"), file, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_we_cannot_say_is_listed()
    {
        _folder.Write("n1.txt", "chest pain after aspirin");
        _folder.Write(
            "n1.ann",
            "N1\tReference T1 SNOMED:1\tChest pain\nT1\tPROBLEM 0 10\tchest pain\nT2\tDRUG 17 24\taspirin\nR1\tCause Arg1:T2 Arg2:T1\n"
                + "*\tEquiv T1 T2\nE1\tAdverse:T1 Theme:T2\nA1\tCertainty T1 high\nM1\tNegation T1\n#1\tAnnotatorNotes T1\tsure\n#2\tAnnotatorNotes R1\twhy\n"
        );
        var losses = new List<string>();
        var document = Assert.Single(_brat.Read(_folder.File("n1.ann"), losses));
        Assert.Equal("n1", document.Id);
        Assert.Equal(["SNOMED:1"], document.Spans[0].Concepts);
        Assert.Equal(new SpanAssertion(true), document.Spans[0].Assertion);
        Assert.Equal("high", document.Spans[0].Attributes!["Certainty"]);
        Assert.Equal("sure", document.Spans[0].Attributes!["AnnotatorNotes"]);
        Assert.Equal(
            [
                new AnnotatedRelation("T2", "T1", "Cause"),
                new AnnotatedRelation("T1", "T2", "Equiv"),
                new AnnotatedRelation("T1", "T2", "Theme"),
            ],
            document.Relations
        );
        Assert.Equal(
            [
                "n1: equivalence kept as relations (1)",
                "n1: event kept as its trigger and relations (1)",
                "n1: name of a concept dropped (1)",
                "n1: note of what is no span dropped (1)",
            ],
            losses
        );
    }

    [Fact]
    public void Attributes_relations_and_notes_come_back()
    {
        const string Text = "chest pain after aspirin";
        var document = new AnnotatedDocument(
            "n1",
            Text,
            [
                Corpus.Span(Text, "chest pain", "PROBLEM") with
                {
                    Id = "T7",
                    Assertion = new SpanAssertion(true, Uncertain: true, Family: true),
                    Attributes = new Dictionary<string, string>
                    {
                        ["severity"] = "mild",
                        ["remark"] = "ask 😀 again",
                        ["seen"] = "true",
                        ["empty"] = "",
                    },
                },
                Corpus.Span(Text, "aspirin", "MEDICATION") with
                {
                    Id = "T2",
                },
            ]
        )
        {
            Relations = [new AnnotatedRelation("T2", "T7", "caused")],
        };
        var losses = new List<string>();
        _brat.Write([document], _folder.File("out"), losses);
        Assert.Empty(losses);
        Corpus.Same(document, Assert.Single(_brat.Read(_folder.File("out"), losses)));
        Assert.Empty(losses);
    }

    [Theory]
    [InlineData("span_out_of_range", "T1\tA 0 99\tpain")]
    [InlineData("span_off_surface", "T1\tA 0 4\tache")]
    [InlineData("invalid_line", "T1\tA")]
    [InlineData("invalid_line", "T1\tA x y\tpain")]
    [InlineData("invalid_line", "?1\tA")]
    public void Bad_lines_are_refused_with_code_file_and_line(string code, string line)
    {
        _folder.Write("n1.txt", "pain 😀 again");
        var path = _folder.Write("n1.ann", $"T0\tA 7 12\tagain\n{line}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => _brat.Read(_folder.Path));
        Assert.Equal((code, path, 2), (thrown.Code, thrown.File, thrown.Line));
    }

    [Fact]
    public void A_folder_with_something_in_it_is_not_written_to()
    {
        _folder.Write("out/keep.txt", "mine");
        Assert.Equal("output_exists", Assert.Throws<UnusableInputException>(() => _brat.Write([], _folder.File("out"))).Code);
    }

    [Fact]
    public void Brats_own_examples_are_read_and_every_surface_agrees()
    {
        foreach (
            var root in new[] { RepositoryPaths.SharedOrSkip("formats", "brat"), RepositoryPaths.SharedOrSkip("formats", "inception") }
        )
        {
            foreach (var file in Directory.GetFiles(root, "*.ann", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (!File.Exists(Path.ChangeExtension(file, ".txt")))
                    continue;
                var mentions = File.ReadLines(file).Count(line => line.StartsWith('T'));
                Assert.Equal(mentions, Assert.Single(_brat.Read(file)).Spans.Count);
            }
        }
    }
}
