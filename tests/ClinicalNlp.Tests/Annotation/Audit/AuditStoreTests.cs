using ClinicalNlp.Annotation.Corrections;

namespace ClinicalNlp.Tests.Annotation.Audit;

public sealed class AuditStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public void Every_change_says_who_what_and_when_but_never_the_text()
    {
        string projectId = store.CreateProject().Id;
        string documentId = store.AddNote(projectId, "Zebrafish asthma");
        var change = new Change(CorrectionAction.Add, Start: 0, End: 9, Text: "Zebrafish", Label: "PROBLEM");
        store.Corrections.Apply(documentId, new CorrectionBatch(0, [change]), "session:ben");

        var records = store.Audit.List().Items;

        Assert.Equal(["document.corrected", "documents.added", "project.created"], records.Select(record => record.Action));
        Assert.Equal(("session:ben", documentId, store.Clock.Now), (records[0].Actor, records[0].Subject, records[0].At));
        Assert.All(
            records,
            record => Assert.DoesNotContain("Zebrafish", record.Details.ToJsonString(), StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void The_list_is_paged_from_the_newest()
    {
        for (int i = 0; i < 5; i++)
        {
            store.Audit.Record("system", "test.event", $"{i}");
        }

        var first = store.Audit.List(limit: 2);
        var second = store.Audit.List(limit: 2, first.Next);

        Assert.Equal(["4", "3", "2", "1"], first.Items.Concat(second.Items).Select(record => record.Subject));
        Assert.Null(store.Audit.List(limit: 2, second.Next).Next);
    }

    [Fact]
    public void A_record_changed_behind_our_back_shows()
    {
        for (int i = 0; i < 3; i++)
        {
            store.Audit.Record("system", "test.event", $"{i}");
        }

        Assert.Null(store.Audit.FirstBroken());
        Assert.ThrowsAny<Exception>(() => TestSql.Execute(store.DatabasePath, "UPDATE audit_log SET actor = 'x' WHERE id = 2"));
        TestSql.Execute(store.DatabasePath, "DROP TRIGGER audit_log_is_kept_u; UPDATE audit_log SET actor = 'x' WHERE id = 2");
        Assert.Equal(2, store.Audit.FirstBroken());
    }

    [Fact]
    public void What_cannot_be_audited_does_not_happen()
    {
        string projectId = store.CreateProject().Id;
        string documentId = store.AddNote(projectId, "asthma");
        TestSql.Execute(
            store.DatabasePath,
            "CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no audit today'); END"
        );

        var change = new Change(CorrectionAction.Add, Start: 0, End: 6, Label: "PROBLEM");
        Assert.ThrowsAny<Exception>(() => store.Corrections.Apply(documentId, new CorrectionBatch(0, [change]), TemporaryStore.Actor));

        Assert.Equal(0, store.Documents.Get(documentId).Revision);
        Assert.Empty(store.Corrections.History(documentId).Items);
    }
}
