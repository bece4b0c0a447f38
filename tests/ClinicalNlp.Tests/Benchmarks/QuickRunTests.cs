using ClinicalNlp.Benchmarks;

namespace ClinicalNlp.Tests.Benchmarks;

/// <summary>The parts of <c>./bench.sh --quick</c> on a handful of our own documents, without the public corpora.</summary>
public sealed class QuickRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();

    public QuickRunTests()
    {
        Own("clinical-notes/train.jsonl", every: 1, count: 3);
        Own("clinical-notes/heldout.jsonl", every: 1, count: 2);
        Own("care-intents/train.jsonl", every: 12, count: 400);
        Own("care-intents/heldout.jsonl", every: 12, count: 400);
        Own("care-dialogues/heldout-dialogues.jsonl", every: 3, count: 25);
        _folder.Write("BENCHMARKS.md", File.ReadAllText(Path.Combine(RepositoryPaths.Root, "BENCHMARKS.md")));
        Directory.CreateSymbolicLink(_folder.File("models"), Path.Combine(RepositoryPaths.Root, "models"));
    }

    private BenchOptions Options =>
        new(_folder.Path, null, _folder.File("work"), _folder.File("results.json"), [1], Quick: true, Again: false, Report: null);

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Models_are_trained_scored_and_reported()
    {
        Assert.True(BenchVerbs.Run("entities", Options, _output, TimeProvider.System) == 0, _output.ToString());
        Assert.True(BenchVerbs.Run("intents", Options, _output, TimeProvider.System) == 0, _output.ToString());
        var units = BenchResults.Load(Options.Results).Units;
        Assert.Equal(
            [
                "entities-shipped/clinical-notes",
                "entities/clinical-notes/seed 1",
                "intents-shipped/care-dialogues, heldout-dialogues",
                "intents-shipped/care-intents, heldout",
                "intents/care-intents/seed 1",
            ],
            units.Keys
        );
        var shipped = Assert.Single(units["entities-shipped/clinical-notes"].Results);
        Assert.InRange(shipped.Measures["f1"], 0.4, 1);
        Assert.InRange(shipped.Measures["calibrationError"], 0, 0.5);
        var trained = Assert.Single(units["entities/clinical-notes/seed 1"].Results);
        Assert.InRange(trained.Measures["trainSeconds"], 0.1, 600);
        Assert.Equal(2, trained.Measures["documents"]);
        Assert.InRange(Assert.Single(units["intents-shipped/care-intents, heldout"].Results).Measures["accuracy"], 0.4, 1);

        var dialogues = Assert.Single(units["intents-shipped/care-dialogues, heldout-dialogues"].Results);
        Assert.InRange(dialogues.Measures["accuracy"], 0.15, 1); // a few hundred lines teach little of turns

        // Nothing has changed: nothing is measured again.
        var measured = units.Values.Select(unit => unit.Measured).ToList();
        Assert.Equal(0, BenchVerbs.Run("entities", Options, _output, TimeProvider.System));
        Assert.Equal(measured, BenchResults.Load(Options.Results).Units.Values.Select(unit => unit.Measured));

        Assert.Equal(0, BenchVerbs.Run("report", Options, _output, TimeProvider.System));
        var report = File.ReadAllText(_folder.File("work/quick.md"));
        Assert.Contains("| clinical-notes | 1 | ", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_of_a_card_that_are_not_those_of_its_corpus_fail()
    {
        // A twelfth of the held-out utterances has other scores than all of them.
        Assert.Equal(1, BenchVerbs.Run("models", Options, _output, TimeProvider.System));
        Assert.Contains("care-intents, dev, accuracy is ", _output.ToString(), StringComparison.Ordinal);
        File.Copy(
            Path.Combine(RepositoryPaths.Root, "corpora", "care-intents", "heldout.jsonl"),
            _folder.File("corpora/care-intents/heldout.jsonl"),
            overwrite: true
        );
        var intents = ModelsVerb.Units(Options).Single(unit => unit.Key == "models/care-intents");
        Assert.Equal(0, new BenchRun(Options with { Again = true }, _output, TimeProvider.System).Run([intents]));
        Assert.All(BenchResults.Load(Options.Results).Units["models/care-intents"].Results, score => Assert.True(ModelsVerb.Agrees(score)));
    }

    private void Own(string file, int every, int count) =>
        _folder.Write(
            $"corpora/{file}",
            string.Concat(
                File.ReadLines(Path.Combine(RepositoryPaths.Root, "corpora", file))
                    .Where((_, i) => i % every == 0)
                    .Take(count)
                    .Select(line => line + "\n")
            )
        );
}
