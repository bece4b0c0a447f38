using ClinicalNlp.Corpora;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Scoring;

public class UnitizingAlphaTests
{
    /// <summary>Krippendorff 2004, figure 3: two observers of a continuum of length 300, here from 0 rather than 150.</summary>
    private static readonly UnitizedDocument Krippendorff = new(
        300,
        [
            [At(75, 145, "c"), At(220, 250, "c"), At(30, 90, "k"), At(150, 200, "k")],
            [At(70, 150, "c"), At(205, 225, "c"), At(250, 270, "c"), At(30, 90, "k"), At(150, 200, "k")],
        ]
    );

    [Fact]
    public void Krippendorff_2004_example_by_category_and_jointly()
    {
        // The paper rounds D_o 0.0144 and D_e 0.0532 before dividing; unrounded they give 0.7286.
        Assert.Equal(0.7286, UnitizingAlpha.OfLabel([Krippendorff], "c").Value!.Value, 4);
        Assert.Equal(1, UnitizingAlpha.OfLabel([Krippendorff], "k").Value);
        // 1 - 0.01444 / (0.05322 + 0.04898)
        Assert.Equal(0.8587, UnitizingAlpha.Joint([Krippendorff]).Value!.Value, 4);
    }

    [Fact]
    public void Nothing_marked_is_undefined_and_so_is_a_single_annotator()
    {
        Assert.Null(
            UnitizingAlpha
                .Joint([
                    new(
                        100,
                        [
                            [],
                            [],
                        ]
                    ),
                ])
                .Value
        );
        Assert.Null(
            UnitizingAlpha
                .Joint([
                    new(
                        100,
                        [
                            [At(0, 4, "A")],
                        ]
                    ),
                ])
                .Value
        );
        Assert.Null(UnitizingAlpha.OfLabel([Krippendorff], "x").Value);
    }

    [Fact]
    public void What_only_one_marked_is_worse_than_an_edge_that_differs()
    {
        var edge = UnitizingAlpha
            .Joint([
                new(
                    500,
                    [
                        [At(10, 30, "A"), At(90, 99, "A")],
                        [At(10, 28, "A"), At(90, 99, "A")],
                    ]
                ),
            ])
            .Value!.Value;
        var missing = UnitizingAlpha
            .Joint([
                new(
                    500,
                    [
                        [At(10, 30, "A"), At(90, 99, "A")],
                        [At(90, 99, "A")],
                    ]
                ),
            ])
            .Value!.Value;
        var other = UnitizingAlpha
            .Joint([
                new(
                    500,
                    [
                        [At(10, 30, "A"), At(90, 99, "A")],
                        [At(10, 30, "B"), At(90, 99, "A")],
                    ]
                ),
            ])
            .Value!.Value;
        Assert.True(1 > edge && edge > missing && missing > other, $"{edge} {missing} {other}");
    }

    [Fact]
    public void Overlapping_mentions_of_a_label_are_one_unit()
    {
        var nested = UnitizingAlpha.Joint([
            new(
                100,
                [
                    [At(10, 30, "A"), At(12, 20, "A")],
                    [At(10, 30, "A")],
                ]
            ),
        ]);
        Assert.Equal(1, nested.Value);
    }

    [Fact]
    public void Perfect_agreement_is_one_and_order_and_names_do_not_matter()
    {
        var span = Gen.Choose(0, 80)
            .SelectMany(start =>
                Gen.Choose(1, 19).SelectMany(length => Gen.Elements("A", "B").Select(label => At(start, start + length, label)))
            );
        var annotator = span.ArrayOf().Select(IReadOnlyList<AnnotatedSpan> (spans) => spans);
        var documents = annotator.ArrayOf(3).Select(annotators => new UnitizedDocument(100, annotators)).ArrayOf();
        Prop.ForAll(
                documents.ToArbitrary(),
                given =>
                {
                    UnitizedDocument[] turned =
                    [
                        .. given
                            .Reverse()
                            .Select(document => new UnitizedDocument(100, [.. document.Annotators.Reverse().Select(Renamed)])),
                    ];
                    UnitizedDocument[] agreed =
                    [
                        .. given.Select(document =>
                            document with
                            {
                                Annotators = [.. document.Annotators.Select(_ => document.Annotators[0])],
                            }
                        ),
                    ];
                    var joint = UnitizingAlpha.Joint(given).Value;
                    return (joint ?? 0) <= 1
                        && Same(joint, UnitizingAlpha.Joint(turned).Value)
                        && (UnitizingAlpha.Joint(agreed).Value ?? 1) == 1;
                }
            )
            .QuickCheckThrowOnFailure();

        static IReadOnlyList<AnnotatedSpan> Renamed(IReadOnlyList<AnnotatedSpan> spans) =>
            [.. spans.Select(span => span with { Label = span.Label == "A" ? "Z" : "Y" }).Reverse()];
        static bool Same(double? left, double? right) =>
            left is null ? right is null : right is not null && Math.Abs(left.Value - right.Value) < 1e-9;
    }

    private static AnnotatedSpan At(int start, int end, string label) => new(new TextSpan(start, end), label);
}
