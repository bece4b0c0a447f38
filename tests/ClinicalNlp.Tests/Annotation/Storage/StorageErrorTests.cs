using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using Dapper;

namespace ClinicalNlp.Tests.Annotation.Storage;

public sealed class StorageErrorTests
{
    private static readonly Change AddFirstWord = new(CorrectionAction.Add, Start: 0, End: 3, Label: "PROBLEM");

    [Fact]
    public void A_full_disk_refuses_the_write_and_leaves_the_store_as_it_was()
    {
        // With a bound on its pages SQLite reports SQLITE_FULL just as it does for ENOSPC.
        long pages = 1_000_000;
        using var store = new TemporaryStore(connection => connection.Execute($"PRAGMA max_page_count = {pages}"));
        string projectId = store.CreateProject().Id;
        string documentId = store.AddNote(projectId, "HTN, asthma");
        int audited = store.Audit.List().Items.Count;
        pages = 1; // SQLite raises it to the present size: not one page more.

        var refused = Assert.Throws<StorageException>(() => store.AddNote(projectId, new string('x', 200_000)));

        Assert.Equal("storage_full", refused.Code);
        Assert.Single(store.Lists.List(projectId).Items);
        Assert.Equal(audited, store.Audit.List().Items.Count);

        pages = 1_000_000;
        Assert.Equal(1, store.Corrections.Apply(documentId, new CorrectionBatch(0, [AddFirstWord]), TemporaryStore.Actor).Revision);
        Assert.Equal(2, store.AddNotes(projectId, "after", "again").Count);
        Assert.Null(store.Audit.FirstBroken());
    }

    [Fact]
    public void A_disk_that_fills_in_the_middle_of_corrections_loses_no_acknowledged_one()
    {
        long pages = 1_000_000;
        using var store = new TemporaryStore(connection => connection.Execute($"PRAGMA max_page_count = {pages}"));
        string text = string.Join(' ', Enumerable.Repeat("word", 5_000));
        string documentId = store.AddNote(store.CreateProject().Id, text);
        pages = 1;
        int revision = 0;

        var refused = Assert.Throws<StorageException>(() =>
        {
            for (int i = 0; i < 5_000; i += 20)
            {
                var words = Enumerable
                    .Range(i, 20)
                    .Select(n => new Change(CorrectionAction.Add, Start: 5 * n, End: 5 * n + 4, Label: "PROBLEM"));
                revision = store.Corrections.Apply(documentId, new CorrectionBatch(revision, [.. words]), TemporaryStore.Actor).Revision;
            }
        });

        Assert.Equal("storage_full", refused.Code);
        store.Reopen();
        var document = store.Documents.Get(documentId);
        Assert.Equal((revision, revision * 20), (document.Revision, document.Mentions.Count));
        Assert.Equal(revision, store.Corrections.History(documentId, limit: 1000).Items.Count);
    }

    [Fact]
    public void A_read_only_database_answers_and_refuses_writes()
    {
        using var store = new TemporaryStore();
        string projectId = store.CreateProject().Id;
        string documentId = store.AddNote(projectId, "HTN, asthma");
        store.Database.Dispose();

        using var readOnly = AnnotationDatabase.Open(store.DatabasePath, store.Clock, readOnly: true);
        var refused = Assert.Throws<StorageException>(() =>
            new CorrectionStore(readOnly).Apply(documentId, new CorrectionBatch(0, [AddFirstWord]), TemporaryStore.Actor)
        );

        Assert.Equal("storage_read_only", refused.Code);
        Assert.Equal(0, new DocumentStore(readOnly).Get(documentId).Revision);
    }

    [Fact]
    public void A_damaged_file_is_named_and_not_touched()
    {
        using var store = new TemporaryStore();
        string path = Path.Combine(store.Folder, "other.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("this is no database ", 500)));
        byte[] before = File.ReadAllBytes(path);

        var refused = Assert.Throws<StorageException>(() => AnnotationDatabase.Open(path, store.Clock));

        Assert.Equal(("storage_damaged", path), (refused.Code, refused.File));
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void The_schema_of_a_newer_program_is_refused()
    {
        using var store = new TemporaryStore();
        store.Database.Dispose();
        TestSql.Execute(store.DatabasePath, "INSERT INTO schema_version (version) VALUES (9000)");

        Assert.Equal("storage_newer", Assert.Throws<StorageException>(() => AnnotationDatabase.Open(store.DatabasePath, store.Clock)).Code);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_storage_error()
    {
        using var store = new TemporaryStore();
        string file = Path.Combine(store.Folder, "file");
        File.WriteAllText(file, "");

        Assert.ThrowsAny<Exception>(() => AnnotationDatabase.Open(Path.Combine(file, "sub", "x.db"), store.Clock));
    }

    [Fact]
    public void Every_commit_is_synced()
    {
        using var store = new TemporaryStore();

        Assert.Equal("wal", store.Database.Read(connection => connection.ExecuteScalar<string>("PRAGMA journal_mode")));
        Assert.Equal(2, store.Database.Read(connection => connection.ExecuteScalar<long>("PRAGMA synchronous")));
        Assert.Equal(1, store.Database.Read(connection => connection.ExecuteScalar<long>("PRAGMA foreign_keys")));
    }

    [Fact]
    public void A_change_without_an_audit_record_is_not_stored()
    {
        using var store = new TemporaryStore();

        Assert.Throws<InvalidOperationException>(() =>
            store.Database.Write(
                "session:ana",
                transaction =>
                    transaction.Connection.Execute("INSERT INTO projects (id, name, created_at, created_by) VALUES ('1', 'n', 0, 'a')")
            )
        );
        Assert.Empty(store.Projects.List().Items);
    }
}
