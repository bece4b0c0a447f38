using ClinicalNlp.Entities;
using ClinicalNlp.Models;
using ClinicalNlp.Terms;
using ClinicalNlp.Tests.Terms;
using ClinicalNlp.Tests.Training;
using ClinicalNlp.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Entities;

public sealed class ConfidenceCalibrationTests
{
    private static readonly ConfidenceCalibration Example = new()
    {
        Other = new CalibrationLine(-0.2, 0.8),
        Labels = new Dictionary<string, CalibrationLine>(StringComparer.Ordinal) { ["TEST"] = new(-0.5, 0.4) },
        Length = 0.1,
        Repeats = 0.5,
        Term = 0.6,
        On = ["notes"],
    };

    [Fact]
    public void Confidences_stay_between_0_and_1_and_keep_their_order()
    {
        var cases =
            from confidences in Gen.Choose(0, 10_000).Two()
            from label in Gen.Elements("TEST", "PROBLEM")
            from evidence in Gen.Elements(new MentionEvidence(0, 0, false), new MentionEvidence(1.4, 1.9, true))
            select (
                Low: Math.Min(confidences.Item1, confidences.Item2),
                High: Math.Max(confidences.Item1, confidences.Item2),
                label,
                evidence
            );
        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    double low = Example.Apply(one.label, one.Low / 10_000.0, one.evidence);
                    double high = Example.Apply(one.label, one.High / 10_000.0, one.evidence);
                    Assert.InRange(low, 0, high);
                    Assert.InRange(high, low, 1);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Without_lines_of_its_own_a_confidence_stays_as_it_is()
    {
        Assert.Equal(0.37, new ConfidenceCalibration().Apply("PROBLEM", 0.37, new MentionEvidence(1, 1, true)), 10);
    }

    [Fact]
    public void Repeats_and_terms_speak_for_a_mention()
    {
        double plain = Example.Apply("PROBLEM", 0.5, default);
        Assert.True(Example.Apply("PROBLEM", 0.5, new MentionEvidence(0, Math.Log(3), false)) > plain);
        Assert.True(Example.Apply("PROBLEM", 0.5, new MentionEvidence(0, 0, true)) > plain);
    }

    [Fact]
    public void Settings_bring_it_back_from_a_card()
    {
        EntitySettings read = EntitySettings.FromJson(new EntitySettings { Calibration = Example }.ToJson());
        Assert.Null(read.Unsupported);
        MentionEvidence evidence = new(0.7, 0.7, true);
        foreach (string label in (string[])["TEST", "PROBLEM"])
            Assert.Equal(Example.Apply(label, 0.3, evidence), read.Calibration!.Apply(label, 0.3, evidence));
        Assert.Equal(Example.On, read.Calibration!.On);
        Assert.False(new EntitySettings().ToJson().ContainsKey("calibration"));
        Assert.Null(EntitySettings.FromJson(new EntitySettings().ToJson()).Calibration);
    }

    [Fact]
    public void A_mention_is_known_by_its_words_and_what_else_the_document_says()
    {
        const string Text = "Heart failure 😀; aspirin, aspirin. ASPIRIN for heart failure?";
        MentionEvidence[] evidence = MentionEvidence.Of(
            Text,
            [
                Of("Heart failure", "PROBLEM"),
                Of("aspirin", "MEDICATION"),
                Of("aspirin.", "MEDICATION"),
                Of("aspirin", "MEDICATION"),
                Of("aspirin", "PROBLEM"),
                Of("ASPIRIN", "MEDICATION"),
            ],
            TermMatcherTests.Build(("drug", "aspirin"))
        );
        Assert.Equal(new MentionEvidence(Math.Log(2), 0, false), evidence[0]);
        Assert.Equal(new MentionEvidence(0, Math.Log(2), true), evidence[1]);
        Assert.Equal(new MentionEvidence(Math.Log(2), 0, false), evidence[2]);
        Assert.Equal(evidence[1], evidence[3]);
        Assert.Equal(new MentionEvidence(0, 0, true), evidence[4]);
        Assert.Equal(new MentionEvidence(0, 0, true), evidence[5]);

        static Mention Of(string surface, string label)
        {
            int at = Text.IndexOf(surface, StringComparison.Ordinal);
            return new Mention(new TextSpan(at, at + surface.Length), label, 0.5);
        }
    }

    [Fact]
    public void Many_repeats_say_no_more_than_seven()
    {
        string text = string.Concat(Enumerable.Repeat("aspirin ", 50));
        Mention[] mentions = [.. Enumerable.Range(0, 50).Select(i => new Mention(new TextSpan(8 * i, (8 * i) + 7), "MEDICATION", 0.5))];
        Assert.All(MentionEvidence.Of(text, mentions, null), one => Assert.Equal(Math.Log(7), one.LogRepeats));
    }

    [Theory]
    [InlineData("heart failures", true)]
    [InlineData("non-small cell", true)]
    [InlineData("non small cell", true)]
    [InlineData("ALS", true)]
    [InlineData("als", false)]
    [InlineData("heart", false)]
    [InlineData("acute heart failure", false)]
    [InlineData("heart failure heart failure heart failure heart failure heart", false)]
    [InlineData("-", false)]
    [InlineData("", false)]
    public void A_term_is_one_as_a_whole(string surface, bool expected)
    {
        TermDictionary terms = TermMatcherTests.Build(("disease", "heart failure"), ("disease", "non-small cell"), ("disease", "ALS"));
        Assert.Equal(expected, TermMatcher.IsTerm(surface, Tokenizer.Tokenize(surface), terms));
    }
}

public sealed class CalibratedModelTests(TrainedPillBox pillBox) : IClassFixture<TrainedPillBox>
{
    private static readonly string[] Texts = [.. PillBox.Corpus(60, 5).Documents.Select(document => document.Text)];

