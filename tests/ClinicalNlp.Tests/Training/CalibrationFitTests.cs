using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Training;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Tests.Training;

public sealed class CalibrationFitTests
{
    /// <summary>A model that is too sure of TEST, about right of PROBLEM, and right more often of what a dictionary has.</summary>
    private static List<CalibrationSample> Samples(int count, int seed, int corpus = 0)
    {
        Random random = new(seed);
        List<CalibrationSample> samples = [];
        for (int i = 0; i < count; i++)
        {
            string label = i % 2 == 0 ? "TEST" : "PROBLEM";
            double odds = (random.NextDouble() * 6) - 2;
            MentionEvidence evidence = new(0, 0, random.Next(2) == 0);
            double truth = (label == "TEST" ? (0.5 * odds) - 0.5 : odds) + (evidence.IsTerm ? 1 : 0);
            bool right = random.NextDouble() < ConfidenceCalibration.Probability(truth);
            samples.Add(new CalibrationSample(corpus, i / 10, label, ConfidenceCalibration.Probability(odds), evidence, right));
        }
        return samples;
    }

    [Fact]
    public void The_lines_that_made_the_samples_are_found()
    {
        ConfidenceCalibration fitted = CalibrationFit.Fit(Samples(40_000, 1), null);
        Assert.InRange(fitted.Labels["TEST"].Slope, 0.45, 0.55);
        Assert.InRange(fitted.Labels["TEST"].Offset, -0.6, -0.4);
        Assert.InRange(fitted.Labels["PROBLEM"].Slope, 0.9, 1.1);
        Assert.InRange(fitted.Term, 0.9, 1.1);
        Assert.InRange(fitted.Repeats, -0.05, 0.05);
    }

    [Fact]
    public void Documents_that_the_fit_has_not_seen_are_calibrated_too()
    {
        List<CalibrationSample> samples = Samples(6_000, 2);
        double before = CalibrationFit.Error(samples, [.. samples.Select(sample => sample.Confidence)], 0);
        double heldOut = CalibrationFit.Error(samples, CalibrationFit.HeldOut(samples, null), 0);
        Assert.True(before > 0.05, $"before {before}");
        Assert.True(heldOut < 0.03, $"held out {heldOut}");
    }

    [Fact]
    public void Few_mentions_leave_the_lines_near_where_they_start()
    {
        ConfidenceCalibration start = new() { Other = new CalibrationLine(-1, 0.5), Term = 2 };
        ConfidenceCalibration fitted = CalibrationFit.Fit(Samples(4, 3), start);
        Assert.InRange(fitted.Labels["TEST"].Offset, -1.1, -0.9);
        Assert.InRange(fitted.Labels["TEST"].Slope, 0.4, 0.6);
        Assert.InRange(fitted.Term, 1.9, 2.1);
    }

    [Fact]
    public void Labels_of_the_start_that_have_no_mention_keep_their_lines()
    {
        ConfidenceCalibration start = new()
        {
            Labels = new Dictionary<string, CalibrationLine>(StringComparer.Ordinal) { ["ROUTE"] = new(0.7, 1.3) },
        };
        ConfidenceCalibration fitted = CalibrationFit.Fit(Samples(2_000, 4), start);
        Assert.InRange(fitted.Labels["ROUTE"].Offset - fitted.Other.Offset, 0.69, 0.71);
        Assert.InRange(fitted.Labels["ROUTE"].Slope - fitted.Other.Slope, 0.29, 0.31);
    }

    [Fact]
    public void Confidences_that_run_against_the_truth_are_flattened_but_never_turned_round()
    {
        Random random = new(5);
        List<CalibrationSample> samples =
        [
            .. Enumerable
                .Range(0, 3_000)
                .Select(i =>
                {
                    double confidence = random.NextDouble();
                    return new CalibrationSample(0, i, "TEST", confidence, default, random.NextDouble() > confidence);
                }),
        ];
        Assert.True(CalibrationFit.Fit(samples, null).Labels["TEST"].Slope > 0);
    }

