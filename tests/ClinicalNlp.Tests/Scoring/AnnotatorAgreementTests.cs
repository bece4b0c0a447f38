using ClinicalNlp.Corpora;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Scoring;

public class AnnotatorAgreementTests
{
    private const string Text = "No chest pain today. Takes aspirin 100 mg. 😀 well";

    [Fact]
    public void Exact_and_overlapping_mentions_are_paired_one_to_one()
    {
        AnnotatedSpan[] first = [At(0, 10, "A"), At(20, 24, "A"), At(20, 24, "B"), At(40, 44, "A")];
        AnnotatedSpan[] second = [At(0, 10, "A"), At(19, 22, "A"), At(22, 25, "A"), At(44, 48, "A")];
        Assert.Equal(1, SpanAgreement.Exact(first, second));
        Assert.Equal(2, SpanAgreement.Overlapping(first, second));
        Assert.Equal(
            2.0 * 1 / 8,
            SpanAgreement
                .F1([
                    [first, second],
                ])
                .Value
        );
        Assert.Equal(
            2.0 * 2 / 8,
            SpanAgreement
                .F1(
                    [
                        [second, first],
                    ],
                    overlap: true
                )
                .Value
        );
        Assert.Equal(
            0,
            SpanAgreement
                .F1(
                    [
                        [first, second],
                    ],
                    label: "B"
                )
                .Value
        );
        Assert.Null(
            SpanAgreement
                .F1(
                    [
                        [first, second],
                    ],
                    label: "C"
                )
                .Value
        );
    }

    [Fact]
    public void No_pairing_of_overlaps_is_larger()
    {
        var span = Gen.Choose(0, 12).SelectMany(start => Gen.Choose(1, 9).Select(length => At(start, start + length, "A")));
        var few = Gen.Choose(0, 5).SelectMany(count => span.ArrayOf(count)).Select(spans => spans.DistinctBy(item => item.Span).ToArray());
        Prop.ForAll(
                few.SelectMany(one => few.Select(other => (one, other))).ToArbitrary(),
                pair => SpanAgreement.Overlapping(pair.one, pair.other) == Most(pair.one, pair.other, 0, [])
            )
            .QuickCheckThrowOnFailure();

        static int Most(AnnotatedSpan[] one, AnnotatedSpan[] other, int at, HashSet<int> taken)
        {
            if (at == one.Length)
                return 0;
            var most = Most(one, other, at + 1, taken);
            for (var i = 0; i < other.Length; i++)
            {
                if (!taken.Contains(i) && one[at].Span.Overlaps(other[i].Span))
                    most = Math.Max(most, 1 + Most(one, other, at + 1, [.. taken, i]));
            }
            return most;
        }
    }

    [Fact]
    public void Tokens_carry_the_labels_of_the_mentions_that_reach_into_them()
    {
        // The second mention begins in the middle of "pain" and is nested in the first.
        var document = Annotated(("a", [At(3, 13, "PROBLEM"), At(11, 13, "SITE"), At(27, 34, "DRUG")]), ("b", []));
        var tokens = AnnotatorAgreement.Tokens(document, ["a", "b", "c"]);
        var words = Tokenizer.Tokenize(Text).Select(token => token.Span.Of(Text)).ToList();
        Assert.Equal("PROBLEM", tokens.Units[words.IndexOf("chest")][0]);
        Assert.Equal("PROBLEM\nSITE", tokens.Units[words.IndexOf("pain")][0]);
        Assert.Equal("DRUG", tokens.Units[words.IndexOf("aspirin")][0]);
        Assert.Equal<string?[]>(["", "", null], tokens.Units[words.IndexOf("well")]);
    }

    [Fact]
    public void The_report_tells_who_agrees_with_whom_and_on_what()
    {
        AnnotatedSpan[] full = [At(3, 13, "PROBLEM"), At(27, 34, "DRUG")];
        AnnotatedSpan[] shorter = [At(9, 13, "PROBLEM"), At(27, 34, "DRUG")];
        var report = AnnotatorAgreement.Of([
            Annotated(("ada", full), ("bob", full), ("cyd", shorter)),
            Annotated(("ada", full), ("bob", full)),
            Annotated(("ada", full)),
        ]);
        Assert.Equal(2, report.Documents);
        Assert.Equal(["ada", "bob", "cyd"], report.Annotators);
        Assert.Equal(["ada bob 2", "ada cyd 1", "bob cyd 1"], report.Pairs.Select(pair => $"{pair.First} {pair.Second} {pair.Documents}"));
        Assert.Equal([1, 0.5, 0.5], report.Pairs.Select(pair => pair.ExactF1.Value!.Value));
        Assert.All(report.Pairs, pair => Assert.Equal(1, pair.OverlapF1.Value));
        Assert.Equal(1, report.Pairs[0].Kappa.Value);
        // Of four pairs of annotators two agree on the problem, all on the drug.
        Assert.Equal(["DRUG 5", "PROBLEM 5"], report.Labels.Select(label => $"{label.Label} {label.Mentions}"));
        Assert.Equal([1, 0.5], report.Labels.Select(label => label.ExactF1.Value!.Value));
        Assert.Equal(1, report.Labels[0].AlphaU.Value);
        Assert.InRange(report.Labels[1].AlphaU.Value!.Value, 0.5, 0.99);
        Assert.Equal(0.75, report.ExactF1.Value);
        Assert.InRange(report.Alpha.Value!.Value, 0.8, 0.99);
        Assert.InRange(report.FleissKappa.Value!.Value, 0.8, 0.99);
        Assert.InRange(report.AlphaU.Value!.Value, 0.5, 0.99);
    }

    private static MultiplyAnnotated Annotated(params (string Name, AnnotatedSpan[] Spans)[] annotators) =>
        new("n", Text, annotators.ToDictionary(item => item.Name, IReadOnlyList<AnnotatedSpan> (item) => item.Spans));

    private static AnnotatedSpan At(int start, int end, string label) => new(new TextSpan(start, end), label);
}
