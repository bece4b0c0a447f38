using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;

namespace ClinicalNlp.Tests.Annotation.Terminologies;

public sealed class ConceptStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SettableClock clock = new();
    private readonly TerminologyStore terminologies;
    private readonly ConceptStore concepts;

    public ConceptStoreTests()
    {
        terminologies = new TerminologyStore(folder.Path, clock);
        concepts = new ConceptStore(terminologies);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Fact]
    public void Without_an_import_nothing_is_found_and_no_file_is_made()
    {
        Assert.Empty(concepts.Search("aspirin", null, null, 10));
        Assert.Empty(concepts.Resolve(["Drugs:D1"]));
        Assert.Empty(terminologies.List());
        Assert.Null(terminologies.Get("Drugs", "D1"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("Aspirin", "Drugs:D1", ConceptMatch.Exact)]
    [InlineData("ASPIRINS", "Drugs:D1", ConceptMatch.Exact)]
    [InlineData("acid acetylsal", "Drugs:D1", ConceptMatch.Words)]
    [InlineData("metfor", "Drugs:D2", ConceptMatch.Prefix)]
    [InlineData("metfromin", "Drugs:D2", ConceptMatch.Typo)]
    [InlineData("myocardal infarction", "DOID:5844", ConceptMatch.Typo)]
    [InlineData("mi", "DOID:5844", ConceptMatch.Abbreviation)]
    [InlineData("htn", "DOID:10763", ConceptMatch.Abbreviation)]
    [InlineData("tumour of oesophagus", "DOID:1", ConceptMatch.Exact)]
    public void A_concept_is_found_by_any_of_its_names(string query, string reference, ConceptMatch match)
    {
        ImportAll();
        var first = concepts.Search(query, null, null, 10)[0];
        Assert.Equal((reference, match), (first.Reference, first.Match));
    }

    [Fact]
    public void The_label_says_which_terminology_comes_first()
    {
        ImportAll();
        Assert.Equal("Drugs:D3", concepts.Search("insulin", "MEDICATION", null, 10)[0].Reference);
        Assert.Equal("DOID:2", concepts.Search("insulin", "PROBLEM", null, 10)[0].Reference);
        Assert.All(concepts.Search("insulin", "PROBLEM", "drugs", 10), found => Assert.Equal("Drugs", found.System));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("a* OR b")]
    [InlineData("NEAR(x) AND folded:y")]
    [InlineData("'; DROP TABLE names; --")]
    [InlineData("\u0000\uD800")]
    [InlineData("a b c d e f g h i j k l m n o p")]
    public void No_query_breaks_the_search(string query)
    {
        ImportAll();
        Assert.DoesNotContain(concepts.Search(query, null, null, 10), found => found.Match == ConceptMatch.Exact);
        Assert.NotEmpty(concepts.Search("aspirin", null, null, 10));
    }

    [Fact]
    public void A_reference_is_turned_back_into_its_name_in_the_order_asked()
    {
        ImportAll();
        var found = concepts.Resolve(["DOID:5844", "Nothing:D1x", "drugs:D1", "D2"]);
        Assert.Equal(["DOID:5844", "drugs:D1", "D2"], found.Select(each => each.Reference));
        Assert.Equal(["Myocardial infarction", "Acetylsalicylic acid", "Metformin"], found.Select(each => each.Name));
    }

    [Fact]
    public void A_concept_is_shown_whole()
    {
        ImportAll();
        var concept = terminologies.Get("DRUGS", "D1")!;
        Assert.Equal(("Drugs", "1", "own words"), (concept.System, concept.Version, concept.Licence));
        Assert.Equal(["ASA", "Aspirin"], concept.Concept.Synonyms); // the shortest first
        Assert.Null(terminologies.Get("Diseases", "D1"));
    }

    [Fact]
    public void A_new_version_takes_the_place_of_the_old_one_alone()
    {
        ImportAll();
        clock.Now = clock.Now.AddDays(1);
        var (now, before) = Import("drugs", "2", "{\"id\":\"N1\",\"name\":\"Novelamine\",\"synonyms\":[\"Novel\"]}");

        Assert.Equal(("2", 1, 2), (now.Version, now.Concepts, now.Names));
        Assert.Equal("1", before!.Version);
        Assert.Empty(concepts.Search("aspirin", null, null, 10));
        Assert.Equal("drugs:N1", concepts.Search("novelamnie", null, null, 10)[0].Reference); // the words are read anew
        Assert.Equal("DOID:5844", concepts.Search("myocardial infarction", null, null, 10)[0].Reference);
        Assert.Equal(["Abbreviations", "Diseases", "drugs"], terminologies.List().Select(each => each.Name));
    }

    [Fact]
    public void What_fails_or_is_interrupted_leaves_the_old_one()
    {
        ImportAll();
        Assert.Throws<UnusableInputException>(() => Import("Drugs", "2", "{\"id\":\"N1\",\"name\":\"New\"}\nnonsense"));
        Assert.Throws<UnusableInputException>(() => Import("Drugs", "2", ""));
        using var stop = new CancellationTokenSource();
        string file = folder.Write(
            "many.jsonl",
            string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"{{\"id\":\"{i}\",\"name\":\"n {i}\"}}"))
        );
        Assert.Throws<OperationCanceledException>(() =>
            terminologies.Import(
                new NewTerminology("Drugs", "2", "x", TerminologyKind.Drug),
                [file],
                (phase, done, _) =>
                {
                    if (phase == "indexing names" && done > 500)
                        stop.Cancel();
                },
                stop.Token
            )
        );

        Assert.Equal("1", terminologies.List().Single(each => each.Name == "Drugs").Version);
        Assert.Equal("Drugs:D1", concepts.Search("aspirin", null, null, 10)[0].Reference);
    }

    [Fact]
    public void What_is_removed_is_found_no_more()
    {
        ImportAll();
        Assert.Equal("1", terminologies.Remove("drugs").Version);
        Assert.Empty(concepts.Search("aspirin", null, null, 10));
        Assert.Equal("not_found", Assert.Throws<UnusableInputException>(() => terminologies.Remove("drugs")).Code);
    }

    [Fact]
    public void Rows_and_files_of_one_code_are_one_concept()
    {
        string table = folder.Write("a.csv", "code,name\nI10,Essential hypertension\nI10,High blood pressure\n");
        string more = folder.Write("b.jsonl", "{\"id\":\"I10\",\"name\":\"Essential hypertension\",\"synonyms\":[\"HBP\"]}");
        var (now, _) = terminologies.Import(new NewTerminology("ICD", "1", "x", TerminologyKind.Disease), [table, more]);
        Assert.Equal((1, 3), (now.Concepts, now.Names));
        Assert.Equal(
            ["High blood pressure", "HBP"],
            terminologies.Get("ICD", "I10")!.Concept.Synonyms.OrderByDescending(name => name.Length)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData(" a")]
    public void A_name_that_codes_could_not_be_told_from_is_refused(string name) =>
        Assert.Equal(
            "invalid_option",
            Assert.Throws<UnusableInputException>(() => Import(name, "1", "{\"id\":\"a\",\"name\":\"b\"}")).Code
        );

    private void ImportAll()
    {
        Import(
            "Drugs",
            "1",
            """
            {"id":"D1","name":"Acetylsalicylic acid","synonyms":["Aspirin","ASA"]}
            {"id":"D2","name":"Metformin"}
            {"id":"D3","name":"Insulin"}
            """
        );
        Import(
            "Diseases",
            "1",
            """
            {"id":"DOID:5844","name":"Myocardial infarction","synonyms":["heart attack"]}
            {"id":"DOID:10763","name":"Hypertension"}
            {"id":"DOID:1","name":"tumors of esophagus"}
            {"id":"DOID:2","name":"Insulin"}
            """
        );
        Import("Abbreviations", "1", "{\"abbr\":\"HTN\",\"expansions\":[\"hypertension\"]}");
    }

    private (Terminology Now, Terminology? Before) Import(string name, string version, string lines) =>
        terminologies.Import(
            new NewTerminology(name, version, "own words", TerminologyKinds.Guess(name)),
            [folder.Write("import.jsonl", lines)]
        );
}
