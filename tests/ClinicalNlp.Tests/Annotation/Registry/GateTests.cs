using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Scoring;

namespace ClinicalNlp.Tests.Annotation.Registry;

public sealed class GateTests
{
    [Fact]
    public void A_gain_without_losses_passes()
    {
        var decision = Decide([("PROBLEM", 60, 70, 100)], [("PROBLEM", 80, 80, 100)]);

        Assert.True(decision.Passed);
        Assert.Empty(decision.Reasons);
        Assert.Equal((0.6, 0.7), (Math.Round(decision.Overall.Before, 6), Math.Round(decision.Overall.After, 6)));
    }

    [Fact]
    public void No_gain_is_refused()
    {
        var decision = Decide([("PROBLEM", 60, 60, 100)], [("PROBLEM", 80, 80, 100)]);

        Assert.False(decision.Passed);
        Assert.Contains("no gain", Assert.Single(decision.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_on_one_label_is_refused_by_name_whatever_the_others_gain()
    {
        var decision = Decide([("PROBLEM", 60, 95, 100), ("TEST", 80, 60, 100)], [("PROBLEM", 80, 80, 100)]);

        Assert.False(decision.Passed);
        Assert.StartsWith("project: TEST 80.0 before, 60.0 after (100 gold)", Assert.Single(decision.Reasons), StringComparison.Ordinal);
        Assert.Equal(["TEST"], decision.Labels.Where(label => label.Lost).Select(label => label.Label));
    }

    [Fact]
    public void A_label_lost_on_our_own_documents_is_refused()
    {
        var decision = Decide([("PROBLEM", 60, 95, 100)], [("PROBLEM", 800, 850, 1000), ("DOSAGE", 90, 70, 100)]);

        Assert.False(decision.Passed);
        Assert.StartsWith("own: DOSAGE", Assert.Single(decision.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_point_over_all_of_our_own_documents_is_refused()
    {
        Assert.True(Decide([("PROBLEM", 60, 95, 100)], [("PROBLEM", 8000, 7905, 10_000)]).Passed);
        var decision = Decide([("PROBLEM", 60, 95, 100)], [("PROBLEM", 8000, 7890, 10_000)]);
        Assert.StartsWith("own: overall 80.0 before, 78.9 after", Assert.Single(decision.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_gold_items_decide_nothing_and_many_decide_by_the_margin()
    {
        Assert.True(Decide([("PROBLEM", 60, 95, 100), ("TEST", 19, 0, 19)], null).Passed);
        // With so many the sampling error is next to nothing.
        Assert.False(Decide([("PROBLEM", 10_000, 90_000, 100_000), ("TEST", 80_000, 77_600, 100_000)], null).Passed);
        Assert.True(Decide([("PROBLEM", 10_000, 90_000, 100_000), ("TEST", 80_000, 78_200, 100_000)], null).Passed);
    }

    [Fact]
    public void A_label_that_only_one_version_knows_counts_as_nothing_before()
    {
        var before = Score("project", [("PROBLEM", 60, 0, 100)], after: false);
        var after = Score("project", [("PROBLEM", 0, 70, 100), ("GENE", 0, 30, 50)], after: true);

        var decision = Gate.Decide(new HeldOutScores(before, null), new HeldOutScores(after, null), 0.01);

        Assert.Equal(
            ("GENE", 0, 50, false),
            decision.Labels.Where(label => label.Label == "GENE").Select(l => (l.Label, (int)l.Before, l.Support, l.Lost)).Single()
        );
        Assert.True(decision.Passed);
    }

    private static GateDecision Decide((string, int, int, int)[] project, (string, int, int, int)[]? own) =>
        Gate.Decide(
            new HeldOutScores(Score("project", project, after: false), own is null ? null : Score("own", own, after: false)),
            new HeldOutScores(Score("project", project, after: true), own is null ? null : Score("own", own, after: true)),
            0.01
        );

    /// <summary>As many are right as stated, and every miss is also a false alarm, so that F1 is right / support.</summary>
    private static HeldOutScore Score(string name, (string Label, int Before, int After, int Support)[] labels, bool after)
    {
        var scores = labels.ToDictionary(
            label => label.Label,
            label =>
                (after ? label.After : label.Before) is var right
                    ? new LabelScore(right, label.Support - right, label.Support - right)
                    : null!
        );
        var micro = scores.Values.Aggregate((sum, score) => sum + score);
        return new HeldOutScore(name, 10, micro.F1, scores);
    }
}
