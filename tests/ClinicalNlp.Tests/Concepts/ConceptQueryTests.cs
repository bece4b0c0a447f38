using ClinicalNlp.Concepts;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Concepts;

public class ConceptQueryTests
{
    [Theory]
    [InlineData("Parkinson's Disease", "parkinson disease")]
    [InlineData("Parkinson’s disease", "parkinson disease")]
    [InlineData("Oesophageal tumours", "esophageal tumor")]
    [InlineData("β-blocker", "beta blocker")]
    [InlineData("Sjögren syndrome", "sjogren syndrome")]
    [InlineData("allergies, abscesses; sepsis", "allergy abscess sepsis")]
    [InlineData("17-KSR deficiency", "17 ksr deficiency")]
    [InlineData("😀 \uD83D pain", "pain")]
    [InlineData("Sjo\u0308gren", "sjogren")]
    public void Names_are_compared_without_what_makes_no_difference(string name, string folded) =>
        Assert.Equal(folded, ConceptText.Fold(name));

    [Fact]
    public void Folding_takes_any_text_and_folds_once() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string?>(),
                text =>
                {
                    var words = ConceptText.Words(text ?? "");
                    return words.All(word => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c)));
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("myocardial infarction", "Myocardial infarctions", ConceptMatch.Exact)]
    [InlineData("myocar", "Myocardial infarction", ConceptMatch.Prefix)]
    [InlineData("infarction myocard", "Myocardial infarction", ConceptMatch.Words)]
    [InlineData("mi", "Myocardial infarction", ConceptMatch.Abbreviation)]
    [InlineData("copd", "Chronic obstructive pulmonary disease", ConceptMatch.Abbreviation)]
    [InlineData("sb", "Shortness of breath", ConceptMatch.Abbreviation)]
    [InlineData("myocradial infraction", "Myocardial infarction", ConceptMatch.Typo)]
    public void A_name_answers_in_one_of_five_ways(string typed, string name, ConceptMatch match) =>
        Assert.Equal(match, ConceptQuery.Of(typed).Rate(ConceptText.Fold(name), preferred: true)?.Match);

    [Theory]
    [InlineData("asthma", "eczema")]
    [InlineData("type 2 diabetes", "type 1 diabetes")]
    [InlineData("pain pain", "chest pain")]
    public void Another_thing_is_no_answer(string typed, string name) =>
        Assert.Null(ConceptQuery.Of(typed).Rate(ConceptText.Fold(name), preferred: true));

    [Fact]
    public void The_surer_answer_has_the_higher_score()
    {
        var query = ConceptQuery.Of("diabetes");
        string[] names = ["diabetes", "diabetes mellitus", "diabetes mellitus of the newborn", "gestational diabetes", "diabtes"];
        var scores = names.Select(name => query.Rate(ConceptText.Fold(name), preferred: true)!.Value.Score).ToArray();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.True(query.Rate("diabete", preferred: false)!.Value.Score < scores[0]);
    }

    [Theory]
    [InlineData("ca", "ac", 1)]
    [InlineData("infraction", "infarction", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void Edits_are_counted_with_swaps(string left, string right, int edits)
    {
        Assert.Equal(edits, EditDistance.Of(left, right, 5));
        Assert.Equal(edits, EditDistance.Of(right, left, 5));
        Assert.Equal(edits, EditDistance.Of(left, right, edits - 1)); // one more than is allowed
    }

    /// <summary>Against the recurrence written down as it is defined.</summary>
    [Fact]
    public void Edits_are_those_of_the_definition() =>
        Prop.ForAll(
                Gen.ArrayOf(Gen.Elements('a', 'b', 'c')).Two().ToArbitrary(),
                pair =>
                {
                    string left = new([.. pair.Item1.Take(8)]);
                    string right = new([.. pair.Item2.Take(8)]);
                    int defined = Defined(left, right);
                    return EditDistance.Of(left, right, 16) == defined && EditDistance.Of(left, right, 1) == Math.Min(defined, 2);
                }
            )
            .QuickCheckThrowOnFailure();

    private static int Defined(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
            return Math.Max(a.Length, b.Length);
        int best = Math.Min(Math.Min(Defined(a[..^1], b), Defined(a, b[..^1])) + 1, Defined(a[..^1], b[..^1]) + (a[^1] == b[^1] ? 0 : 1));
        return a.Length > 1 && b.Length > 1 && a[^1] == b[^2] && a[^2] == b[^1] ? Math.Min(best, Defined(a[..^2], b[..^2]) + 1) : best;
    }
}
