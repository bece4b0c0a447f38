using System.Text.Json.Nodes;
using ClinicalNlp.Models;

namespace ClinicalNlp.Tests.Models;

public sealed class ModelBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_loaded()
    {
        var path = Write();
        var bundle = ModelBundle.Load(path);
        Assert.Equal("toy", bundle.Card.Name);
        Assert.Equal(["A", "B"], bundle.Card.Labels);
        Assert.Equal(128, bundle.Card.Settings["width"]!.GetValue<int>());
        Assert.Equal(new CardCorpus("own", 12, "CC0"), Assert.Single(bundle.Card.Corpora));
        Assert.Equal(64, bundle.Fingerprint.Length);
        Assert.Equal("weights", File.ReadAllText(bundle.PathOf("model.onnx")));
        Assert.Empty(Directory.GetDirectories(_folder.Path, "*" + ModelBundleWriter.TemporaryMark + "*"));
    }

    [Fact]
    public void Fields_of_a_newer_version_are_tolerated()
    {
        var path = Write();
        EditCard(path, card => card["future"] = "field");
        Assert.Equal("toy", ModelBundle.Load(path).Card.Name);
    }

    [Fact]
    public void A_missing_folder() => Refused(_folder.File("nowhere"), "model_missing", null);

    [Fact]
    public void A_folder_without_card()
    {
        var path = Write();
        File.Delete(Path.Combine(path, "card.json"));
        Refused(path, "model_incomplete", "card.json");
    }

    [Fact]
    public void A_missing_file()
    {
        var path = Write();
        File.Delete(Path.Combine(path, "model.onnx"));
        Refused(path, "model_incomplete", "model.onnx");
    }

    [Fact]
    public void A_truncated_file()
    {
        var path = Write();
        File.WriteAllText(Path.Combine(path, "model.onnx"), "wei");
        Refused(path, "model_incomplete", "model.onnx");
    }

    [Fact]
    public void A_file_that_grew()
    {
        var path = Write();
        File.AppendAllText(Path.Combine(path, "model.onnx"), "more");
        Refused(path, "model_damaged", "model.onnx");
    }

    [Fact]
    public void A_flipped_byte()
    {
        var path = Write();
        File.WriteAllText(Path.Combine(path, "model.onnx"), "Weights");
        Refused(path, "model_damaged", "model.onnx");
    }

    [Fact]
    public void A_half_written_file_left_behind()
    {
        var path = Write();
        File.WriteAllText(Path.Combine(path, "model.onnx.tmp"), "wei");
        Refused(path, "model_incomplete", "model.onnx.tmp");
    }

    [Fact]
    public void A_file_that_the_card_does_not_list()
    {
        var path = Write();
        File.WriteAllText(Path.Combine(path, "extra.bin"), "x");
        Refused(path, "model_damaged", "extra.bin");
    }

    [Theory]
    [InlineData("format", "clinicalnlp-model/9", "clinicalnlp-model/1")]
    [InlineData("format", null, "clinicalnlp-model/1")]
    [InlineData("kind", "vision", "entities")]
    public void A_foreign_format_or_kind_says_what_is_supported(string field, string? value, string supported)
    {
        var path = Write();
        EditCard(path, card => card[field] = value);
        Assert.Contains(supported, Refused(path, "model_foreign", "card.json").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("version")]
    [InlineData("labels")]
    [InlineData("kind")]
    [InlineData("created")]
    public void A_missing_field_is_named(string field)
    {
        var path = Write();
        EditCard(path, card => card.Remove(field));
        Assert.Contains(field, Refused(path, "model_damaged", "card.json").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_cut_short()
    {
        var path = Write();
        var card = Path.Combine(path, "card.json");
        File.WriteAllText(card, File.ReadAllText(card)[..40]);
        Refused(path, "model_damaged", "card.json");
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_file_name_that_leaves_the_folder(string name)
    {
        var path = Write();
        EditCard(path, card => card["files"]!.AsObject()[name] = new JsonObject { ["sha256"] = "00", ["bytes"] = 1 });
        Refused(path, "model_damaged", "card.json");
    }

    [Fact]
    public void A_writer_that_fails_leaves_nothing()
    {
        var path = _folder.File("m");
        Assert.Throws<IOException>(() => ModelBundleWriter.Write(Card(), path, _ => throw new IOException("disk full")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_model_is_never_overwritten()
    {
        var path = Write();
        var before = ModelBundle.Load(path).Fingerprint;
        Assert.Equal("output_exists", Assert.Throws<UnusableInputException>(() => Write()).Code);
        Assert.Equal(before, ModelBundle.Load(path).Fingerprint);
    }

    [Fact]
    public void A_file_that_this_kind_needs_but_the_card_lacks_is_foreign() =>
        Assert.Equal("model_foreign", Assert.Throws<ModelBundleException>(() => ModelBundle.Load(Write()).PathOf("vocabulary.bin")).Code);

    private string Write()
    {
        var path = _folder.File("toy/1");
        ModelBundleWriter.Write(Card(), path, temporary => File.WriteAllText(Path.Combine(temporary, "model.onnx"), "weights"));
        return path;
    }

    private static ModelCard Card() =>
        new()
        {
            Kind = ModelCard.EntitiesKind,
            Name = "toy",
            Version = "1",
            Created = DateTimeOffset.UnixEpoch,
            Labels = ["A", "B"],
            Settings = new JsonObject { ["width"] = 128 },
            Corpora = [new CardCorpus("own", 12, "CC0")],
            Scores = [new CardScore("own", "dev", "f1", 0.5, new Dictionary<string, double>(StringComparer.Ordinal) { ["A"] = 0.5 })],
            Training = new CardTraining(1, 2.5, 2, "clinicalnlp train entities"),
        };

    private static void EditCard(string path, Action<JsonObject> edit)
    {
        var file = Path.Combine(path, "card.json");
        var card = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        edit(card);
        File.WriteAllText(file, card.ToJsonString());
    }

    private static ModelBundleException Refused(string path, string code, string? file)
    {
        var thrown = Assert.Throws<ModelBundleException>(() => ModelBundle.Load(path));
        Assert.Equal((code, file), (thrown.Code, thrown.BundleFile));
        Assert.Contains(path, thrown.Message, StringComparison.Ordinal);
        return thrown;
    }
}
