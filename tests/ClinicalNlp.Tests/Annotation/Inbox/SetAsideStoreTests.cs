using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Inbox;

public sealed class SetAsideStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string project;
    private readonly InboxStore inbox;

    public SetAsideStoreTests()
    {
        project = store.CreateProject().Id;
        inbox = new InboxStore(store.Database);
    }

    private SetAsideStore SetAside => new(store.Database);

    private InboxPage All => inbox.List(project, new InboxQuery(InboxState.All));

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_transcript_set_aside_is_in_no_list_and_no_count_until_it_is_taken_back()
    {
        string test = Chat("hello is this a test");
        string real = Chat("i need my tablets");
        Assert.Equal(2, All.Total);
        SetAside.Add(test, "A test call.", "ana");

        Assert.Equal([real], All.Items.Select(item => item.Place.DocumentId));
        Assert.Equal((1, 0, new TranscriptCounts(1, 0, 0)), (All.Undecided, All.Decided, All.Transcripts));
        Assert.Equal(1, Suggested("refill"));
        var aside = Assert.Single(SetAside.List(project).Items);
        Assert.Equal((test, "A test call.", "ana"), (aside.DocumentId, aside.Reason, aside.By));
        Assert.Equal(1, new AssignmentStore(store.Database).Assign(project, null, [], 1, "boss"));
        Assert.Empty(TestSql.Strings(store.DatabasePath, "SELECT details FROM audit_log WHERE details LIKE '%test call%'"));

        SetAside.TakeBack(test, "ben");
        SetAside.TakeBack(test, "ben");
        Assert.Empty(SetAside.List(project).Items);
        Assert.Equal(2, All.Total);
        Assert.Equal(2, Suggested("refill"));
        Assert.Single(TestSql.Strings(store.DatabasePath, "SELECT action FROM audit_log WHERE action = 'document.taken_back'"));
    }

    [Fact]
    public void What_is_done_comes_back_by_itself_and_what_is_no_transcript_is_refused()
    {
        string chat = Chat("hello");
        SetAside.Add(chat, "Other language.", "ana");
        store.Corrections.Complete(chat, 0, UndecidedSuggestions.Accept, "ben");
        Assert.Empty(SetAside.List(project).Items);
        Assert.Equal(new TranscriptCounts(0, 0, 1), All.Transcripts);
        Refused("document_done", chat);

        Refused("state_conflict", store.AddNote(project, "A note."));
        string other = Chat("hello again");
        new AssignmentStore(store.Database).Assign(project, [other], ["ana"], 1, "boss");
        Refused("state_conflict", new WorkQueueStore(store.Database).Next(project, "ana")!.CopyId!);
        Refused("not_found", "nowhere");
        Assert.Equal("reason_missing", Assert.Throws<UnusableInputException>(() => SetAside.Add(other, " ", "ana")).Code);
    }

    [Fact]
    public void A_transcript_is_ready_when_every_utterance_is_decided()
    {
        string chat = store.AddTranscript(
            project,
            ("patient", "i need my tablets", "refill", 0.9),
            ("bot", "Which ones?", null, 0),
            ("patient", "the blue ones", "refill", 0.4)
        );
        Chat("a visit please");
        Assert.Equal([2, 2, 1], All.Items.Select(item => item.LeftInTranscript).OrderDescending());
        Assert.Empty(inbox.Ready(project).Items);
        Decide(chat, 0, 0);
        Assert.Equal(1, All.Items.Single(item => item.Place == new UtterancePlace(chat, 2)).LeftInTranscript);
        Assert.Empty(inbox.Ready(project).Items);
        Decide(chat, 1, 2);

        Assert.Equal(new TranscriptCounts(1, 1, 0), All.Transcripts);
        var ready = Assert.Single(inbox.Ready(project).Items);
        Assert.Equal((chat, 2, 2), (ready.DocumentId, ready.Revision, ready.Utterances));
        Assert.Empty(inbox.Ready(project, after: chat).Items);
        store.Corrections.Complete(chat, ready.Revision, UndecidedSuggestions.Refuse, "ana");
        Assert.Empty(inbox.Ready(project).Items);
        Assert.Equal(new TranscriptCounts(1, 0, 1), All.Transcripts);
    }

    [Fact]
    public void Counts_of_intents_leave_out_what_is_hidden()
    {
        Chat("i need my tablets");
        string given = Chat("more pills");
        string gold = Chat("pills again");
        store.Corrections.Complete(gold, 0, UndecidedSuggestions.Accept, "boss");
        var assignments = new AssignmentStore(store.Database);
        new GoldQuestionStore(store.Database).Add(project, [gold], "boss");
        assignments.Assign(project, [given], ["ana"], 1, "boss");

        Assert.Equal((2, 1), (Suggested("refill"), Usage("refill", null).Decided));
        Assert.Equal((1, 0, 1), (Usage("refill", "ana").Suggested, Usage("refill", "ana").Decided, Usage("refill", "ana").Documents));
        Assert.Equal((2, 0), (Usage("refill", "ben").Suggested, Usage("refill", "ben").Decided));
    }

    private string Chat(string text) => store.AddTranscript(project, ("patient", text, "refill", 0.9));

    private void Decide(string id, int revision, int turn) =>
        store.Corrections.Apply(id, new(revision, [new Change(CorrectionAction.Intent, Turn: turn, Intent: "refill")]), "ana");

    private int Suggested(string intent) => Usage(intent, null).Suggested;

    private IntentUsage Usage(string intent, string? blind) =>
        new IntentStore(store.Database).Overview(project, blind).Intents.Single(item => item.Name == intent);

    private void Refused(string code, string id) =>
        Assert.Equal(code, Assert.ThrowsAny<UnusableInputException>(() => SetAside.Add(id, "A reason.", "ana")).Code);
}
