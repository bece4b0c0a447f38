using ClinicalNlp.Concepts;

namespace ClinicalNlp.Tests.Concepts;

public sealed class TerminologyFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_lines_have_concepts_and_short_forms()
    {
        var entries = Read(
            "a.jsonl",
            """
            {"id":"D1","name":" Acetylsalicylic acid ","synonyms":["Aspirin","Aspirin",""],"unii":"X","parents":["Salicylates"]}

            {"code":"D2","name":"Old","obsolete":true}
            {"code":"D3","name":"Cholera due to Vibrio","short":"Cholera"}
            {"abbr":"HTN","expansions":["hypertension"]}
            """
        );
        Assert.Equal(
            ["D1|Acetylsalicylic acid|Aspirin|Salicylates", "D3|Cholera due to Vibrio|Cholera|"],
            entries.Where(e => e.Concept is not null).Select(Shown)
        );
        Assert.Equal("HTN", entries[^1].Abbreviation!.Short);
        Assert.Equal([1, 4, 5], entries.Select(e => e.Line));
    }

    [Theory]
    [InlineData("code,name,synonyms\nI10,Essential hypertension,high blood pressure|HTN\n\"E,1\",\"a \"\"b\"\"\",\n")]
    [InlineData("Name\tCode\tSynonyms\r\nEssential hypertension\tI10\thigh blood pressure|HTN\r\n\"a \"\"b\"\"\"\tE,1\t\r\n")]
    public void Tables_have_columns_in_any_order(string table) =>
        Assert.Equal(
            ["I10|Essential hypertension|high blood pressure,HTN|", "E,1|a \"b\"||"],
            Read(table.Contains('\t') ? "a.tsv" : "a.csv", table).Select(Shown)
        );

    [Fact]
    public void Obo_gives_terms_with_synonyms_of_every_scope_and_leaves_out_the_obsolete() =>
        Assert.Equal(
            ["HP:0001250|Seizure|Epileptic seizure,Fits \"and\" starts|HP:0012638"],
            Read(
                    "a.obo",
                    """
                    format-version: 1.2
                    data-version: hp/releases/1

                    [Term]
                    id: HP:0001250
                    name: Seizure ! a comment
                    def: "An event." [X:1]
                    synonym: "Epileptic seizure" EXACT []
                    synonym: "Fits \"and\" starts" RELATED layperson [ORCID:1]
                    is_a: HP:0012638 {source="X"} ! Abnormal nervous system physiology

                    [Term]
                    id: HP:2
                    name: obsolete Gone
                    is_obsolete: true

                    [Typedef]
                    id: part_of
                    name: part of
                    """
                )
                .Select(Shown)
        );

    [Theory]
    [InlineData("a.jsonl", "{\"id\":\"A\",\"name\":\"b\"}\n{\"id\":\"A\"}", "missing_field", 2)]
    [InlineData("a.jsonl", "{\"name\":\"b\"}", "missing_field", 1)]
    [InlineData("a.jsonl", "{\"id\":\"A\",\"name\":\"b\",\"synonyms\":\"c\"}", "wrong_type", 1)]
    [InlineData("a.jsonl", "{\"id\":\"A\",\"name\":\" \"}", "invalid_line", 1)]
    [InlineData("a.jsonl", "[1]", "invalid_json", 1)]
    [InlineData("a.jsonl", "{\"abbr\":\"A\",\"expansions\":[]}", "missing_field", 1)]
    [InlineData("a.csv", "label,text\na,b", "invalid_csv", 1)]
    [InlineData("a.csv", "code,name\nA,b\n,c", "invalid_line", 3)]
    [InlineData("a.csv", "code,name\nA,b,c", "invalid_csv", 2)]
    [InlineData("a.obo", "[Term]\nid: A\nname B", "invalid_line", 3)]
    [InlineData("a.obo", "[Term]\nid: A\nname: B\nsynonym: C EXACT", "invalid_line", 4)]
    [InlineData("a.obo", "[Term]\nid: A\n", "invalid_line", 1)]
    [InlineData("a.obo", "format-version: 1.2\n", "invalid_line", 1)]
    public void What_cannot_be_read_is_said_with_its_line(string name, string text, string code, int line)
    {
        var error = Assert.Throws<UnusableInputException>(() => Read(name, text));
        Assert.Equal((code, line), (error.Code, error.Line));
    }

    [Theory]
    [InlineData("a.xlsx")]
    [InlineData("a")]
    public void Another_ending_is_refused_with_those_that_are_read(string name)
    {
        var error = Assert.Throws<UnusableInputException>(() => Read(name, "x"));
        Assert.Equal("unknown_format", error.Code);
        Assert.Contains(".obo", error.Message, StringComparison.Ordinal);
    }

    private List<TerminologyEntry> Read(string name, string text) => [.. TerminologyFile.Read(folder.Write(name, text))];

    private static string Shown(TerminologyEntry entry) =>
        $"{entry.Concept!.Code}|{entry.Concept.Name}|{string.Join(',', entry.Concept.Synonyms)}|{string.Join(',', entry.Concept.Parents)}";
}
