using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Inbox;

public sealed class InboxStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly InboxStore inbox;

    public InboxStoreTests()
    {
        projectId = store.CreateProject().Id;
        inbox = new InboxStore(store.Database);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Red_flags_come_first_then_doubt()
    {
        Transcript(("patient", "can i book a visit for monday", "book_appointment", 0.99));
        Transcript(("patient", "the usual box for my mother again", "refill", 0.4), ("bot", "Which one?", null, 0));
        Transcript(("bot", "Hello, how can I help?", null, 0), ("patient", "i have crushing chest pain right now", "refill", 0.98));

        var page = inbox.List(projectId, new InboxQuery());

        Assert.Equal(
            ["i have crushing chest pain right now", "the usual box for my mother again", "can i book a visit for monday"],
            page.Items.Select(item => item.Turn.Text)
        );
        Assert.True(page.Items[0].IsUrgent);
        Assert.Equal(["Hello, how can I help?"], page.Items[0].Before.Select(turn => turn.Text));
        Assert.Equal(["Which one?"], page.Items[1].After.Select(turn => turn.Text));
        Assert.Equal((3, 3, 0, 1), (page.Total, page.Undecided, page.Decided, page.Urgent));
        Assert.Null(page.Next);
    }

    [Fact]
    public void Of_those_in_the_same_words_one_stands_for_all()
    {
        foreach (string text in new[] { "i need a refill of metformin", "I need a refill of metformin!", "i need a refill for metformin" })
        {
            Transcript(("patient", text, "refill", 0.6));
        }

        Transcript(("patient", "where is the clinic", "book_appointment", 0.6));

        var grouped = inbox.List(projectId, new InboxQuery(Grouped: true));

        Assert.Equal(2, grouped.Total);
        Assert.Equal((3, 3), (grouped.Items[0].Alike, grouped.Items[0].AlikeUndecided));
        var similar = inbox.Similar(projectId, grouped.Items[0].Place);
        Assert.Equal(grouped.Items[0].Place, similar[0].Place);
        Assert.Equal(3, similar.Count);
        Assert.Equal(4, inbox.List(projectId, new InboxQuery()).Total);
        Assert.Throws<RecordNotFoundException>(() => inbox.Similar(projectId, new UtterancePlace("none", 0)));
    }

    [Fact]
    public void Filters_ask_for_what_they_name()
    {
        var first = Transcript(("patient", "book me a visit", "book_appointment", 0.6), ("patient", "and more tablets", "refill", 0.6));
        var second = Transcript(("patient", "a visit on friday", "book_appointment", 0.9), ("patient", "my dog is nice", null, 0));
        Decide(first, 0, CorrectionAction.Accept);
        Decide(first, 1, CorrectionAction.Intent, "book_appointment");
        Decide(second, 0, CorrectionAction.Reject);

        Assert.Equal(["my dog is nice"], Texts(new InboxQuery()));
        Assert.Equal(3, inbox.List(projectId, new InboxQuery(InboxState.Decided)).Total);
        Assert.Equal(["and more tablets", "book me a visit"], Texts(new InboxQuery(InboxState.All, Decided: "book_appointment")).Order());
        Assert.Equal(["a visit on friday"], Texts(new InboxQuery(InboxState.All, Decided: "")));
        Assert.Equal(["and more tablets"], Texts(new InboxQuery(InboxState.All, Suggested: "refill")));
        Assert.Equal(["a visit on friday"], Texts(new InboxQuery(InboxState.All, Words: "FRIDAY visit")));
        Assert.Equal(["book me a visit"], Texts(new InboxQuery(InboxState.All, Only: [new UtterancePlace(first, 0)])));
        Assert.Empty(Texts(new InboxQuery(InboxState.All, Flagged: true)));

        var confusion = inbox.Confusion(projectId);
        Assert.Equal((3, 1), (confusion.Total, confusion.Agreed));
        Assert.Equal(
            [(null, "book_appointment", 1), ("book_appointment", "book_appointment", 1), ("book_appointment", "refill", 1)],
            confusion.Cells.Select(cell => (cell.Decided, cell.Suggested, cell.Count))
        );
    }

    [Fact]
    public void Pages_together_are_the_whole_list()
    {
        string[] words = ["tablets", "visit", "invoice", "parking", "records", "referral", "vaccine", "results", "insurance"];
        foreach (string word in words)
        {
            Transcript(("patient", $"about my {word}", "refill", 0.3 + (word.Length / 20.0)));
        }

        var whole = Texts(new InboxQuery());
        var parts = new List<string>();
        string? after = null;
        do
        {
            var page = inbox.List(projectId, new InboxQuery(), 2, after);
            Assert.Equal(9, page.Total);
            parts.AddRange(page.Items.Select(item => item.Turn.Text));
            after = page.Next;
        } while (after is not null);

        Assert.Equal(whole, parts);
        Assert.Equal("invalid_value", Assert.Throws<UnusableInputException>(() => inbox.List(projectId, new InboxQuery(), 2, "x")).Code);
    }

    [Fact]
    public void What_no_intent_names_is_proposed_as_one()
    {
        string[] unnamed = ["is there parking near you", "how much is parking", "parking for visitors please"];
        foreach (string text in unnamed)
        {
            Transcript(("patient", text, "oos", 0.9));
        }

        Transcript(("patient", "book me a parking free visit", "book_appointment", 0.95));

        var proposal = Assert.Single(inbox.Proposals(projectId));

        Assert.Equal(("parking", 3), (proposal.Words[0], proposal.Count));
        Assert.Equal(unnamed.Order(), proposal.Utterances.Select(item => item.Turn.Text).Order());
        Assert.Empty(inbox.Proposals(projectId, "refill"));
    }

    [Fact]
    public void What_is_kept_between_questions_never_hides_a_change()
    {
        string first = Transcript(("patient", "book me a visit", "book_appointment", 0.6), ("patient", "and more tablets", "refill", 0.6));
        string second = Transcript(("patient", "a visit on friday", "book_appointment", 0.9));
        AssertSameAsRead();
        foreach (
            var change in new Action[]
            {
                () => Decide(first, 0, CorrectionAction.Accept),
                () => store.Suggest(second, (0, "refill", 0.4)),
                () => Transcript(("patient", "book me a visit!", "book_appointment", 0.7), ("patient", "my chest hurts a lot", null, 0)),
                () =>
                    new IntentStore(store.Database).Change(
                        projectId,
                        new IntentChange(IntentChangeKind.Rename, ["book_appointment"], "visit"),
                        null,
                        TemporaryStore.Actor
                    ),
                () => new SetAsideStore(store.Database).Add(second, "A test call.", "ana"),
                () => new SetAsideStore(store.Database).TakeBack(second, "ana"),
                () => new WithdrawalStore(store.Database).Withdraw(first, WithdrawalReason.Duplicate, "boss"),
            }
        )
        {
            change();
            AssertSameAsRead();
        }

        void AssertSameAsRead() => Assert.Equal(Lines(new InboxStore(store.Database)), Lines(inbox));

        string[] Lines(InboxStore asked) =>
            [
                .. asked
                    .List(projectId, new InboxQuery(InboxState.All))
                    .Items.Select(item =>
                        $"{item.Place} {item.Revision} {item.Turn.Text} {item.Turn.State} {item.Turn.Intent} {item.Turn.Suggestion?.Intent} "
                        + $"{item.Turn.Suggestion?.Confidence} {item.Priority} {item.Alike} {item.AlikeUndecided} {item.LeftInTranscript} {item.IsUrgent}"
                    ),
            ];
    }

    [Fact]
    public void What_comes_to_very_many_joins_those_in_nearly_the_same_words()
    {
        string[] subjects = ["visit", "bill", "letter", "nurse", "ward", "blood test", "parking", "vaccine", "scan", "referral"];
        var many = Enumerable
            .Range(0, 2100)
            .Select(i =>
                (
                    "patient",
                    $"question {(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))} {(char)('a' + (i / 676))} about my {subjects[i % 10]}",
                    "refill",
                    0.99
                )
            );
        Transcript([.. many]);
        Transcript(("patient", "i would like to bring my old hearing aid back", "oos", 0.5));
        Assert.Equal(2101, inbox.List(projectId, new InboxQuery()).Total);

        string late = Transcript(
            ("patient", "I would like to bring my old hearing aids back", "oos", 0.5),
            ("patient", "who collects the parcels at the front desk", "oos", 0.5),
            ("patient", "Who collects the parcels at the front desk?", "oos", 0.5),
            ("patient", "my face droops and i cannot speak", "oos", 0.5)
        );

        var utterances = inbox
            .List(projectId, new InboxQuery(Only: [.. Enumerable.Range(0, 4).Select(turn => new UtterancePlace(late, turn))]))
            .Items.OrderBy(item => item.Place)
            .ToList();
        Assert.Equal([2, 2, 2, 1], utterances.Select(item => item.Alike));
        Assert.Equal([false, false, false, true], utterances.Select(item => item.IsUrgent));
    }

    private List<string> Texts(InboxQuery query) => [.. inbox.List(projectId, query).Items.Select(item => item.Turn.Text)];

    private void Decide(string documentId, int turn, CorrectionAction action, string? intent = null) =>
        store.Corrections.Apply(
            documentId,
            new CorrectionBatch(store.Documents.Get(documentId).Revision, [new Change(action, Turn: turn, Intent: intent)]),
            TemporaryStore.Actor
        );

    private string Transcript(params (string Speaker, string Text, string? Intent, double Confidence)[] turns) =>
        store.AddTranscript(projectId, turns);
}