    [Fact]
    public void A_small_corpus_counts_beside_a_large_one()
    {
        List<CalibrationSample> large = [.. Samples(8_000, 6).Select(sample => sample with { Right = sample.Confidence > 0.2 })];
        List<CalibrationSample> small = Samples(800, 7, corpus: 1);
        ConfidenceCalibration both = CalibrationFit.Fit([.. large, .. small], null);
        ConfidenceCalibration drowned = CalibrationFit.Fit([.. large, .. small.Select(sample => sample with { Corpus = 0 })], null);
        Assert.True(Error(both) < Error(drowned));

        double Error(ConfidenceCalibration fitted) =>
            CalibrationFit.Error(
                small,
                [.. small.Select(sample => fitted.Apply(sample.Label, sample.Confidence, sample.Evidence))],
                corpus: 1
            );
    }

    [Fact]
    public void A_recipe_with_enough_dev_mentions_writes_a_calibration_and_the_next_one_starts_from_it()
    {
        using ScratchFolder folder = new();
        EntityCorpus train = PillBox.Corpus(60, 1);
        PillBox.Train(folder["base"], [train], [PillBox.Corpus(300, 2)]);
        EntitySettings settings = EntitySettings.FromJson(ModelBundle.Load(folder["base"]).Card.Settings);
        Assert.Equal(["pill box"], settings.Calibration!.On);
        Assert.Equal(["DOSAGE", "MEDICATION", "PROBLEM"], settings.Calibration.Labels.Keys);

        PillBox.Train(folder["tuned"], [train], [PillBox.Corpus(5, 3)], folder["base"]);
        EntitySettings tuned = EntitySettings.FromJson(ModelBundle.Load(folder["tuned"]).Card.Settings);
        Assert.Equal(settings.Temperature, tuned.Temperature);
        Assert.Equal(settings.Calibration.Labels, tuned.Calibration!.Labels);
    }

    [Fact]
    public void Calibrating_a_model_changes_its_card_alone()
    {
        using ScratchFolder folder = new();
        PillBox.Train(folder["m"], [PillBox.Corpus(60, 1)]);
        IReadOnlyList<CalibratedCorpus> corpora = CalibrationRecipe.Run(
            folder["m"],
            [(PillBox.Corpus(150, 2), null), (PillBox.Corpus(150, 3), folder["m"])],
            folder["out"]
        );
        Assert.Equal(2, corpora.Count);
        Assert.All(corpora, corpus => Assert.InRange(corpus.ErrorHeldOut, 0, 0.1));
        Assert.All(corpora, corpus => Assert.InRange(corpus.F1, corpus.PathF1 - 0.02, 1));
        ModelCard before = ModelBundle.Load(folder["m"]).Card;
        ModelCard after = ModelBundle.Load(folder["out"]).Card;
        Assert.Equal(before.Files, after.Files);
        EntitySettings settings = EntitySettings.FromJson(after.Settings);
        Assert.NotNull(settings.Calibration);
        Assert.Equal(corpora.Average(corpus => corpus.PathF1) / 2, settings.Threshold, 0.0006);
        Assert.Equal(0, EntitySettings.FromJson(before.Settings).Threshold);
        Assert.Equal(before.Settings["training"]!.ToJsonString(), after.Settings["training"]!.ToJsonString());
    }

