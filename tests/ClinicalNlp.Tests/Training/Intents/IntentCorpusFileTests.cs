using System.IO.Compression;
using System.Text;
using ClinicalNlp.Corpora;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Intents;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class IntentCorpusFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Dialogues_give_the_turns_that_have_an_intent()
    {
        string path = folder.Write(
            "d.jsonl",
            string.Join(
                '\n',
                Enumerable
                    .Range(1, 4)
                    .Select(i =>
                        $$$"""{"id":"d{{{i}}}","turns":[{"speaker":"patient","text":"hello {{{i}}}","intent":"greeting"},{"speaker":"bot","text":"Good day."}]}"""
                    )
            )
        );
        Assert.Equal(["hello 1", "hello 2", "hello 3", "hello 4"], Read().Select(utterance => utterance.Text));
        SharedSets map = SharedSets.Load(folder.Write("map.json", """{"d":{"leaveOutEvery":2}}"""));
        Assert.Equal(["hello 1", "hello 3"], Read(map).Select(utterance => utterance.Text).Order());

        IReadOnlyList<Utterance> Read(SharedSets? sets = null) => IntentCorpusFile.Read(path, "d", 1, sets).Utterances;
    }

    [Fact]
    public void A_set_is_mapped_sampled_and_weighted()
    {
        StringBuilder lines = new();
        foreach (string intent in new[] { "hi", "taxi", "pay", "oos" })
        {
            for (int i = 0; i < 10; i++)
                lines.AppendLine($$"""{"text":"{{intent}} {{i}}","intent":"{{intent}}"}""");
        }
        string path = folder.Write("set.jsonl", lines.ToString());
        SharedSets map = SharedSets.Load(
            folder.Write(
                "map.json",
                """
                {"_about": "a remark",
                 "set": {"licence": "CC0", "weight": 0.5, "mostMapped": 4, "mostOutOfScope": 3, "others": "oos",
                         "intents": {"hi": "greeting", "pay": null}}}
                """
            )
        );
        IntentCorpus corpus = IntentCorpusFile.Read(path, "set", 2, map);
        Assert.Equal(
            4,
            corpus.Utterances.Count(utterance =>
                utterance.Intent == "greeting" && utterance.Text.StartsWith("hi ", StringComparison.Ordinal)
            )
        );
        Assert.Equal(
            3,
            corpus.Utterances.Count(utterance => utterance.Intent == "oos" && utterance.Text.StartsWith("taxi ", StringComparison.Ordinal))
        );
        Assert.Equal(
            10,
            corpus.Utterances.Count(utterance => utterance.Intent == "oos" && utterance.Text.StartsWith("oos ", StringComparison.Ordinal))
        );
        Assert.Equal(17, corpus.Utterances.Count);
        Assert.Equal((1.0, "CC0"), (corpus.Weight, corpus.Licence));
        Assert.Equal(corpus.Utterances, IntentCorpusFile.Read(path, "set", 2, map).Utterances);
        // A corpus without an entry stays as it is.
        Assert.Equal(40, IntentCorpusFile.Read(path, "other", 1, map).Utterances.Count);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"set": {"intent": {}}}""")]
    [InlineData("""{"set": null}""")]
    public void A_map_that_cannot_be_read_is_refused(string json)
    {
        UnusableInputException e = Assert.Throws<UnusableInputException>(() => SharedSets.Load(folder.Write("map.json", json)));
        Assert.Equal("invalid_json", e.Code);
    }

    [Fact]
    public void The_committed_map_knows_only_our_intents()
    {
        string corpora = Path.Combine(RepositoryPaths.Root, "corpora", "care-intents");
        HashSet<string> ours = [.. UtteranceFile.Read(Path.Combine(corpora, "train.jsonl")).Select(utterance => utterance.Intent!)];
        SharedSets map = SharedSets.Load(Path.Combine(corpora, "shared-sets.json"));
        foreach (string set in new[] { "clinc150", "banking77", "hwu64_kfold1", "covid19_dialogflow" })
            Assert.All(map.Find(set)!.Intents!, intent => Assert.True(intent.Value is null || ours.Contains(intent.Value), intent.Key));
    }

    [Fact]
    public void Running_text_is_read_from_plain_zipped_and_JSON_lines()
    {
        string plain = folder.Write("a.txt", "one\n\ntwo\r\n");
        string json = folder.Write("b.jsonl", """{"text":"three"}""" + "\n" + """{"id":"d","turns":[{"speaker":"p","text":"four"}]}""");
        string zipped = folder.File("c.txt.gz");
        using (GZipStream stream = new(File.Create(zipped), CompressionMode.Compress))
            stream.Write("five\nsix"u8);
        Assert.Equal(["one", "two", "three", "four", "five", "six"], new[] { plain, json, zipped }.SelectMany(RunningText.Lines));
        string broken = folder.Write("d.jsonl", "{\"text\":\"x\"}\n{");
        UnusableInputException e = Assert.Throws<UnusableInputException>(() => RunningText.Lines(broken).Count());
        Assert.Equal(("invalid_json", 2), (e.Code, e.Line));
    }
}
