using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Lineage;

public sealed class AnswerLogTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly TemporaryModels models;
    private readonly ModelStamp model = new(TemporaryModels.Name, "1");

    public AnswerLogTests()
    {
        models = new TemporaryModels(store);
        models.Ship(TemporaryModels.Name, "1");
        models.Registry.Start();
    }

    private AnswerStore Answers => new(store.Database);

    private string Fingerprint => models.Registry.Store.Get(model.Name, model.Version).Fingerprint;

    public void Dispose()
    {
        models.Dispose();
        store.Dispose();
    }

    [Fact]
    public void What_was_answered_is_found_by_its_id()
    {
        using var log = Started();
        string id = Ask(log, "ward-7", texts: 3, findings: 12);
        log.Flush();

        var found = Answers.Find(id);
        Assert.Equal((model, "ward-7", AnswerKind.Extract, store.Clock.Now), (found.Model, found.Actor, found.Kind, found.At));
        Assert.Equal((3, 12, null), (found.Row!.Texts, found.Row.Findings, found.Row.DocumentId));
        Assert.Equal([id], Answers.ListOf([model]).Items.Select(answer => answer.Id));
        Assert.Throws<RecordNotFoundException>(() => Answers.Find(new string('0', AnswerId.Length)));
    }

    [Fact]
    public void What_waits_when_the_log_ends_is_written()
    {
        var log = Started();
        var ids = Enumerable.Range(0, 50).Select(i => Ask(log, $"caller {i % 3}")).ToList();
        log.Dispose();

        Assert.All(ids, id => Assert.NotNull(Answers.Find(id).Row));
        Assert.Equal((50, 3), (Answers.Counts(model).Sum(count => count.Count), Answers.Counts(model).Count));
        using (Started())
        {
            Assert.Empty(Answers.Gaps());
        }
    }

    [Fact]
    public void More_than_can_wait_is_counted_without_a_row_and_still_leads_to_its_version()
    {
        // Not started: nothing is taken from the queue until it is.
        using var log = new AnswerLog(store.Database, null, capacity: 10);
        var ids = Enumerable.Range(0, 25).Select(_ => Ask(log, "ward-7", texts: 2)).ToList();
        log.Start();
        log.Flush();

        Assert.Equal(10, ids.Count(id => Answers.Find(id).Row is not null));
        var count = Assert.Single(Answers.Counts(model));
        Assert.Equal((25, 15), (count.Count, count.Lost));
        var lost = Answers.Find(ids[^1]);
        Assert.Equal((null, model, "ward-7"), (lost.Row, lost.Model, lost.Actor));
    }

    [Fact]
    public void A_kill_loses_rows_and_shows_as_a_gap()
    {
        var killed = Started();
        string written = Ask(killed, "ward-7");
        killed.Flush();
        var flushed = store.Clock.Now;
        store.Clock.Now += TimeSpan.FromMinutes(2);

        // The answer went out; nothing of the process that gave it runs any more.
        string unwritten = Answers.NewId(store.Clock.Now, 1, AnswerKind.Extract, model, Fingerprint, "ward-7");
        store.Clock.Now += TimeSpan.FromMinutes(1);
        using var next = Started();

        Assert.NotNull(Answers.Find(written).Row);
        var found = Answers.Find(unwritten);
        Assert.Equal((null, model, "ward-7", flushed.AddMinutes(2)), (found.Row, found.Model, found.Actor, found.At));
        Assert.Equal([new RecordingGap(flushed, store.Clock.Now)], Answers.Gaps());
        killed.Dispose();
    }

    [Fact]
    public void A_store_that_cannot_be_written_delays_nobody_and_the_loss_is_counted_later()
    {
        bool full = false;
        using var small = new TemporaryStore(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000";
            command.ExecuteScalar();
        });
        using var log = new AnswerLog(small.Database, null, capacity: 100_000);
        log.Start();
        full = true;
        for (int i = 0; i < 20_000; i++)
        {
            log.Record(AnswerKind.Extract, model, "f", "ward-7", 1, 0);
        }

        Assert.Throws<StorageException>(log.Flush);
        full = false;
        log.Record(AnswerKind.Extract, model, "f", "ward-7", 1, 0);
        log.Flush();

        var count = Assert.Single(new AnswerStore(small.Database).Counts(model));
        Assert.Equal((20_001, 20_000), (count.Count, count.Lost));
    }

    [Fact]
    public void Old_answers_are_forgotten_and_their_counts_and_versions_are_not()
    {
        using var log = Started();
        string old = Ask(log, "ward-7");
        log.Flush();
        store.Clock.Now += TimeSpan.FromDays(30);
        string young = Ask(log, "ward-7");
        log.Flush();

        Assert.Equal(1, Answers.Forget(store.Clock.Now.AddDays(-7)));
        Assert.Equal((null, model, "ward-7"), (Answers.Find(old).Row, Answers.Find(old).Model, Answers.Find(old).Actor));
        Assert.NotNull(Answers.Find(young).Row);
        Assert.Equal(2, Answers.Counts(model).Sum(count => count.Count));
    }

    [Fact]
    public void Lists_are_paged_without_gap_or_repetition()
    {
        models.Ship(TemporaryModels.Name, "2");
        models.Registry.Start();
        var other = new ModelStamp(TemporaryModels.Name, "2");
        using var log = Started();
        var ids = new List<string>();
        for (int i = 0; i < 23; i++)
        {
            store.Clock.Now += TimeSpan.FromSeconds(1);
            ids.Add(log.Record(AnswerKind.Extract, i % 3 == 0 ? other : model, Fingerprint, "ward-7", 1, 1));
        }

        log.Flush();
        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = Answers.ListOf([model, other], 5, after);
            listed.AddRange(page.Items.Select(answer => answer.Id));
            after = page.Next;
        } while (after is not null);
        Assert.Equal(Enumerable.Reverse(ids), listed);
        Assert.Equal(8, Answers.ListOf([other]).Items.Count);
    }

    private AnswerLog Started()
    {
        var log = new AnswerLog(store.Database, null, capacity: 1000);
        log.Start();
        return log;
    }

    private string Ask(AnswerLog log, string actor, int texts = 1, int findings = 1) =>
        log.Record(AnswerKind.Extract, model, Fingerprint, actor, texts, findings);
}
