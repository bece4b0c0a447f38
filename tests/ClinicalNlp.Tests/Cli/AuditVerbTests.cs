using ClinicalNlp.Tests.Annotation;

namespace ClinicalNlp.Tests.Cli;

public sealed class AuditVerbTests : IDisposable
{
    private readonly TemporaryStore store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_whole_log_ends_with_0_and_tells_its_head()
    {
        store.CreateProject();
        string before = store.Audit.Verify().Head;
        store.CreateProject("second");

        // The store is open meanwhile, as that of a running service is.
        var run = await CommandRun.Of("audit", "verify", "--data", store.Folder);
        Assert.Equal(0, run.Code);
        Assert.Contains("2 records, whole.", run.Error, StringComparison.Ordinal);
        Assert.Contains(store.Audit.Verify().Head, run.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await CommandRun.Of("audit", "verify", "--data", store.Folder, "--head", before)).Code);
        var other = await CommandRun.Of("audit", "verify", "--data", store.Folder, "--head", new string('a', 64));
        Assert.Equal(2, other.Code);
        Assert.Contains("is not the one that the noted hash is of", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_one_ends_with_2_and_names_the_record()
    {
        store.CreateProject();
        store.CreateProject("second");
        TestSql.Execute(store.DatabasePath, "DROP TRIGGER audit_log_is_kept_u; UPDATE audit_log SET actor = 'x' WHERE id = 2");
        var run = await CommandRun.Of("audit", "verify", "--data", store.Folder);
        Assert.Equal(2, run.Code);
        Assert.Contains("broken at record 2: it was changed; 1 records before it are whole", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_service_ends_with_2_and_stays_empty()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.Of("audit", "verify", "--data", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
