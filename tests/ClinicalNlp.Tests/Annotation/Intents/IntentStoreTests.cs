using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Inbox;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Intents;

public sealed class IntentStoreTests : IDisposable
{
    private const string Actor = "session:ben";

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly IntentStore intents;

    // Done: both decided, one as suggested. Open: one decided otherwise, one undecided.
    private readonly string done;
    private readonly string open;

    public IntentStoreTests()
    {
        projectId = store.CreateProject().Id;
        intents = new IntentStore(store.Database);
        done = store.AddTranscript(
            projectId,
            ("patient", "book a visit", "book_appointment", 0.8),
            ("patient", "more pills", "refill", 0.9)
        );
        store.Corrections.Complete(done, 0, UndecidedSuggestions.Accept, TemporaryStore.Actor);
        open = store.AddTranscript(projectId, ("patient", "a slot on monday", "refill", 0.6), ("patient", "pills again", "refill", 0.7));
        store.Corrections.Apply(
            open,
            new CorrectionBatch(0, [new Change(CorrectionAction.Intent, Turn: 0, Intent: "book_appointment")]),
            TemporaryStore.Actor
        );
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_new_name_is_followed_by_decisions_suggestions_and_what_models_say_later()
    {
        var change = new IntentChange(IntentChangeKind.Rename, ["refill"], "repeat_prescription");
        var preview = intents.Preview(projectId, change);
        Assert.Equal((1, 1, 1), (preview.Utterances, preview.Suggestions, preview.DoneDocuments));
        Assert.Equal((done, 1), (preview.Documents[0].Id, preview.Documents[0].Utterances));
        Assert.Equal(["accepted book_appointment", "accepted refill"], Decisions(done));

        intents.Change(projectId, change, preview.Stamp, Actor);

        Assert.Equal(["accepted book_appointment", "accepted repeat_prescription"], Decisions(done));
        Assert.Equal((DocumentStatus.Done, 2), (store.Documents.Get(done).Status, store.Documents.Get(done).Revision));
        Assert.Equal("repeat_prescription", store.Documents.Get(open).Turns[1].Suggestion!.Intent);
        var last = store.Corrections.History(done).Items[^1];
        Assert.Equal((BatchKind.Corrections, Actor), (last.Kind, last.By));
        Assert.Equal(("refill", "repeat_prescription"), (last.Changes[0].FromIntent, last.Changes[0].Intent));
        Assert.Equal(["book_appointment", "repeat_prescription"], store.Projects.Get(projectId).Intents.Select(intent => intent.Name));
        Assert.Equal(
            ["document.corrected", "intents.rename"],
            store.Audit.List(2).Items.Select(record => record.Action).Order(StringComparer.Ordinal)
        );
        Assert.Null(store.Audit.FirstBroken());

        // A model of before is asked again: it knows the old name only.
        store.Suggest(open, (1, "refill", 0.75));
        Assert.Equal("repeat_prescription", store.Documents.Get(open).Turns[1].Suggestion!.Intent);
        Assert.Equal(("refill", "repeat_prescription"), (Former("refill").Name, Former("refill").Now));
    }

    [Fact]
    public void Merged_intents_are_one_and_their_probabilities_add_up()
    {
        store.Suggest(open, (1, "refill", 0.45, "book_appointment", 0.3));

        intents.Change(projectId, new IntentChange(IntentChangeKind.Merge, ["refill", "book_appointment"], "reception"), null, Actor);

        Assert.Equal(["accepted reception", "accepted reception"], Decisions(done));
        var turns = store.Documents.Get(open).Turns;
        Assert.Equal(
            ("reception", 0.75, 0),
            (turns[1].Suggestion!.Intent, turns[1].Suggestion!.Confidence, turns[1].Suggestion!.Alternatives.Count)
        );
        Assert.Equal("reception", turns[0].Intent);
        Assert.Equal(["reception"], store.Projects.Get(projectId).Intents.Select(intent => intent.Name));
        // What became of a name is followed through every further change.
        intents.Change(projectId, new IntentChange(IntentChangeKind.Rename, ["reception"], "front_desk"), null, Actor);
        Assert.Equal(["front_desk", "front_desk", "front_desk"], intents.Overview(projectId).Former.Select(former => former.Now));
    }

    [Fact]
    public void A_split_takes_the_utterances_that_it_names()
    {
        var change = new IntentChange(
            IntentChangeKind.Split,
            ["book_appointment"],
            "move_appointment",
            "Another day",
            [new UtterancePlace(open, 0)]
        );

        var effect = intents.Change(projectId, change, null, Actor);

        Assert.Equal((1, 0, 0), (effect.Utterances, effect.Suggestions, effect.DoneDocuments));
        Assert.Equal(["changed move_appointment", " "], Decisions(open));
        Assert.Equal("book_appointment", store.Documents.Get(done).Turns[0].Intent);
        var made = store.Projects.Get(projectId).Intents[^1];
        Assert.Equal(("move_appointment", "Another day"), (made.Name, made.Description));
        Refused("state_conflict", change with { Utterances = [new UtterancePlace(open, 0)] });
        Refused("turn_not_found", change with { Utterances = [new UtterancePlace(open, 7)] });
        Refused("no_changes", change with { Utterances = null });
    }

    [Fact]
    public void A_removed_intent_keeps_its_turns_and_is_learned_no_more()
    {
        intents.Change(projectId, new IntentChange(IntentChangeKind.Remove, ["refill"]), null, Actor);

        Assert.Equal(["accepted book_appointment", "accepted refill"], Decisions(done));
        Assert.Equal(1, store.Documents.Get(done).Revision);
        Assert.Null(store.Documents.Get(open).Turns[1].Suggestion);
        Assert.Equal((null, 1), (Former("refill").Now, Former("refill").Decided));
        store.Corrections.Complete(open, 1, UndecidedSuggestions.Refuse, Actor);
        var snapshots = new SnapshotStore(store.Database);
        var snapshot = snapshots.Create(projectId, ModelTask.Intents, Actor);
        var learned = SnapshotStore.ReadIntents(snapshots.Documents(snapshot.Id));
        Assert.Equal(["book_appointment", "book_appointment"], learned.Select(utterance => utterance.Intent));
        store.Corrections.Reopen(open, 2, Actor);
        Assert.Equal(
            "label_not_in_schema",
            Assert
                .Throws<UnusableInputException>(() =>
                    store.Corrections.Apply(
                        open,
                        new CorrectionBatch(3, [new Change(CorrectionAction.Intent, Turn: 1, Intent: "refill")]),
                        Actor
                    )
                )
                .Code
        );

        intents.Change(projectId, new IntentChange(IntentChangeKind.Add, [], "refill", "Back again"), null, Actor);
        Assert.Empty(intents.Overview(projectId).Former);
        Assert.Equal(1, intents.Overview(projectId).Intents.Single(intent => intent.Name == "refill").Decided);
    }

    [Fact]
    public void A_change_is_not_what_was_shown_when_decisions_came_between()
    {
        var change = new IntentChange(IntentChangeKind.Merge, ["refill"], "book_appointment");
        string stamp = intents.Preview(projectId, change).Stamp;
        store.Corrections.Apply(open, new CorrectionBatch(1, [new Change(CorrectionAction.Accept, Turn: 1)]), TemporaryStore.Actor);
        long before = store.Audit.List(1).Items[0].Sequence;

        Assert.Equal("state_conflict", Assert.Throws<UnusableInputException>(() => intents.Change(projectId, change, stamp, Actor)).Code);
        Assert.Equal(before, store.Audit.List(1).Items[0].Sequence);
        Assert.Equal(["accepted book_appointment", "accepted refill"], Decisions(done));

        Assert.Equal(2, intents.Change(projectId, change, intents.Preview(projectId, change).Stamp, Actor).Utterances);
    }

    [Theory]
    [InlineData(IntentChangeKind.Rename, "refill", "book_appointment", "name_taken")]
    [InlineData(IntentChangeKind.Rename, "refill", " ", "name_missing")]
    [InlineData(IntentChangeKind.Rename, "nothing", "x", "label_not_in_schema")]
    [InlineData(IntentChangeKind.Rename, "oos", "x", "invalid_value")]
    [InlineData(IntentChangeKind.Merge, "refill", "refill", "no_changes")]
    [InlineData(IntentChangeKind.Remove, "refill", "x", "invalid_value")]
    [InlineData(IntentChangeKind.Add, "refill", "x", "invalid_value")]
    public void A_change_that_makes_no_sense_is_refused(IntentChangeKind kind, string from, string to, string code) =>
        Refused(code, new IntentChange(kind, [from], to));

    private void Refused(string code, IntentChange change)
    {
        Assert.Equal(code, Assert.Throws<UnusableInputException>(() => intents.Preview(projectId, change)).Code);
        Assert.Equal(code, Assert.Throws<UnusableInputException>(() => intents.Change(projectId, change, null, Actor)).Code);
    }

    private FormerIntent Former(string name) => intents.Overview(projectId).Former.Single(former => former.Name == name);

    private List<string> Decisions(string documentId) =>
        [.. store.Documents.Get(documentId).Turns.Select(turn => $"{turn.State?.ToString().ToLowerInvariant()} {turn.Intent}")];
}
