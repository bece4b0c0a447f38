using ClinicalNlp.Scoring;

namespace ClinicalNlp.Tests.Scoring;

public sealed class ScoreIntervalsTests
{
    /// <summary>The worked examples of Newcombe 1998, Two-sided confidence intervals for the single proportion, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Proportions_have_the_published_intervals(int part, int whole, double low, double high)
    {
        var estimate = ScoreIntervals.Proportion(part, whole);

        Assert.Equal((double)part / whole, estimate.Value);
        Assert.Equal(low, estimate.Low!.Value, 4);
        Assert.Equal(high, estimate.High!.Value, 4);
    }

    [Fact]
    public void A_proportion_of_nothing_is_undefined() => Assert.Equal(Estimate.Undefined, ScoreIntervals.Proportion(0, 0));

    [Fact]
    public void F1_is_resampled_over_documents()
    {
        // Resamples of one right and one wrong document: all wrong, half, all right, a quarter, half and a quarter of the time.
        var scores = ScoreIntervals.Of([Document(("P", 1, 0, 0)), Document(("P", 0, 1, 1))]);

        Assert.Equal(new Estimate(0.5, 0, 1), scores.All.F1);
        Assert.Equal(scores.All.F1, scores.Labels["P"].F1);
        Assert.Equal(2, scores.Documents);
    }

    [Fact]
    public void Documents_that_are_alike_leave_no_doubt_and_one_document_says_nothing_about_others()
    {
        var alike = Document(("P", 3, 1, 1));

        Assert.Equal(new Estimate(0.75, 0.75, 0.75), ScoreIntervals.Of([alike, alike, alike]).All.F1);
        Assert.Equal(new Estimate(0.75, null, null), ScoreIntervals.Of([alike]).All.F1);
        Assert.Equal(Estimate.Undefined, ScoreIntervals.Of([]).All.F1);
    }

    [Fact]
    public void Labels_are_counted_apart_and_together()
    {
        var scores = ScoreIntervals.Of([Document(("M", 2, 0, 1), ("P", 1, 1, 0)), Document(("M", 1, 1, 0))]);

        Assert.Equal(new LabelScore(3, 1, 1), scores.Labels["M"].Counts);
        Assert.Equal(new LabelScore(1, 1, 0), scores.Labels["P"].Counts);
        Assert.Equal(new LabelScore(4, 2, 1), scores.All.Counts);
        Assert.Equal(8.0 / 11, scores.All.F1.Value);
        Assert.Equal(ScoreIntervals.Proportion(4, 6), scores.All.Precision);
        Assert.Equal(ScoreIntervals.Proportion(4, 5), scores.All.Recall);
    }

    private static Dictionary<string, LabelScore> Document(params (string Label, int Right, int Wrong, int Missed)[] labels) =>
        labels.ToDictionary(label => label.Label, label => new LabelScore(label.Right, label.Wrong, label.Missed));
}
