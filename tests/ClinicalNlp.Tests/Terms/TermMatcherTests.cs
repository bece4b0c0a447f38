using ClinicalNlp.Entities;
using ClinicalNlp.Terms;
using ClinicalNlp.Tests.Text;
using ClinicalNlp.Text;
using ClinicalNlp.Training.Pretraining;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Terms;

public sealed class TermMatcherTests
{
    private static readonly TermDictionary Small = Build(
        ("drug", "aspirin"),
        ("drug", "alpha-methyldopa"),
        ("disease", "heart failure"),
        ("disease", "acute heart failure"),
        ("disease", "Parkinson's disease"),
        ("disease", "allergies"),
        ("disease", "Sjögren syndrome"),
        ("disease", "ALS"),
        ("disease", "subarachnoid hemorrhage"),
        ("disease", "edema"),
        ("disease", "tumor"),
        ("drug", "magnesium sulfate"),
        ("drug", "four"),
        ("other", "heart")
    );

    [Theory]
    [InlineData("ASPIRIN", "drug", "ASPIRIN")]
    [InlineData("aspirins", "drug", "aspirins")]
    [InlineData("α-methyldopa", "drug", "α-methyldopa")]
    [InlineData("alpha methyldopa", "drug", "alpha methyldopa")]
    [InlineData("alpha–methyldopa", "drug", "alpha–methyldopa")]
    [InlineData("acute heart failures", "disease", "acute heart failures")]
    [InlineData("congestive heart failure", "disease", "heart failure")]
    [InlineData("Parkinson disease", "disease", "Parkinson disease")]
    [InlineData("Parkinson’s Diseases", "disease", "Parkinson’s Diseases")]
    [InlineData("an allergy", "disease", "allergy")]
    [InlineData("Sjogren's syndrome", "disease", "Sjogren's syndrome")]
    [InlineData("Sjo\u0308gren syndrome", "disease", "Sjo\u0308gren syndrome")]
    [InlineData("with ALS", "disease", "ALS")]
    [InlineData("Subarachnoid haemorrhages", "disease", "Subarachnoid haemorrhages")]
    [InlineData("OEDEMA and a tumour", "disease", "OEDEMA")]
    [InlineData("oedema and tumours", "disease", "tumours")]
    [InlineData("magnesium sulphate", "drug", "magnesium sulphate")]
    [InlineData("a note whose line was wrapped at the margin: acute\r\nheart failure 😀", "disease", "acute\r\nheart failure")]
    public void Case_plurals_hyphens_accents_and_possessives_make_no_difference(string text, string dictionary, string surface)
    {
        Assert.Contains((dictionary, surface), Find(Small, text));
    }

    [Theory]
    [InlineData("als")]
    [InlineData("for")]
    [InlineData("aspirin2")]
    [InlineData("alpha - methyldopa")]
    [InlineData("heart. Failure")]
    [InlineData("PAIN OF THE HEART\r\n\r\nFAILURE OF ALL")]
    [InlineData("Parkinson")]
    public void What_is_no_term_is_not_found(string text)
    {
        Assert.DoesNotContain(Find(Small, text), match => match.Dictionary is "drug" or "disease");
    }

    [Fact]
    public void Each_dictionary_finds_its_longest_by_itself()
    {
        Assert.Equal(
            [("disease", "acute heart failure"), ("other", "heart"), ("other", "Heart")],
            Find(Small, "acute heart failure. Heart")
        );
    }

    [Fact]
    public void A_term_that_the_text_cuts_off_is_not_found()
    {
        Assert.Equal([("other", "heart")], Find(Small, "acute heart"));
    }

    [Fact]
    public void Matches_are_those_of_a_plain_search_over_words()
    {
        string[] words = ["aa", "bbb", "ccc", "ddd"];
        Gen<string[]> phrases = Gen.Elements(words).NonEmptyListOf().Select(list => list.Take(5).ToArray());
        Arbitrary<(string[][] Terms, string[] Text)> cases = (
            from terms in phrases.ListOf()
            from text in Gen.Elements(words).ListOf()
            select (terms.ToArray(), text.ToArray())
        ).ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true).WithReplay(20261122, 7),
            Prop.ForAll(
                cases,
                c => Find(Closed(c.Terms), string.Join(' ', c.Text)).Select(m => m.Surface).SequenceEqual(Plain(c.Terms, c.Text))
            )
        );

        static TermDictionary Closed(string[][] terms)
        {
            TermDictionaryBuilder builder = new();
            builder.AddClosed("d", "zzz");
            foreach (string[] term in terms)
                builder.AddClosed("d", string.Join(' ', term));
            return builder.Build();
        }

        static IEnumerable<string> Plain(string[][] terms, string[] text)
        {
            for (int at = 0; at < text.Length; at++)
            {
                string[]? best = terms.Where(term => text.AsSpan(at).StartsWith(term)).MaxBy(term => term.Length);
                if (best is null)
                    continue;
                yield return string.Join(' ', best);
                at += best.Length - 1;
            }
        }
    }

    [Fact]
    public void Any_text_is_searched_and_matches_lie_within_it()
    {
        TermDictionary terms = Build(("a", "az"), ("a", "mg q.i.d."), ("b", "aa"), ("b", "é mg"), ("b", "日本"));
        Unicode.Holds(text =>
        {
            TokenizedText document = TokenizedText.Of(text);
            List<TermMatch> matches = [];
            TermMatcher.Find(document, terms, matches);
            return matches.TrueForAll(match => 0 <= match.First && match.First <= match.Last && match.Last < document.Tokens.Length)
                && matches
                    .GroupBy(match => match.Dictionary)
                    .All(group => group.Zip(group.Skip(1)).All(p => p.First.Last < p.Second.First));
        });
    }

    internal static TermDictionary Build(params (string Dictionary, string Term)[] terms)
    {
        TermDictionaryBuilder builder = new();
        foreach ((string dictionary, string term) in terms)
        {
            if (!builder.Add(dictionary, term))
                builder.AddClosed(dictionary, term);
        }
        return builder.Build();
    }

    private static IEnumerable<(string Dictionary, string Surface)> Find(TermDictionary terms, string text)
    {
        TokenizedText document = TokenizedText.Of(text);
        List<TermMatch> matches = [];
        TermMatcher.Find(document, terms, matches);
        return matches.Select(match =>
            (
                terms.Names[match.Dictionary],
                new TextSpan(document.Tokens[match.First].Span.Start, document.Tokens[match.Last].Span.End).Of(text)
            )
        );
    }
}
