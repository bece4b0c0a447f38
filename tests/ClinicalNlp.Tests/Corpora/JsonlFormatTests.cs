using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Corpora;

public sealed class JsonlFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Offsets_are_code_points()
    {
        var document = Read(
            """{"id":"n1","text":"👨‍👩‍👧‍👦 pain\r\n😀","spans":[{"start":8,"end":12,"label":"PROBLEM","text":"pain"}]}"""
        );
        var span = Assert.Single(document.Spans);
        Assert.Equal("pain", span.Span.Of(document.Text));
        Assert.Equal(12, span.Span.Start);
    }

    [Fact]
    public void Everything_comes_back_as_it_was()
    {
        var text = $"{Unicode.Family} no {Unicode.CombiningE}dema\r\nof the {Unicode.ObjectReplacement} left and right arm";
        var at = text.IndexOf("left", StringComparison.Ordinal);
        var document = new AnnotatedDocument(
            "n/1 \"ü\"",
            text,
            [
                Corpus.Span(text, Unicode.CombiningE + "dema", "PROBLEM") with
                {
                    Concepts = ["DB:1", "2"],
                    Assertion = new SpanAssertion(true),
                    Confidence = 0.25,
                },
                new AnnotatedSpan(
                    new TextSpan(at, text.Length),
                    "ANATOMY",
                    Fragments: [new(at, at + 4), new(text.Length - 3, text.Length)]
                ),
            ],
            new JsonObject { ["specialty"] = "A&E", ["n"] = 3 }
        );
        var path = _folder.File("out.jsonl");
        new JsonlFormat().Write([document], path);
        Corpus.Same(document, Assert.Single(new JsonlFormat().Read(path)));
        Assert.Contains("ü", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_and_span_come_back() =>
        Unicode.Holds(text =>
        {
            var spans = Tokenizer.Tokenize(text).Select(token => new AnnotatedSpan(token.Span, "T")).ToArray();
            using var stream = new MemoryStream();
            JsonlFormat.Write(new AnnotatedDocument("x", text, spans), stream);
            stream.Position = 0;
            var back = Assert.Single(JsonlFormat.Read(stream, "memory"));
            return back.Text == text && back.Spans.SequenceEqual(spans);
        });

    [Fact]
    public void Byte_order_mark_blank_lines_and_a_missing_id_are_fine()
    {
        var path = _folder.Write("d.jsonl", "\uFEFF{\"text\":\"a\"}\r\n\r\n{\"text\":\"b\",\"meta\":null}");
        Assert.Equal(["1", "3"], new JsonlFormat().Read(path).Select(document => document.Id));
    }

    [Theory]
    [InlineData("invalid_json", """{"id":"n1","text":"pain" """)]
    [InlineData("invalid_json", """{"text":"pain","text":"ache"}""")]
    [InlineData("invalid_json", """["pain"]""")]
    [InlineData("unknown_field", """{"text":"pain","spams":[]}""")]
    [InlineData("unknown_field", """{"text":"pain","spans":[{"start":0,"end":4,"label":"A","lable":"B"}]}""")]
    [InlineData("unknown_field", """{"text":"pain","spans":[{"start":0,"end":4,"label":"A","assertion":{"negative":true}}]}""")]
    [InlineData("missing_field", """{"id":"n1","spans":[]}""")]
    [InlineData("missing_field", """{"text":"pain","spans":[{"start":0,"label":"A"}]}""")]
    [InlineData("missing_field", """{"text":"pain","spans":[{"start":0,"end":4}]}""")]
    [InlineData("wrong_type", """{"text":5}""")]
    [InlineData("wrong_type", """{"text":"pain","spans":{}}""")]
    [InlineData("wrong_type", """{"text":"pain","spans":[{"start":"0","end":4,"label":"A"}]}""")]
    [InlineData("wrong_type", """{"text":"pain","spans":[{"start":0.5,"end":4,"label":"A"}]}""")]
    [InlineData("wrong_type", """{"text":"pain","spans":[{"start":0,"end":4,"label":"A","confidence":2}]}""")]
    [InlineData("span_out_of_range", """{"text":"pain","spans":[{"start":0,"end":5,"label":"A"}]}""")]
    [InlineData("span_out_of_range", """{"text":"pain","spans":[{"start":-1,"end":4,"label":"A"}]}""")]
    [InlineData("span_out_of_range", """{"text":"pain","spans":[{"start":2,"end":2,"label":"A"}]}""")]
    [InlineData("span_out_of_range", """{"text":"pain and","spans":[{"start":0,"end":8,"label":"A","fragments":[[0,4],[3,8]]}]}""")]
    [InlineData("span_off_surface", """{"text":"pain","spans":[{"start":0,"end":3,"label":"A","text":"pain"}]}""")]
    [InlineData("unpaired_surrogate", """{"text":"pain \ud83d"}""")]
    [InlineData("nul_character", """{"text":"pain \u0000"}""")]
    public void Bad_lines_are_refused_with_code_file_and_line(string code, string line)
    {
        var path = _folder.Write("bad.jsonl", "{\"id\":\"good\",\"text\":\"fine\"}\n\n" + line + "\n");
        var thrown = Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path));
        Assert.Equal((code, path, 3), (thrown.Code, thrown.File, thrown.Line));
        Assert.DoesNotContain("pain", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_id_names_the_first_line()
    {
        var path = _folder.Write("d.jsonl", "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"a\",\"text\":\"y\"}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path));
        Assert.Equal(("duplicate_id", 2), (thrown.Code, thrown.Line));
        Assert.Contains("line 1", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf8_is_refused_by_line()
    {
        var path = _folder.Write("latin1.jsonl", [.. "{\"text\":\"fine\"}\n{\"text\":\"caf"u8, 0xE9, .. "\"}\n"u8]);
        var thrown = Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path));
        Assert.Equal(("invalid_utf8", 2), (thrown.Code, thrown.Line));
    }

    [Fact]
    public void Ten_megabytes_of_text_are_refused()
    {
        var path = _folder.Write("long.jsonl", $"{{\"text\":\"{new string('a', 10_000_000)}\"}}");
        Assert.Equal("text_too_long", Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path)).Code);
    }

    [Fact]
    public void Offsets_in_another_unit_are_recognised()
    {
        var path = _folder.Write("u.jsonl", """{"text":"😀 pain","spans":[{"start":3,"end":7,"label":"A","text":"pain"}]}""");
        Assert.Equal("span_out_of_range", Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path)).Code);
        _folder.Write("u.jsonl", """{"text":"😀 pain here","spans":[{"start":3,"end":7,"label":"A","text":"pain"}]}""");
        var thrown = Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(path));
        Assert.Equal("span_off_surface", thrown.Code);
        Assert.Contains(nameof(OffsetUnit.Utf16CodeUnit), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_says_so() =>
        Assert.Equal("file_missing", Assert.Throws<UnusableInputException>(() => new JsonlFormat().Read(_folder.File("none"))).Code);

    [Fact]
    public void A_write_that_fails_leaves_the_old_file()
    {
        var path = _folder.Write("out.jsonl", "old");
        Assert.Throws<IOException>(() => new JsonlFormat().Write(Failing(), path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));

        static IEnumerable<AnnotatedDocument> Failing()
        {
            yield return new AnnotatedDocument("a", "b", []);
            throw new IOException("disk full");
        }
    }

    private AnnotatedDocument Read(string line)
    {
        var path = _folder.File("one.jsonl");
        File.WriteAllText(path, line, new UTF8Encoding(false));
        return Assert.Single(new JsonlFormat().Read(path));
    }
}
