using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Suggestions;

public sealed class PreannotationStoreTests : IDisposable
{
    private static readonly ModelStamp Notes = new("clinical-entities", "2");
    private static readonly ModelStamp Chats = new("care-intents", "1");
    private static readonly ModelsInUse Both = new(Notes, Chats);

    private readonly TemporaryStore store = new();
    private readonly PreannotationStore jobs;
    private readonly string project;

    public PreannotationStoreTests()
    {
        project = store.CreateProject().Id;
        jobs = new PreannotationStore(store.Database);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void What_no_model_has_read_is_missing_and_what_another_version_said_is_outdated()
    {
        string unread = store.AddNote(project, "Fever.");
        string chat = store.AddTranscript(project, ("patient", "refill please", null, 0));
        store.AddTranscript(project, ("patient", "refill again", "refill", 0.9)); // by version 1 of the intents, which is in use
        string old = Suggested("Cough.", version: "1");
        Suggested("Gout.", version: "2");
        string begun = Suggested("Asthma.", version: "1");
        store.Corrections.Apply(
            begun,
            new CorrectionBatch(0, [new Change(CorrectionAction.Add, Start: 0, End: 6, Label: "PROBLEM")]),
            TemporaryStore.Actor
        );
        string aside = store.AddTranscript(project, ("patient", "is this a test", null, 0));
        new SetAsideStore(store.Database).Add(aside, "A test call.", "ana");

        Assert.Equal(new PreannotationAhead(2, 1), jobs.Ahead(project, Both));
        Assert.Equal(new PreannotationAhead(1, 1), jobs.Ahead(project, new ModelsInUse(Notes, null)));
        Assert.Equal(new PreannotationAhead(1, 0), jobs.Ahead(project, new ModelsInUse(null, Chats)));
        Assert.Equal(
            new PreannotationAhead(2, 0),
            jobs.Ahead(project, Both with { Entities = new("clinical-entities", "1") }) with
            {
                Outdated = 0,
            }
        );

        var missing = jobs.Add(project, PreannotationScope.Missing, "boss");
        var (next, left) = jobs.Ahead(missing, Both, most: 10, count: true);
        Assert.Equal(2, left);
        Assert.Equal([unread, chat], next);
        jobs.Advance(missing.Id, unread, 1, 0, null);
        Assert.Equal([chat], jobs.Ahead(missing, Both, most: 10, count: false).Next);
        jobs.End(missing, PreannotationState.Done, "boss");

        var outdated = jobs.Add(project, PreannotationScope.Outdated, "boss");
        Assert.Equal([old], jobs.Ahead(outdated, Both, most: 10, count: false).Next);
    }

    [Fact]
    public void One_piece_of_work_waits_in_a_project_and_ends_once()
    {
        store.AddNote(project, "Fever.");
        var job = jobs.Add(project, PreannotationScope.Missing, "boss");
        Assert.Equal(job, jobs.Add(project, PreannotationScope.Missing, "ana"));
        Assert.Equal(
            "state_conflict",
            Assert.Throws<UnusableInputException>(() => jobs.Add(project, PreannotationScope.Outdated, "boss")).Code
        );
        Assert.Equal(job, jobs.Next());

        store.Reopen();
        var again = new PreannotationStore(store.Database);
        Assert.Equal(job, again.Next());
        again.Advance(job.Id, "a", 3, 1, "document_done");
        Assert.True(again.End(job, PreannotationState.Cancelled, "ana"));
        Assert.False(again.End(job, PreannotationState.Done, "boss"));
        var ended = again.Get(project, job.Id);
        Assert.Equal((PreannotationState.Cancelled, 3, 1, "document_done"), (ended.State, ended.Done, ended.Failed, ended.ErrorCode));
        Assert.NotNull(ended.Ended);
        Assert.Null(again.Next());
        Assert.Equal([ended], again.List(project).Items);
        Assert.Throws<RecordNotFoundException>(() => again.Get(store.CreateProject("other").Id, job.Id));
        Assert.Throws<RecordNotFoundException>(() => again.Add("none", PreannotationScope.Missing, "boss"));
    }

    private string Suggested(string text, string version)
    {
        string id = store.AddNote(project, text);
        store.Suggestions.ReplaceMentions(id, Notes with { Version = version }, [new Mention(new TextSpan(0, 4), "PROBLEM", 0.9)], "model");
        return id;
    }
}
