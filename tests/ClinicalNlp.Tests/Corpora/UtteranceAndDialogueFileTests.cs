using System.Text.Json.Nodes;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Corpora;

public sealed class UtteranceAndDialogueFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Utterances_come_back_as_they_were()
    {
        Utterance[] utterances = [new("can't come 😀", "cancel_appointment"), new("hm\r\n\"", null)];
        UtteranceFile.Write(utterances, _folder.File("u.jsonl"));
        Assert.Equal(utterances, UtteranceFile.Read(_folder.File("u.jsonl")));
    }

    [Fact]
    public void Exporters_own_fields_are_skipped() =>
        Assert.Equal(
            [new Utterance("hi", "greeting")],
            UtteranceFile.Read(_folder.Write("u.jsonl", """{"text":"hi","intent":"greeting","domain":"small talk","n":1}"""))
        );

    [Theory]
    [InlineData("missing_field", """{"intent":"greeting"}""")]
    [InlineData("missing_field", """{"text":"hi"}""")]
    [InlineData("missing_field", """{"text":"hi","intent":""}""")]
    [InlineData("wrong_type", """{"text":"hi","intent":3}""")]
    [InlineData("empty_text", """{"text":" ","intent":"greeting"}""")]
    [InlineData("invalid_json", """{"text":"hi" """)]
    public void Bad_utterances_are_refused_with_code_file_and_line(string code, string line)
    {
        var path = _folder.Write("u.jsonl", $"{{\"text\":\"a\",\"intent\":\"b\"}}\n{line}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => UtteranceFile.Read(path, needIntents: true));
        Assert.Equal((code, path, 2), (thrown.Code, thrown.File, thrown.Line));
    }

    [Fact]
    public void Dialogues_come_back_as_they_were()
    {
        var dialogue = new Dialogue(
            "d1",
            [new Turn("bot", "How can I help?"), new Turn("patient", "refill pls 💊", "refill")],
            new JsonObject { ["group"] = "pt-020" }
        );
        DialogueFile.Write([dialogue], _folder.File("d.jsonl"));
        var back = Assert.Single(DialogueFile.Read(_folder.File("d.jsonl")));
        Assert.Equal(dialogue.Id, back.Id);
        Assert.Equal(dialogue.Turns, back.Turns);
        Assert.Equal("pt-020", (string?)back.Meta?["group"]);
    }

    [Theory]
    [InlineData("no_turns", """{"id":"d2"}""")]
    [InlineData("no_turns", """{"id":"d2","turns":[]}""")]
    [InlineData("duplicate_id", """{"id":"d1","turns":[{"speaker":"a","text":"b"}]}""")]
    [InlineData("missing_field", """{"id":"d2","turns":[{"text":"b"}]}""")]
    [InlineData("nul_character", """{"id":"d2","turns":[{"speaker":"a","text":"b\u0000"}]}""")]
    [InlineData("wrong_type", """{"id":"d2","turns":["a"]}""")]
    [InlineData("wrong_type", """{"id":"d2","turns":[{"speaker":"a","text":"b"}],"meta":"m"}""")]
    public void Bad_transcripts_are_refused_with_code_file_and_line(string code, string line)
    {
        var path = _folder.Write("d.jsonl", $"{{\"id\":\"d1\",\"turns\":[{{\"speaker\":\"a\",\"text\":\"b\"}}]}}\n{line}\n");
        var thrown = Assert.Throws<UnusableInputException>(() => DialogueFile.Read(path));
        Assert.Equal((code, path, 2), (thrown.Code, thrown.File, thrown.Line));
    }

    [Fact]
    public void All_shared_files_are_read()
    {
        var corpora = RepositoryPaths.SharedOrSkip("corpora");
        Assert.All(
            Directory.GetFiles(Path.Combine(corpora, "dialogues"), "*.jsonl", SearchOption.AllDirectories),
            file => Assert.NotEmpty(DialogueFile.Read(file))
        );
        Assert.All(
            Directory.GetFiles(Path.Combine(corpora, "intents"), "*.jsonl", SearchOption.AllDirectories),
            file => Assert.NotEmpty(UtteranceFile.Read(file, needIntents: true))
        );
    }
}
