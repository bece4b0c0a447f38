namespace ClinicalNlp.Tests.Cli;

public sealed class TerminologyVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Fact]
    public async Task A_terminology_is_imported_listed_replaced_and_removed()
    {
        string file = folder.Write("drugs.csv", "code,name,synonyms\nD1,Aspirin,ASA\nD2,Metformin,\n");
        var first = await Import("DrugBank", "1", file);
        Assert.Equal(0, first.Code);
        Assert.Contains("DrugBank 1 (drug): 2 concepts with 3 names", first.Error, StringComparison.Ordinal);
        var second = await Import("DrugBank", "2", file);
        Assert.Contains("in place of 1 with 2", second.Error, StringComparison.Ordinal);

        var list = await CommandRun.Of("terminology", "list", "--data", folder.Path);
        Assert.StartsWith("DrugBank\t2\tdrug\t2 concepts\t3 names\tCC0\t", list.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.Of("terminology", "remove", "--name", "DrugBank", "--data", folder.Path)).Code);
        Assert.Empty((await CommandRun.Of("terminology", "list", "--data", folder.Path)).Output);
    }

    [Fact]
    public async Task What_cannot_be_used_is_said_with_file_and_line()
    {
        string file = folder.Write("bad.jsonl", "{\"id\":\"a\",\"name\":\"b\"}\n{\"id\":\"c\"}\n");
        var run = await Import("X", "1", file);
        Assert.Equal(2, run.Code);
        Assert.Contains($"{file}:2: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Import("X", "1", folder.File("none.obo"))).Code);
        Assert.Equal(2, (await Import("X", "1", folder.Write("a.csv", "code,name\na,b"), "--kind", "animal")).Code);
        Assert.Empty((await CommandRun.Of("terminology", "list", "--data", folder.Path)).Output);
    }

    private Task<CommandRun> Import(string name, string version, string file, params string[] more) =>
        CommandRun.Of([
            "terminology",
            "import",
            "--name",
            name,
            "--version",
            version,
            "--licence",
            "CC0",
            "--out",
            folder.Path,
            file,
            .. more,
        ]);
}
