using System.Text.Json.Nodes;

namespace ClinicalNlp.Tests.Cli;

public sealed class AgreementVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Figures_of_two_files_as_a_table_and_as_json()
    {
        var ada = _folder.Write("ada.jsonl", Lines((3, 13), (3, 13)));
        var bob = _folder.Write("bob.jsonl", Lines((3, 13), (9, 13)));
        var table = await CommandRun.Of("agreement", ada, bob);
        Assert.Equal(0, table.Code);
        Assert.Contains("2 documents by ada, bob", table.Output, StringComparison.Ordinal);
        Assert.Matches(@"F1 of mentions, exact +0\.500 \[0\.000, 1\.000\]", table.Output);
        Assert.Matches(@"ada, bob +2 +0\.500 ", table.Output);
        Assert.Matches(@"PROBLEM +4 +0\.500 ", table.Output);

        var json = JsonNode.Parse((await CommandRun.Of("agreement", "--json", ada, bob)).Output)!;
        Assert.Equal(1, (double)json["overlapF1"]!["value"]!);
        Assert.Equal("bob", (string?)json["pairs"]![0]!["second"]);
    }

    [Fact]
    public async Task Different_texts_and_files_that_share_nothing_are_refused_without_a_word_of_the_text()
    {
        var ada = _folder.Write("ada.jsonl", Lines((3, 13), (3, 13)));
        var changed = await CommandRun.Of("agreement", ada, _folder.Write("bob.jsonl", Lines((3, 13), (3, 13)).Replace("today", "TODAY")));
        Assert.Equal(2, changed.Code);
        Assert.Contains("different_text", changed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pain", changed.Error, StringComparison.Ordinal);
        var others = await CommandRun.Of("agreement", ada, _folder.Write("cyd.jsonl", Lines((3, 13), (3, 13)).Replace("\"n", "\"m")));
        Assert.Equal(2, others.Code);
        Assert.Contains("nothing_shared", others.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.Of("agreement", ada)).Code);
        Assert.Equal(2, (await CommandRun.Of("agreement", ada, ada)).Code);
    }

    private static string Lines(params (int Start, int End)[] spans) =>
        string.Concat(
            spans.Select(
                (span, i) =>
                    $$$"""{"id":"n{{{i}}}","text":"No chest pain today","spans":[{"start":{{{span.Start}}},"end":{{{span.End}}},"label":"PROBLEM"}]}"""
                    + "\n"
            )
        );
}
