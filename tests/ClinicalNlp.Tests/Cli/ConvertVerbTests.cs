using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Corpora;

namespace ClinicalNlp.Tests.Cli;

public sealed class ConvertVerbTests : IDisposable
{
    private const string Line =
        """{"id":"n1","text":"😀 chest pain\r\nDenies fever.","spans":[{"start":2,"end":12,"label":"PROBLEM"}],"meta":{"ward":"3"}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("brat", "out")]
    [InlineData("conll", "out.conll")]
    [InlineData("pubtator", "out.pubtator")]
    [InlineData("jsonl", "out.jsonl")]
    public async Task There_and_back_the_mention_is_the_same(string format, string target)
    {
        var source = _folder.Write("in.jsonl", Line + "\n");
        var there = await CommandRun.Of("convert", "--from", "jsonl", "--to", format, source, _folder.File(target));
        Assert.Equal(0, there.Code);
        Assert.Equal(format != "jsonl", there.Error.Contains("lost: n1: metadata object dropped", StringComparison.Ordinal));
        Assert.Contains("1 documents, 1 spans", there.Error, StringComparison.Ordinal);
        var back = await CommandRun.Of("convert", "--from", format, _folder.File(target), _folder.File("back.jsonl"));
        Assert.Equal(0, back.Code);
        Corpus.SameSpans(Assert.Single(new JsonlFormat().Read(source)), Assert.Single(new JsonlFormat().Read(_folder.File("back.jsonl"))));
    }

    [Theory]
    [InlineData("spacy", "out.spacy")]
    [InlineData("labelstudio", "out.json")]
    [InlineData("doccano", "out.jsonl")]
    [InlineData("bioc-xml", "out.xml")]
    [InlineData("bioc-json", "out.json")]
    [InlineData("cas-xmi", "out")]
    [InlineData("cas-xmi", "out.zip")]
    [InlineData("cas-json", "out")]
    [InlineData("webanno-tsv", "out.zip")]
    [InlineData("csv", "out.csv")]
    [InlineData("rasa", "out.yml")]
    public async Task Every_format_gives_the_words_of_the_mention_back(string format, string target)
    {
        var source = _folder.Write("in.jsonl", Line + "\n");
        Assert.Equal(0, (await CommandRun.Of("convert", "--to", format, source, _folder.File(target))).Code);
        var back = await CommandRun.Of("convert", "--from", format, _folder.File(target), _folder.File("back.jsonl"));
        Assert.Equal((0, true), (back.Code, back.Error.Contains("1 documents, 1 spans", StringComparison.Ordinal)));
        var document = Assert.Single(new JsonlFormat().Read(_folder.File("back.jsonl")));
        Assert.Equal("chest pain", Assert.Single(document.Spans).Span.Of(document.Text));
    }

    [Fact]
    public async Task Words_that_are_not_at_their_offsets_are_refused_with_the_line_and_both_texts()
    {
        var source = _folder.Write(
            "in.jsonl",
            Line + "\n" + """{"text":"chest pain","spans":[{"start":0,"end":5,"label":"A","text":"pain"}]}"""
        );
        var run = await CommandRun.Of("convert", source, _folder.File("out.conll"));
        Assert.Equal(2, run.Code);
        Assert.Contains("the file says: pain\nthe text has:  chest\n", run.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"span_off_surface: {source}:2: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Losses_of_many_documents_are_a_line_a_kind()
    {
        var lines = Enumerable.Range(0, 40).Select(i => Line.Replace("n1", $"n{i}", StringComparison.Ordinal));
        var run = await CommandRun.Of("convert", _folder.Write("in.jsonl", string.Join('\n', lines)), _folder.File("out.conll"));
        Assert.Contains("lost: metadata object dropped in 40 documents, 40 in all", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unusable_input_ends_with_2_and_names_file_line_and_reason_and_leaves_no_output()
    {
        var source = _folder.Write("in.jsonl", Line + "\n{\"text\":\"pain\",\"spans\":[{\"start\":0,\"end\":9,\"label\":\"A\"}]}\n");
        var run = await CommandRun.Of("convert", source, _folder.File("out.conll"));
        Assert.Equal(2, run.Code);
        Assert.Contains($"span_out_of_range: {source}:2: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pain", run.Error, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("convert", "--from", "xls", "a", "b")]
    [InlineData("convert", "a.xyz", "b.jsonl")]
    [InlineData("convert", "missing.jsonl", "b.conll")]
    [InlineData("convert", "only-one")]
    [InlineData("convert", "--frm", "jsonl", "a", "b")]
    [InlineData("frobnicate")]
    [InlineData()]
    public async Task Wrong_options_and_missing_files_end_with_2(params string[] arguments)
    {
        var run = await CommandRun.Of(arguments);
        Assert.Equal(2, run.Code);
        Assert.StartsWith("clinicalnlp: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Help_is_output_and_no_error()
    {
        var run = await CommandRun.Of("convert", "--help");
        Assert.Equal(0, run.Code);
        Assert.Contains("clinicalnlp convert", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }
}
