using ClinicalNlp.Scoring;

namespace ClinicalNlp.Tests.Scoring;

public class IntentScorerTests
{
    [Fact]
    public void In_scope_and_out_of_scope_are_told_apart()
    {
        var scorer = new IntentScorer();
        scorer.Add("book", "book", 1);
        scorer.Add("book", "oos", 1);
        scorer.Add("cancel", "book", 1);
        scorer.Add("oos", "oos", 1);
        scorer.Add("oos", "oos", 1);
        scorer.Add("oos", "cancel", 1);
        var result = scorer.Result;
        Assert.Equal(6, result.Utterances);
        Assert.Equal(3 / 6.0, result.Accuracy);
        Assert.Equal(1 / 3.0, result.InScopeAccuracy, 12);
        Assert.Equal(2 / 3.0, result.OutOfScopeRecall, 12);
        Assert.Equal(new LabelScore(1, 1, 1), result.Intents["book"]);
        Assert.Equal(1, result.Confusion["cancel"]["book"]);
        Assert.Equal(1, result.Confusion["oos"]["cancel"]);
    }

    [Fact]
    public void Calibration_error_is_confidence_minus_accuracy_weighted_by_bin()
    {
        var scorer = new IntentScorer();
        for (var i = 0; i < 10; i++)
            scorer.Add("a", i < 6 ? "a" : "b", 0.9);
        Assert.Equal(0.3, scorer.Result.CalibrationError, 9);
    }

    [Fact]
    public void Of_nothing_every_rate_is_zero() => Assert.Equal(0, new IntentScorer().Result.Accuracy);
}
