using ClinicalNlp.Scoring;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Scoring;

public class EntityScorerTests
{
    [Fact]
    public void Only_the_exact_span_with_the_right_label_counts()
    {
        var scorer = new EntityScorer();
        scorer.Add([At(0, 4, "A"), At(10, 14, "A"), At(20, 24, "B")], [At(0, 4, "A"), At(10, 13, "A"), At(20, 24, "A"), At(30, 34, "C")]);
        var result = scorer.Result;
        Assert.Equal(new LabelScore(1, 3, 2), result.Micro);
        Assert.Equal(new LabelScore(1, 2, 1), result.Labels["A"]);
        Assert.Equal(new LabelScore(0, 0, 1), result.Labels["B"]);
        Assert.Equal(new LabelScore(0, 1, 0), result.Labels["C"]);
        Assert.Equal(0.25, result.Micro.Precision);
        Assert.Equal(1 / 3.0, result.Micro.Recall, 12);
        Assert.Equal(2 / 7.0, result.Micro.F1, 12);
    }

    [Fact]
    public void Duplicates_count_once()
    {
        var scorer = new EntityScorer();
        scorer.Add([At(0, 4, "A"), At(0, 4, "A")], [At(0, 4, "A"), At(0, 4, "A")]);
        Assert.Equal(new LabelScore(1, 0, 0), scorer.Result.Micro);
    }

    [Fact]
    public void Documents_add_and_the_same_offsets_in_two_are_two()
    {
        var scorer = new EntityScorer();
        scorer.Add([At(0, 4, "A")], [At(0, 4, "A")]);
        scorer.Add([At(0, 4, "A")], []);
        Assert.Equal(new LabelScore(1, 0, 1), scorer.Result.Micro);
    }

    [Fact]
    public void The_interval_holds_the_score_and_is_wide_when_documents_differ()
    {
        var same = new EntityScorer();
        var mixed = new EntityScorer();
        for (var i = 0; i < 40; i++)
        {
            same.Add([At(0, 4, "A"), At(5, 9, "A")], [At(0, 4, "A"), At(6, 9, "A")]);
            mixed.Add([At(0, 4, "A")], i % 2 == 0 ? [At(0, 4, "A")] : [At(1, 4, "A")]);
        }
        Assert.Equal((0.5, 0.5), same.MicroF1Interval());
        var (low, high) = mixed.MicroF1Interval(seed: 7);
        Assert.InRange(low, 0.3, 0.45);
        Assert.InRange(high, 0.55, 0.7);
        Assert.Equal((low, high), mixed.MicroF1Interval(seed: 7));
    }

    [Fact]
    public void Of_nothing_every_rate_is_zero()
    {
        var micro = new EntityScorer().Result.Micro;
        Assert.Equal((0, 0, 0), (micro.Precision, micro.Recall, micro.F1));
        Assert.Equal((0, 0), new EntityScorer().MicroF1Interval());
    }

    private static (TextSpan Span, string Label) At(int start, int end, string label) => (new TextSpan(start, end), label);
}
