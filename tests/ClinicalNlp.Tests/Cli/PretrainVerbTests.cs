using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Cli;

public sealed class PretrainVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Text_and_terms_become_an_encoder_that_training_starts_from()
    {
        var text = folder.Write("notes.txt", string.Concat(Enumerable.Range(0, 120).Select(Line)));
        var terms = folder.Write("drugs.jsonl", """{"name":"zolgrafin","synonyms":["perimet forte"]}""");
        var encoder = folder.File("encoder/1");
        var run = await CommandRun.Of(
            "pretrain",
            "--text",
            text,
            "--weight",
            "notes=2",
            "--terms",
            "drug=" + terms,
            "--out",
            encoder,
            "--width",
            "32",
            "--minutes",
            "0.1"
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("learning word vectors", run.Error, StringComparison.Ordinal);
        Assert.Contains("learning contexts", run.Error, StringComparison.Ordinal);
        var card = ModelBundle.Load(encoder).Card;
        Assert.Equal(("encoder", "1", "encoder"), (card.Name, card.Version, card.Kind));
        Assert.Equal(["model.onnx", "terms.bin", "vectors.bin", "words.bin"], card.Files.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith("clinicalnlp pretrain --text ", card.Training!.Command, StringComparison.Ordinal);

        var gold = folder.Write(
            "gold.jsonl",
            string.Concat(
                Enumerable
                    .Range(0, 12)
                    .Select(i =>
                        $$"""{"id":"{{i}}","text":"Zolgrafin for pain.","spans":[{"start":0,"end":9,"label":"MEDICATION"}]}""" + "\n"
                    )
            )
        );
        var model = folder.File("model");
        var trained = await CommandRun.Of("train", "entities", "--train", gold, "--encoder", encoder, "--out", model);
        Assert.True(trained.Code == 0, trained.Error);
        Assert.True(File.Exists(Path.Combine(model, "vectors.bin")));
    }

    [Fact]
    public async Task A_text_without_repeated_words_is_refused_and_nothing_is_left()
    {
        var text = folder.Write("short.txt", "Nothing here comes twice.\n");
        var run = await CommandRun.Of("pretrain", "--text", text, "--out", folder.File("encoder"));
        Assert.Equal(2, run.Code);
        Assert.Contains("too_little_data", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("encoder")));
    }

    [Fact]
    public async Task A_weight_for_no_file_is_refused()
    {
        var text = folder.Write("notes.txt", Line(1));
        var run = await CommandRun.Of("pretrain", "--text", text, "--weight", "nots=2", "--out", folder.File("encoder"));
        Assert.Equal(2, run.Code);
        Assert.Contains("nots", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("0")]
    [InlineData("1024")]
    public async Task A_width_that_the_layers_cannot_have_is_refused(string width)
    {
        var run = await CommandRun.Of(
            "pretrain",
            "--text",
            folder.Write("notes.txt", Line(1)),
            "--width",
            width,
            "--out",
            folder.File("encoder")
        );
        Assert.Equal(2, run.Code);
        Assert.Contains("--width", run.Error, StringComparison.Ordinal);
    }

    private static string Line(int number) =>
        $"The patient of bed {number % 30} took aspirin for chest pain and was given {(number % 2 == 0 ? "heparin" : "warfarin")} after the fever had gone down again in the evening of that day.\n";
}
