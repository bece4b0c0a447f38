using ClinicalNlp.Entities;
using ClinicalNlp.Terms;
using ClinicalNlp.Text;
using ClinicalNlp.Training.Pretraining;

namespace ClinicalNlp.Tests.Training.Pretraining;

public sealed class TermDictionaryBuilderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("water")]
    [InlineData("As")]
    [InlineData("can")]
    [InlineData("zq")]
    [InlineData("12.5")]
    [InlineData("other syndrome")]
    [InlineData("")]
    [InlineData("one of the very many names that are far too long")]
    public void Junk_is_refused(string term)
    {
        TermDictionaryBuilder builder = new();
        Assert.False(builder.Add("drug", term));
        Assert.Equal(0, builder.Build().Count);
    }

    [Theory]
    [InlineData("oxygen")]
    [InlineData("iron")]
    [InlineData("back pain")]
    [InlineData("5-fluorouracil")]
    public void Terms_are_taken(string term)
    {
        TermDictionaryBuilder builder = new();
        Assert.True(builder.Add("drug", term));
        Assert.True(builder.Has("drug", char.ToUpperInvariant(term[0]) + term[1..]));
        Assert.False(builder.Has("disease", term));
    }

    [Fact]
    public void Common_words_are_refused_alone_and_taken_in_a_term()
    {
        TermDictionaryBuilder builder = new(new HashSet<string> { "gold" });
        Assert.False(builder.Add("drug", "Gold"));
        Assert.True(builder.Add("drug", "gold sodium thiomalate"));
    }

    [Theory]
    [InlineData("CT", true)]
    [InlineData("5-FU", true)]
    [InlineData("Ca", false)]
    [InlineData("per os", false)]
    public void Short_forms_need_two_capitals(string form, bool taken)
    {
        Assert.Equal(taken, new TermDictionaryBuilder().AddShortForm("abbreviation", form));
    }

    [Fact]
    public void A_hospital_s_own_list_joins_the_others()
    {
        string path = folder.Write(
            "own.jsonl",
            """{"name": "Zorbital", "synonyms": ["zorbinium chloride"], "code": 7}""" + "\r\n\r\n" + """{"name": "quellase"}"""
        );
        TermDictionary terms = Terminologies.Build(null, null, [("formulary", path)]);
        Assert.Equal(["unit", "route", "frequency", "number-word", "formulary"], terms.Names);
        Assert.Equal(["Zorbital", "quellase", "zorbinium chloride"], Find(terms, "formulary", "Zorbital, quellase; zorbinium chloride."));
    }

    [Fact]
    public void Own_terms_join_a_dictionary_that_is_there()
    {
        TermDictionary shipped = Terminologies.Build(null);
        string path = folder.Write("own.jsonl", """{"name": "per zorbital tube"}""");
        TermDictionary terms = Terminologies.Add(shipped, [("route", path)]);
        Assert.Equal(shipped.Names, terms.Names);
        Assert.Equal(shipped.Count + 1, terms.Count);
        Assert.Equal(["by mouth", "per Zorbital tube"], Find(terms, "route", "by mouth or per Zorbital tube"));
        Assert.Equal(["by mouth"], Find(shipped, "route", "by mouth or per Zorbital tube"));
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_named()
    {
        string path = folder.Write("own.jsonl", """{"name": "quellase"}""" + "\n" + """{"synonyms": []}""");
        UnusableInputException missing = Assert.Throws<UnusableInputException>(() => new TermDictionaryBuilder().AddFile("d", path));
        Assert.Equal(("missing_field", 2), (missing.Code, missing.Line));
        path = folder.Write("own.jsonl", """{"name": "quellase", "synonyms": [1]}""");
        Assert.Equal("wrong_type", Assert.Throws<UnusableInputException>(() => new TermDictionaryBuilder().AddFile("d", path)).Code);
    }

    [Theory]
    [InlineData("unit", "Give 5 mg/kg/day or 2.5 mmol/L, 80 mmHg", "mg/kg/day,mmol/L,mmHg")]
    [InlineData("unit", "3 µg/mL and 2 tablets in the morning", "µg/mL,tablets")]
    [InlineData("route", "PO, then i.v.; apply topically to the affected area by mouth", "PO,i.v.,topically,to the affected area,by mouth")]
    [InlineData(
        "frequency",
        "BID, q6h, q 4-6 hours PRN, q.6h., twice daily, 3 times a week",
        "BID,q6h,q 4-6 hours,PRN,q.6h.,twice daily,3 times a week"
    )]
    [InlineData("number-word", "two or twenty-five, one and a half", "two,twenty-five,one and a half")]
    public void Closed_lists_cover_how_doses_are_written(string dictionary, string text, string expected)
    {
        Assert.Equal(expected.Split(','), Find(Terminologies.Build(null), dictionary, text));
    }

    [Theory]
    [InlineData("Cholera, unspecified", "Cholera, unspecified|Cholera")]
    [InlineData("Other specified anemia (chronic)", "Other specified anemia|anemia")]
    [InlineData("Nausea with vomiting [emesis]", "Nausea with vomiting")]
    public void Classifications_are_trimmed_to_what_is_written(string description, string expected)
    {
        Assert.Equal(expected.Split('|'), IcdDescription.Variants(description));
    }

    [Fact]
    public void The_public_terminologies_make_a_small_file_that_knows_common_terms()
    {
        TermDictionary terms = Terminologies.Build(RepositoryPaths.SharedOrSkip("corpora", "terminologies"));
        terms.Save(folder.File(TermDictionary.FileName));
        Assert.InRange(new FileInfo(folder.File(TermDictionary.FileName)).Length, 500_000, 3_000_000);
        const string text = "Lisinopril and water for hypertension; MRI shows severe fever. Parkinson disease.";
        Assert.Equal(["Lisinopril"], Find(terms, Terminologies.Drug, text));
        Assert.Equal(["hypertension", "Parkinson disease"], Find(terms, Terminologies.Disease, text));
        Assert.Equal(["hypertension", "fever"], Find(terms, Terminologies.Icd, text).Take(2));
        Assert.Contains("fever", Find(terms, Terminologies.Phenotype, text));
        Assert.Equal(["MRI"], Find(terms, Terminologies.Abbreviation, text));
    }

    private static IEnumerable<string> Find(TermDictionary terms, string dictionary, string text)
    {
        TokenizedText document = TokenizedText.Of(text);
        List<TermMatch> matches = [];
        TermMatcher.Find(document, terms, matches);
        return matches
            .Where(match => terms.Names[match.Dictionary] == dictionary)
            .Select(match => new TextSpan(document.Tokens[match.First].Span.Start, document.Tokens[match.Last].Span.End).Of(text));
    }
}
