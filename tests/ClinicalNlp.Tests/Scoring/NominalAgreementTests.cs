using ClinicalNlp.Scoring;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Scoring;

public class NominalAgreementTests
{
    /// <summary>Fleiss 1971, table 1: six psychiatrists of each of thirty patients, by five diagnoses.</summary>
    private static readonly string[] Psychiatrists =
    [
        "00060",
        "03003",
        "01401",
        "00006",
        "03030",
        "20400",
        "00402",
        "20310",
        "20040",
        "00006",
        "10050",
        "11040",
        "03300",
        "10050",
        "02031",
        "00501",
        "30012",
        "51000",
        "02040",
        "10203",
        "00006",
        "01050",
        "02013",
        "20040",
        "10041",
        "05010",
        "40002",
        "02040",
        "10500",
        "00006",
    ];

    /// <summary>Krippendorff 2011, section C: four observers of twelve units, a dot where one is missing.</summary>
    private static readonly string[] FourObservers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];

    [Fact]
    public void Cohen_1960_clinical_judgments()
    {
        // 200 patients, three diagnoses, two judges: p_o 0.70, p_c 0.41.
        int[,] table =
        {
            { 88, 14, 18 },
            { 10, 40, 10 },
            { 2, 6, 12 },
        };
        var units = new List<string?[]>();
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                units.AddRange(Enumerable.Repeat<string?[]>([$"{row}", $"{column}"], table[row, column]));
        }
        Assert.Equal(0.492, NominalAgreement.CohensKappa([new(units)]).Value!.Value, 3);
    }

    [Fact]
    public void Fleiss_1971_psychiatrists()
    {
        var units = Psychiatrists.Select(patient =>
            patient.SelectMany((count, diagnosis) => Enumerable.Repeat($"{diagnosis}", count - '0')).ToArray()
        );
        Assert.Equal(0.430, NominalAgreement.FleissKappa([new([.. units])]).Value!.Value, 3);
    }

    [Fact]
    public void Krippendorff_2011_four_observers_with_missing_values() =>
        Assert.Equal(0.743, NominalAgreement.KrippendorffsAlpha([Observed(FourObservers)]).Value!.Value, 3);

    [Fact]
    public void Krippendorff_three_coders_of_fifteen_units() =>
        Assert.Equal(
            0.691,
            NominalAgreement.KrippendorffsAlpha([Observed(["*****34121133*3", "1*213343*******", "**21344*21133*4"])]).Value!.Value,
            3
        );

    [Fact]
    public void Krippendorff_2011_two_observers_of_ten_units() =>
        // Section A: dichotomous values without missing ones.
        Assert.Equal(0.095, NominalAgreement.KrippendorffsAlpha([Observed(["0100000010", "1110010000"])]).Value!.Value, 3);

    [Fact]
    public void Without_values_or_with_one_category_all_are_undefined()
    {
        foreach (var document in new[] { Observed(["", ""]), Observed(["aaa", "aaa"]), Observed(["a.b", ".c."]) })
        {
            Assert.Null(NominalAgreement.CohensKappa([document]).Value);
            Assert.Null(NominalAgreement.FleissKappa([document]).Value);
            Assert.Null(NominalAgreement.KrippendorffsAlpha([document]).Value);
        }
    }

    [Fact]
    public void Perfect_agreement_is_one_and_so_is_its_interval()
    {
        var documents = Enumerable.Range(0, 5).Select(_ => Observed(["abca", "abca", "abca"])).ToList();
        Assert.Equal(new Estimate(1, 1, 1), NominalAgreement.CohensKappa(documents));
        Assert.Equal(new Estimate(1, 1, 1), NominalAgreement.FleissKappa(documents));
        Assert.Equal(new Estimate(1, 1, 1), NominalAgreement.KrippendorffsAlpha(documents));
    }

    [Fact]
    public void Names_of_categories_and_order_of_raters_and_documents_do_not_matter()
    {
        var value = Gen.Frequency((1, Gen.Constant<string?>(null)), (5, Gen.Elements<string?>("a", "b", "c")));
        var documents = value.ArrayOf(3).ArrayOf().Select(units => new RatedDocument(units)).ListOf();
        Prop.ForAll(
                documents.ToArbitrary(),
                given =>
                {
                    List<RatedDocument> all = [.. given];
                    List<RatedDocument> renamed = [.. all.Select(document => Map(document, unit => [.. unit.Select(Renamed)]))];
                    List<RatedDocument> turned = [.. all.Select(document => Map(document, unit => [.. unit.Reverse()])).Reverse()];
                    return new Func<IReadOnlyList<RatedDocument>, double?>[]
                    {
                        list => NominalAgreement.KrippendorffsAlpha(list).Value,
                        list => NominalAgreement.FleissKappa(list).Value,
                        list => NominalAgreement.CohensKappa(list, 0, 2).Value,
                    }.All(figure =>
                        Same(figure(all), figure(renamed)) && Same(figure(all), figure(turned)) && (figure(all) ?? 0) <= 1 + 1e-9
                    );
                }
            )
            .QuickCheckThrowOnFailure();

        static RatedDocument Map(RatedDocument document, Func<string?[], string?[]> map) => new([.. document.Units.Select(map)]);
        static string? Renamed(string? name) => name is null ? null : $"{(char)('z' - name[0] + 'a')}";
        static bool Same(double? left, double? right) =>
            left is null ? right is null : right is not null && Math.Abs(left.Value - right.Value) < 1e-9;
    }

    [Fact]
    public void The_interval_holds_the_figure_is_wide_when_documents_differ_and_the_same_for_a_seed()
    {
        var documents = Enumerable.Range(0, 30).Select(i => Observed(["aabb", i % 3 == 0 ? "abab" : "aabb"])).ToList();
        var alpha = NominalAgreement.KrippendorffsAlpha(documents, seed: 3);
        Assert.InRange(alpha.Value!.Value, alpha.Low!.Value, alpha.High!.Value);
        Assert.InRange(alpha.High!.Value - alpha.Low!.Value, 0.15, 0.6);
        Assert.Equal(alpha, NominalAgreement.KrippendorffsAlpha(documents, seed: 3));
        Assert.Null(NominalAgreement.KrippendorffsAlpha([documents[0]]).Low);
    }

    /// <param name="raters">One string a rater, one character a unit; a dot or star is missing.</param>
    private static RatedDocument Observed(string[] raters) =>
        new([
            .. Enumerable
                .Range(0, raters[0].Length)
                .Select(unit => raters.Select(rater => rater[unit] is '.' or '*' ? null : $"{rater[unit]}").ToArray()),
        ]);
}
