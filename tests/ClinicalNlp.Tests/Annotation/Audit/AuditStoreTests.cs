using ClinicalNlp.Annotation.Audit;
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

    [Theory]
    [InlineData("DELETE FROM audit_log WHERE id = 2", 2, "record 2 is missing")]
    [InlineData("DELETE FROM audit_log WHERE id = 3", 3, "records 3 to 3 are missing")]
    [InlineData("DELETE FROM audit_log WHERE id = 1", 1, "record 1 is missing")]
    [InlineData("UPDATE audit_log SET details = '{}' WHERE id = 3", 3, "it was changed")]
    [InlineData("UPDATE audit_log SET at = at + 1 WHERE id = 1", 1, "it was changed")]
    [InlineData("UPDATE audit_log SET previous_hash = hash WHERE id = 2", 2, "it does not follow the record before it")]
    public void A_log_that_was_tampered_with_says_where(string sql, long broken, string reason)
    {
        for (int i = 0; i < 3; i++)
        {
            store.Audit.Record("system", "test.event", $"{i}", new() { ["count"] = i });
        }

        string head = store.Audit.Verify().Head;
        Assert.Equal(new AuditVerification(3, head, null, null), store.Audit.Verify());
        TestSql.Execute(store.DatabasePath, $"DROP TRIGGER audit_log_is_kept_u; DROP TRIGGER audit_log_is_kept_d; {sql}");

        var result = store.Audit.Verify();
        Assert.Equal((broken - 1, broken, reason), (result.Records, result.FirstBroken, result.Reason));
        Assert.True(broken > 1 || result.Head == new string('0', 64));
    }

    [Fact]
    public void The_list_is_filtered_by_who_what_which_and_when()
    {
        store.Audit.Record("ana", "document.corrected", "d1");
        store.Clock.Now += TimeSpan.FromHours(1);
        store.Audit.Record("ben", "document.completed", "d1");
        store.Audit.Record("ana", "documents.added", "p1");
        var noon = store.Clock.Now;
        store.Clock.Now += TimeSpan.FromHours(1);
        store.Audit.Record("ana", "document.corrected", "d2");

        string Found(AuditFilter filter) => string.Join(' ', store.Audit.List(filter: filter).Items.Select(r => r.Sequence));
        Assert.Equal("4 3 1", Found(new(Actor: "ana")));
        Assert.Equal("4 2 1", Found(new(Action: "document")));
        Assert.Equal("4 1", Found(new(Action: "document.corrected")));
        Assert.Equal("2 1", Found(new(Subject: "d1")));
        Assert.Equal("3 2", Found(new(From: noon, Until: store.Clock.Now)));
        Assert.Equal("4", Found(new(Actor: "ana", Action: "document", From: noon)));
        var page = store.Audit.List(limit: 1, filter: new(Action: "document"));
        Assert.Equal(2, Assert.Single(store.Audit.List(limit: 1, page.Next, new(Action: "document")).Items).Sequence);
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
