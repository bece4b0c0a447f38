using ClinicalNlp.Cli;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using ClinicalNlp.Training;

namespace ClinicalNlp.Tests.Cli;

public sealed class OptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_are_renamed_or_left_out()
    {
        var renames = LabelRenames.Of(["DISEASE=PROBLEM", "SPECIES="]);
        AnnotatedSpan[] spans = [Span("DISEASE"), Span("SPECIES"), Span("DRUG")];
        Assert.Equal(["PROBLEM", "DRUG"], LabelRenames.Apply(renames, spans).Select(span => span.Label));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("=B")]
    public void A_rename_that_is_none_is_refused(string given) =>
        Assert.Equal("invalid_option", Assert.Throws<UnusableInputException>(() => LabelRenames.Of([given])).Code);

    [Theory]
    [InlineData("9", "10")]
    [InlineData("1", "2")]
    [InlineData("1.9", "1.10")]
    [InlineData("1", "1.1")]
    [InlineData("2026-09", "2026-11")]
    public void Versions_are_ordered_by_their_numbers(string older, string newer)
    {
        Assert.True(DefaultModels.CompareVersions(older, newer) < 0);
        Assert.True(DefaultModels.CompareVersions(newer, older) > 0);
        Assert.Equal(0, DefaultModels.CompareVersions(newer, newer));
    }

    [Theory]
    [InlineData("corpora/bc5cdr/train.jsonl", "bc5cdr")]
    [InlineData("corpora/bc5cdr/dev.jsonl", "bc5cdr")]
    [InlineData("notes/ward3.jsonl", "ward3")]
    [InlineData("notes/brat/", "brat")]
    public void A_corpus_is_named_after_its_folder_or_file(string path, string name) => Assert.Equal(name, TrainingFiles.NameOf(path));

    [Fact]
    public void The_label_map_renames_covers_and_cites()
    {
        var map = _folder.Write(
            "corpora.json",
            """{"_about":"x","bc5cdr":{"licence":"public domain","labels":{"DISEASE":"PROBLEM"},"covers":["PROBLEM"],"narrow":{}}}"""
        );
        var train = _folder.Write(
            "bc5cdr/train.jsonl",
            """{"id":"1","text":"flu 😀 aspirin","spans":[{"start":0,"end":3,"label":"DISEASE"},{"start":6,"end":13,"label":"CHEMICAL"}]}"""
        );
        var corpus = Files(CanonicalLabels.Load(map)).Entities(train);
        var span = Assert.Single(Assert.Single(corpus.Documents).Spans);
        Assert.Equal(("flu", "PROBLEM"), (span.Span.Of(corpus.Documents[0].Text), span.Label));
        Assert.Equal(["PROBLEM"], corpus.Covers!);
        Assert.Equal(("bc5cdr", "public domain", 1d), (corpus.Name, corpus.Licence, corpus.Weight));
        Assert.Equal(64, corpus.Sha256!.Length);
    }

    [Fact]
    public void Without_a_map_a_file_keeps_its_labels_and_covers_them_all()
    {
        var train = _folder.Write("x/train.jsonl", """{"id":"1","text":"flu","spans":[{"start":0,"end":3,"label":"DISEASE"}]}""");
        var corpus = Files(null).Entities(train);
        Assert.Null(corpus.Covers);
        Assert.Equal("DISEASE", corpus.Documents[0].Spans[0].Label);
    }

    [Theory]
    [InlineData("""{"bc5cdr":{"labels":{}}}""", "missing_field")]
    [InlineData("""{"bc5cdr":5}""", "invalid_json")]
    [InlineData("""[""", "invalid_json")]
    public void A_broken_label_map_is_refused(string json, string code) =>
        Assert.Equal(code, Assert.Throws<UnusableInputException>(() => CanonicalLabels.Load(_folder.Write("m.json", json))).Code);

    [Fact]
    public void Coverage_is_taken_by_file_or_by_name()
    {
        var covers = TrainingFiles.Parse<IReadOnlySet<string>>("--covers", ["a=b.jsonl=A,B", "x=C"], value => value.Split(',').ToHashSet());
        Assert.Equal(["A", "B"], covers["a=b.jsonl"].Order());
        Assert.Equal(["C"], covers["x"]);
    }

    [Fact]
    public void Progress_says_phase_rate_and_time_left() =>
        Assert.Equal(
            "training  1,200/48,000 tokens  15,300/s  2:05 left  epoch 2  loss 0.1235  dev 81.50",
            ProgressLine.Describe(
                new TrainingProgress("training", 1200, 48000, "tokens", 15300.4, TimeSpan.FromSeconds(125), 2, 0.12345, 0.815)
            )
        );

    private static TrainingFiles Files(CanonicalLabels? canonical) =>
        new(
            canonical,
            new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal),
            new Dictionary<string, double>(StringComparer.Ordinal),
            TextWriter.Null
        );

    private static AnnotatedSpan Span(string label) => new(new TextSpan(0, 1), label);
}