    [Fact]
    public void Two_files_of_one_corpus_are_refused()
    {
        using ScratchFolder folder = new();
        PillBox.Train(folder["m"], [PillBox.Corpus(20, 1)]);
        UnusableInputException refused = Assert.Throws<UnusableInputException>(() =>
            CalibrationRecipe.Run(folder["m"], [(PillBox.Corpus(5, 2), null), (PillBox.Corpus(5, 3), null)], folder["out"])
        );
        Assert.Equal("duplicate_corpus", refused.Code);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void A_model_in_floats_comes_out_in_bytes_with_the_same_weights()
    {
        using ScratchFolder folder = new();
        PillBox.Train(folder["m"], [PillBox.Corpus(60, 1)]);
        EntityBase trained = EntityBase.Load(folder["m"]);
        EntityNetwork network = new(trained.Labels, trained.Settings, trained.Resources, seed: 0);
        network.CopyFrom(trained);
        ModelBundleWriter.Write(ModelBundle.Load(folder["m"]).Card, folder["floats"], network.ToParts().Save);
        EntityBase floats = EntityBase.Load(folder["floats"]);
        Assert.False(floats.RunsInBytes);

        CalibratedCorpus corpus = Assert.Single(CalibrationRecipe.Run(folder["floats"], [(PillBox.Corpus(150, 2), null)], folder["out"]));
        Assert.InRange(corpus.F1, 0.9, 1);
        EntityBase bytes = EntityBase.Load(folder["out"]);
        Assert.True(bytes.RunsInBytes);
        foreach (
            (string name, OnnxTensor tensor) in floats.Weights.Where(weight => weight.Key.EndsWith(".weight", StringComparison.Ordinal))
        )
            Assert.Equal(tensor.Raw, bytes.Weights[name].Raw);
    }

    [Fact]
    public void A_card_is_scored_again_by_its_threshold_and_a_model_trained_from_it_keeps_that()
    {
        using ScratchFolder folder = new();
        EntityCorpus dev = PillBox.Corpus(150, 2);
        PillBox.Train(folder["m"], [PillBox.Corpus(20, 1)], [dev]);
        CalibratedCorpus corpus = Assert.Single(CalibrationRecipe.Run(folder["m"], [(dev, null)], folder["out"]));
        ModelCard card = ModelBundle.Load(folder["out"]).Card;
        Assert.Equal(corpus.F1, Assert.Single(card.Scores).Overall, 1e-4);

        PillBox.Train(folder["tuned"], [PillBox.Corpus(20, 1)], [PillBox.Corpus(5, 3)], folder["out"]);
        double threshold = EntitySettings.FromJson(card.Settings).Threshold;
        Assert.True(threshold > 0);
        Assert.Equal(threshold, EntitySettings.FromJson(ModelBundle.Load(folder["tuned"]).Card.Settings).Threshold);
        using EntityRecognizer tuned = EntityRecognizer.Load(ModelBundle.Load(folder["tuned"]));
        Assert.All(
            tuned.Recognize([.. dev.Documents.Select(document => document.Text)]).SelectMany(mentions => mentions),
            mention => Assert.True(mention.Confidence > threshold)
        );

        EntityCorpus other = PillBox.Corpus(20, 1);
        AnnotatedDocument[] renamed =
        [
            .. other.Documents.Select(document =>
                document with
                {
                    Spans = [.. document.Spans.Select(span => span with { Label = "NEW" })],
                }
            ),
        ];
        PillBox.Train(folder["wider"], [other with { Documents = renamed }], [], folder["out"]);
        Assert.Equal(0, EntitySettings.FromJson(ModelBundle.Load(folder["wider"]).Card.Settings).Threshold);
    }

    [Fact]
    public void Only_mentions_above_a_threshold_count_in_the_error()
    {
        CalibrationSample[] samples =
        [
            new(0, 0, "TEST", 0.9, default, true),
            new(0, 1, "TEST", 0.3, default, true),
            new(1, 2, "TEST", 0.9, default, false),
        ];
        double[] confidences = [0.9, 0.3, 0.9];
        Assert.Equal(0.1, CalibrationFit.Error(samples, confidences, 0, 0.3), 9);
        Assert.Equal((0.1 + 0.7) / 2, CalibrationFit.Error(samples, confidences, 0), 9);
    }

    [Fact]
    public void Too_few_mentions_are_refused()
    {
        using ScratchFolder folder = new();
        PillBox.Train(folder["m"], [PillBox.Corpus(60, 1)]);
        var e = Assert.Throws<UnusableInputException>(() =>
            CalibrationRecipe.Run(folder["m"], [(PillBox.Corpus(3, 2), null)], folder["out"])
        );
        Assert.Equal("too_little_data", e.Code);
        Assert.False(Directory.Exists(folder["out"]));
    }
}
