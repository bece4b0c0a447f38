using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Schemas;

public sealed class SchemaWorkerTests : IDisposable
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(1);

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly string id;
    private readonly SchemaStore schema;
    private readonly SchemaWorker worker;

    public SchemaWorkerTests()
    {
        projectId = store.CreateProject().Id;
        id = store.AddNote(projectId, "one two three");
        Mark(0, 3, revision: 0);
        schema = new SchemaStore(store.Database);
        worker = new SchemaWorker(store.Database, schema);
    }

    public void Dispose()
    {
        worker.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task A_job_is_done_with_what_it_did_and_one_thought_out_on_another_schema_is_refused()
    {
        var first = worker.Enqueue(projectId, Rename("FINDING"), 1, "ben");
        var second = worker.Enqueue(projectId, Rename("OTHER"), 1, "ben");
        Assert.Equal((SchemaJobState.Waiting, (SchemaJobProgress?)null), (first.State, first.Progress));
        worker.Start();

        first = await worker.WaitAsync(projectId, first.Id, Ample, default);
        second = await worker.WaitAsync(projectId, second.Id, Ample, default);

        Assert.Equal((SchemaJobState.Done, 1, 2), (first.State, first.Effect!.Mentions, first.Effect.Version));
        Assert.Equal((SchemaJobState.Refused, "stale_schema"), (second.State, second.ErrorCode));
        Assert.Equal("FINDING", store.Documents.Get(id).Mentions.Single().Label);
        Assert.Equal([second.Id, first.Id], worker.List(projectId).Items.Select(job => job.Id));
        Assert.Throws<UnusableInputException>(() => worker.Cancel(projectId, first.Id, "ben"));
    }

    [Fact]
    public async Task A_job_that_waits_can_be_cancelled_and_survives_a_restart()
    {
        var cancelled = worker.Enqueue(projectId, Rename("FINDING"), 1, "ben");
        var kept = worker.Enqueue(projectId, Rename("OTHER"), 1, "ben");
        worker.Cancel(projectId, cancelled.Id, "eva");
        Assert.Equal("schema.cancelled", store.Audit.List(1).Items[0].Action);

        using var next = new SchemaWorker(store.Database, schema);
        next.Start();
        Assert.Equal(SchemaJobState.Done, (await next.WaitAsync(projectId, kept.Id, Ample, default)).State);
        Assert.Equal(SchemaJobState.Cancelled, next.Get(projectId, cancelled.Id).State);
        Assert.Equal("OTHER", store.Documents.Get(id).Mentions.Single().Label);
    }

    [Fact]
    public async Task Between_long_changes_others_write()
    {
        using var pausing = new SchemaWorker(store.Database, schema) { ForOthers = (TimeSpan.Zero, Ample) };
        var first = pausing.Enqueue(projectId, Rename("FINDING"), 1, "ben");
        var second = pausing.Enqueue(projectId, Rename("OTHER"), 1, "ben");
        pausing.Start();
        Assert.Equal(SchemaJobState.Done, (await pausing.WaitAsync(projectId, first.Id, Ample, default)).State);

        await Task.Run(() =>
        {
            AnnotationDatabase.WaitAtMost(TimeSpan.Zero);
            Mark(4, 7, revision: 2);
        });

        second = pausing.Get(projectId, second.Id);
        Assert.Equal((SchemaJobState.Waiting, (SchemaJobProgress?)null), (second.State, second.Progress));
    }

    [Fact]
    public void A_change_that_is_given_up_in_the_middle_leaves_nothing()
    {
        long told = -1;
        Assert.Throws<OperationCanceledException>(() =>
            store.Database.WriteAtLength(
                "ben",
                transaction =>
                    schema.Change(
                        transaction,
                        projectId,
                        Rename("FINDING"),
                        1,
                        progress =>
                        {
                            told = progress.Done;
                            if (progress.Done == progress.Total)
                            {
                                throw new OperationCanceledException();
                            }
                        }
                    )
            )
        );

        Assert.Equal(1, told);
        Assert.Equal(("PROBLEM", 1), (store.Documents.Get(id).Mentions.Single().Label, store.Documents.Get(id).Revision));
        Assert.Equal(1, schema.Overview(projectId).Version);
        Assert.Null(store.Audit.FirstBroken());
        Assert.Equal(2, schema.Change(projectId, Rename("FINDING"), 1, "ben").Version);
    }

    [Fact]
    public async Task Who_is_in_a_hurry_is_told_and_who_is_not_waits_for_the_end()
    {
        using var begun = new ManualResetEventSlim();
        using var refused = new ManualResetEventSlim();
        var change = Task.Run(() =>
            store.Database.WriteAtLength(
                "ben",
                transaction =>
                    schema.Change(
                        transaction,
                        projectId,
                        Rename("FINDING"),
                        1,
                        _ =>
                        {
                            begun.Set();
                            refused.Wait();
                        }
                    )
            )
        );
        begun.Wait();
        var patient = Task.Run(() => Mark(4, 7, revision: 2));
        var error = await Task.Run(() =>
        {
            AnnotationDatabase.WaitAtMost(TimeSpan.Zero);
            return Assert.Throws<StorageException>(() => Mark(4, 7, revision: 1));
        });
        Assert.Equal("schema_changing", error.Code);
        Assert.Equal(1, store.Documents.Get(id).Revision);
        refused.Set();
        await change;
        await patient;

        // The old name is read in the new one.
        Assert.Equal(["FINDING", "FINDING"], store.Documents.Get(id).Mentions.Select(mention => mention.Label));
    }

    private static SchemaChange Rename(string to) => new(SchemaChangeKind.Rename, ["PROBLEM"], to);

    private void Mark(int start, int end, int revision) =>
        store.Corrections.Apply(
            id,
            new CorrectionBatch(revision, [new Change(CorrectionAction.Add, Start: start, End: end, Label: "PROBLEM")]),
            TemporaryStore.Actor
        );
}