    [Fact]
    public void A_calibrated_card_moves_confidences_and_nothing_else()
    {
        using ScratchFolder folder = new();
        ConfidenceCalibration half = new() { Other = new CalibrationLine(0, 0.5) };
        using EntityRecognizer plain = EntityRecognizer.Load(pillBox.Bundle);
        using EntityRecognizer calibrated = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["m"], half)));
        string text = string.Join("\n", Texts);
        foreach (string one in (string[])[.. Texts, text])
        {
            IReadOnlyList<Mention> before = plain.Recognize(one);
            IReadOnlyList<Mention> after = calibrated.Recognize(one);
            Assert.Equal(before.Select(mention => (mention.Span, mention.Label)), after.Select(mention => (mention.Span, mention.Label)));
            Assert.Equal(
                before.Select(mention => half.Apply(mention.Label, mention.Confidence, default)),
                after.Select(mention => mention.Confidence)
            );
        }
    }

    [Fact]
    public void A_format_of_tomorrow_is_refused_by_name()
    {
        using ScratchFolder folder = new();
        string directory = Copy(folder["m"], new ConfidenceCalibration { Format = 2 });
        ModelBundleException e = Assert.Throws<ModelBundleException>(() => EntityRecognizer.Load(ModelBundle.Load(directory)));
        Assert.Equal(ModelBundleException.Foreign, e.Code);
        Assert.Contains("format 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_answers_what_is_more_probable_and_nothing_else()
    {
        using ScratchFolder folder = new();
        using EntityRecognizer strict = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["s"], null, threshold: 0.9)));
        using EntityRecognizer half = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["h"], null, threshold: 0.5)));
        foreach (string text in Texts)
        {
            IReadOnlyList<Mention> above = strict.Recognize(text);
            IReadOnlyList<Mention> more = half.Recognize(text);
            Assert.All(above, mention => Assert.True(mention.Confidence > 0.9));
            Assert.All(more, mention => Assert.True(mention.Confidence > 0.5));
            Assert.Equal(more.Where(mention => mention.Confidence > 0.9), above);
        }
        int gold = PillBox.Corpus(60, 5).Documents.Sum(document => document.Spans.Count);
        Assert.InRange(half.Recognize(Texts).Sum(mentions => mentions.Count), gold * 0.95, gold * 1.05);
    }

    [Fact]
    public void A_threshold_is_held_against_calibrated_confidences()
    {
        const double Threshold = 0.5;
        using ScratchFolder folder = new();
        ConfidenceCalibration doubtful = new()
        {
            Labels = new Dictionary<string, CalibrationLine>(StringComparer.Ordinal) { ["DOSAGE"] = new(-20, 1) },
        };
        using EntityRecognizer plain = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["p"], null, Threshold)));
        using EntityRecognizer none = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["d"], doubtful, Threshold)));
        ConfidenceCalibration surer = new() { Other = new CalibrationLine(0.7, 1) };
        using EntityRecognizer more = EntityRecognizer.Load(ModelBundle.Load(Copy(folder["s"], surer, Threshold)));
        Mention[] all = [.. plain.Recognize(Texts).SelectMany(mentions => mentions)];
        Mention[] without = [.. none.Recognize(Texts).SelectMany(mentions => mentions)];
        Mention[] lifted = [.. more.Recognize(Texts).SelectMany(mentions => mentions)];
        Assert.Contains(all, mention => mention.Label == "DOSAGE");
        Assert.DoesNotContain(without, mention => mention.Label == "DOSAGE");
        Assert.Equal(
            all.Where(mention => mention.Label != "DOSAGE").Select(mention => (mention.Span, mention.Label)),
            without.Select(mention => (mention.Span, mention.Label))
        );
        Assert.True(lifted.Length >= all.Length);
        Assert.All(lifted, mention => Assert.True(mention.Confidence > Threshold));
    }

    private string Copy(string directory, ConfidenceCalibration? calibration, double threshold = 0)
    {
        EntitySettings settings = EntitySettings.FromJson(pillBox.Bundle.Card.Settings) with
        {
            Calibration = calibration,
            Threshold = threshold,
        };
        ModelBundleWriter.Write(
            pillBox.Bundle.Card with
            {
                Settings = settings.ToJson(),
            },
            directory,
            folder =>
            {
                foreach (string file in pillBox.Bundle.Card.Files.Keys)
                    File.Copy(pillBox.Bundle.PathOf(file), Path.Combine(folder, file));
            }
        );
        return directory;
    }
}
