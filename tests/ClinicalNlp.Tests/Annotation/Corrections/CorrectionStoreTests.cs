using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Corrections;

public sealed class CorrectionStoreTests : IDisposable
{
    // Emoji, a combining mark and CR-LF stand before the words that are marked.
    private const string Text = "😀 Cafe\u0301\r\nHTN and asthma, on lisinopril 10mg";
    private static readonly ModelStamp Model = new("clinical-entities", "1");

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly string documentId;

    public CorrectionStoreTests()
    {
        projectId = store.CreateProject().Id;
        documentId = store.AddNote(projectId, Text);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void An_added_span_is_stored_and_slices_to_its_words()
    {
        var outcome = Apply(0, Add("asthma", "PROBLEM"));

        var mention = Assert.Single(outcome.Document.Mentions);
        Assert.Equal("asthma", mention.Span.Of(outcome.Document.Text));
        Assert.Equal((1, MentionState.Added), (outcome.Revision, mention.State));
        Assert.Equal(DocumentStatus.InProgress, outcome.Document.Status);
    }

    [Fact]
    public void Everything_survives_a_restart()
    {
        Apply(0, Add("asthma", "PROBLEM"), Add("lisinopril", "MEDICATION"));
        store.Reopen();

        var document = store.Documents.Get(documentId);

        Assert.Equal(1, document.Revision);
        Assert.Equal(["asthma", "lisinopril"], document.Mentions.Select(mention => mention.Span.Of(document.Text)));
    }

    [Fact]
    public void A_suggestion_can_be_accepted_rejected_relabelled_and_resized()
    {
        var suggested = Suggest(("HTN", "PROBLEM"), ("asthma", "MEDICATION"), ("lisinopril", "MEDICATION"), ("10mg", "PROBLEM"));
        var ids = suggested.Mentions.Select(mention => mention.Id).ToList();
        var wider = Span("lisinopril 10mg");

        var outcome = Apply(
            0,
            new Change(CorrectionAction.Accept, ids[0]),
            new Change(CorrectionAction.Relabel, ids[1], Label: "PROBLEM"),
            new Change(CorrectionAction.Resize, ids[2], wider.Start, wider.End),
            new Change(CorrectionAction.Reject, ids[3])
        );

        Assert.Equal(
            [("HTN", "PROBLEM"), ("asthma", "PROBLEM"), ("lisinopril 10mg", "MEDICATION")],
            outcome.Document.Mentions.Select(mention => (mention.Span.Of(Text), mention.Label))
        );
        Assert.All(outcome.Document.Mentions, mention => Assert.Equal(MentionState.Accepted, mention.State));
        Assert.All(outcome.Document.Mentions, mention => Assert.Equal(Model, mention.Model));

        var batch = Assert.Single(store.Corrections.History(documentId).Items);
        Assert.Equal(
            [CorrectionAction.Accept, CorrectionAction.Relabel, CorrectionAction.Resize, CorrectionAction.Reject],
            batch.Changes.Select(change => change.Action)
        );
        Assert.Equal("MEDICATION", batch.Changes[1].FromLabel);
        Assert.Equal("lisinopril", batch.Changes[2].FromSpan!.Value.Of(Text));
        Assert.Equal((TemporaryStore.Actor, store.Clock.Now), (batch.By, batch.At));
    }

    [Fact]
    public void Every_correction_can_be_undone_by_putting_the_mention_back_as_it_was()
    {
        var suggested = Suggest(("HTN", "PROBLEM"), ("asthma", "MEDICATION"), ("lisinopril", "MEDICATION"), ("10mg", "PROBLEM"));
        var ids = suggested.Mentions.Select(mention => mention.Id).ToList();
        var wider = Span("lisinopril 10mg");
        Apply(
            0,
            new Change(CorrectionAction.Accept, ids[0]),
            new Change(CorrectionAction.Relabel, ids[1], Label: "PROBLEM"),
            new Change(CorrectionAction.Resize, ids[2], wider.Start, wider.End),
            new Change(CorrectionAction.Reject, ids[3])
        );

        var undone = Apply(1, [.. suggested.Mentions.Select(mention => Restored(mention))]);

        Assert.Equal(suggested.Mentions, undone.Document.Mentions);
        Assert.All(
            store.Corrections.History(documentId).Items[1].Changes,
            change => Assert.Equal((CorrectionAction.Restore, Model), (change.Action, change.Model))
        );
    }

    [Fact]
    public void What_a_person_added_and_removed_comes_back_under_its_own_id()
    {
        var added = Apply(0, Add("asthma", "PROBLEM")).Document.Mentions[0];
        Apply(1, new Change(CorrectionAction.Remove, added.Id));

        Assert.Equal(added, Assert.Single(Apply(2, Restored(added)).Document.Mentions));
    }

    [Fact]
    public void A_mention_is_not_restored_to_what_it_never_was()
    {
        var suggested = Suggest(("HTN", "PROBLEM")).Mentions[0];
        Apply(0, new Change(CorrectionAction.Reject, suggested.Id), Add("asthma", "PROBLEM"));
        var added = store.Documents.Get(documentId).Mentions[0];

        Change[] refusals =
        [
            Restored(suggested) with
            {
                MentionId = "nobody",
            },
            Restored(suggested) with
            {
                State = MentionState.Added,
            },
            Restored(suggested) with
            {
                Label = "MEDICATION",
            },
            Restored(suggested) with
            {
                State = null,
            },
            Restored(added) with
            {
                State = MentionState.Suggested,
            },
            Restored(suggested) with
            {
                Start = added.Span.Start,
                End = added.Span.End,
                State = MentionState.Accepted,
            },
            Restored(added),
            Restored(added) with
            {
                Text = "asthm",
            },
        ];
        string[] codes =
        [
            "mention_not_found",
            "never_so",
            "never_so",
            "never_so",
            "never_so",
            "duplicate_mention",
            "no_changes",
            "span_off_surface",
        ];
        Assert.All(refusals.Zip(codes), pair => Refused(pair.Second, new CorrectionBatch(1, [pair.First])));
    }

    [Fact]
    public void Two_people_save_the_same_document_and_the_second_is_told_what_changed()
    {
        Apply(0, Add("asthma", "PROBLEM"));

        var refused = Assert.Throws<StaleRevisionException>(() =>
            store.Corrections.Apply(documentId, new CorrectionBatch(0, [Add("HTN", "PROBLEM")]), "session:ben")
        );

        Assert.Equal(("stale_revision", 1), (refused.Code, refused.CurrentRevision));
        var since = Assert.Single(refused.ChangesSince);
        Assert.Equal(TemporaryStore.Actor, since.By);
        Assert.Equal("asthma", Assert.Single(since.Changes).Span!.Value.Of(Text));
        Assert.Single(store.Documents.Get(documentId).Mentions);
    }

    [Fact]
    public void Of_many_people_saving_at_once_exactly_one_wins_each_revision()
    {
        int accepted = 0;
        int stale = 0;
        Parallel.For(
            0,
            8,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i =>
            {
                try
                {
                    var change = new Change(CorrectionAction.Add, Start: 10, End: 11 + i, Label: "PROBLEM");
                    store.Corrections.Apply(documentId, new CorrectionBatch(0, [change]), $"session:{i}");
                    Interlocked.Increment(ref accepted);
                }
                catch (StaleRevisionException)
                {
                    Interlocked.Increment(ref stale);
                }
            }
        );

        Assert.Equal((1, 7), (accepted, stale));
        Assert.Equal(1, store.Documents.Get(documentId).Revision);
    }

    [Fact]
    public void The_same_idempotency_key_answers_again_without_a_second_write()
    {
        var batch = new CorrectionBatch(0, [Add("asthma", "PROBLEM")], "key-1");
        store.Corrections.Apply(documentId, batch, TemporaryStore.Actor);
        Apply(1, Add("HTN", "PROBLEM"));

        var again = store.Corrections.Apply(documentId, batch, TemporaryStore.Actor);

        Assert.Equal((1, true), (again.Revision, again.Repeated));
        Assert.Equal(2, store.Corrections.History(documentId).Items.Count);
    }

    [Fact]
    public void An_idempotency_key_belongs_to_one_request()
    {
        store.Corrections.Apply(documentId, new CorrectionBatch(0, [Add("asthma", "PROBLEM")], "key-1"), TemporaryStore.Actor);

        Refused("idempotency_key_reused", new CorrectionBatch(1, [Add("HTN", "PROBLEM")], "key-1"));
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(5, 2)]
    [InlineData(0, 10_000)]
    [InlineData(1, 6)] // begins inside the emoji
    [InlineData(0, 1)] // ends inside the emoji
    public void A_span_off_the_text_is_refused(int start, int end) =>
        Refused("span_out_of_range", new CorrectionBatch(0, [new Change(CorrectionAction.Add, Start: start, End: end, Label: "PROBLEM")]));

    [Fact]
    public void A_span_whose_surface_differs_is_refused()
    {
        var span = Span("asthma");
        Refused(
            "span_off_surface",
            new CorrectionBatch(0, [new Change(CorrectionAction.Add, null, span.Start + 1, span.End + 1, "asthma", "PROBLEM")])
        );
    }

    [Theory]
    [InlineData("problem")]
    [InlineData("GENE")]
    [InlineData(null)]
    public void A_label_outside_the_schema_is_refused(string? label) =>
        Refused("label_not_in_schema", new CorrectionBatch(0, [new Change(CorrectionAction.Add, Start: 0, End: 2, Label: label)]));

    [Fact]
    public void A_refusal_says_what_the_project_has_and_not_what_was_given()
    {
        var batch = new CorrectionBatch(0, [new Change(CorrectionAction.Add, Start: 0, End: 2, Label: "asthma")]);
        var refused = Assert.Throws<UnusableInputException>(() => store.Corrections.Apply(documentId, batch, TemporaryStore.Actor));
        Assert.EndsWith("it has MEDICATION, PROBLEM", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("asthma", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_change_refuses_the_whole_batch() =>
        Refused("label_not_in_schema", new CorrectionBatch(0, [Add("asthma", "PROBLEM"), Add("HTN", "GENE")]));

    [Fact]
    public void A_batch_without_changes_is_refused() => Refused("no_changes", new CorrectionBatch(0, []));

    [Fact]
    public void Spans_may_overlap_and_nest_but_not_repeat()
    {
        Apply(0, Add("HTN and asthma", "PROBLEM"), Add("asthma", "PROBLEM"), Add("asthma", "MEDICATION"));

        Refused("duplicate_mention", new CorrectionBatch(1, [Add("asthma", "MEDICATION")]));
    }

    [Fact]
    public void Two_mentions_may_change_places_in_one_batch()
    {
        var document = Apply(0, Add("HTN", "PROBLEM"), Add("HTN", "MEDICATION")).Document;
        var medication = document.Mentions.Single(mention => mention.Label == "MEDICATION");
        var problem = document.Mentions.Single(mention => mention.Label == "PROBLEM");
        var asthma = Span("asthma");
        var htn = Span("HTN");

        var after = Apply(
            1,
            new Change(CorrectionAction.Resize, medication.Id, asthma.Start, asthma.End),
            new Change(CorrectionAction.Relabel, problem.Id, Label: "MEDICATION"),
            new Change(CorrectionAction.Relabel, medication.Id, Label: "PROBLEM"),
            new Change(CorrectionAction.Resize, medication.Id, htn.Start, htn.End)
        ).Document;

        Assert.Equal(
            [(problem.Id, "MEDICATION"), (medication.Id, "PROBLEM")],
            after.Mentions.Select(mention => (mention.Id, mention.Label))
        );
    }

    [Fact]
    public void A_whole_set_is_recorded_as_the_difference()
    {
        Suggest(("HTN", "PROBLEM"), ("asthma", "PROBLEM"));
        var added = Apply(0, Add("lisinopril", "MEDICATION"));
        var htn = Span("HTN");
        var dose = Span("10mg");

        var outcome = store.Corrections.Replace(
            documentId,
            new Replacement(
                added.Revision,
                [new NewSpan(htn.Start, htn.End, "PROBLEM", "HTN"), new NewSpan(dose.Start, dose.End, "MEDICATION")],
                null,
                Done: true
            ),
            "key:importer"
        );

        Assert.Equal(["HTN", "10mg"], outcome.Document.Mentions.Select(mention => mention.Span.Of(Text)));
        Assert.Equal(DocumentStatus.Done, outcome.Document.Status);
        Assert.Equal(
            [CorrectionAction.Accept, CorrectionAction.Reject, CorrectionAction.Remove, CorrectionAction.Add],
            store.Corrections.History(documentId).Items[^1].Changes.Select(change => change.Action)
        );
    }

    [Fact]
    public void Completing_asks_what_becomes_of_open_suggestions()
    {
        Suggest(("HTN", "PROBLEM"), ("asthma", "PROBLEM"));

        var refused = Assert.Throws<UnusableInputException>(() =>
            store.Corrections.Complete(documentId, 0, UndecidedSuggestions.Refuse, TemporaryStore.Actor)
        );
        var done = store.Corrections.Complete(documentId, 0, UndecidedSuggestions.Accept, TemporaryStore.Actor);

        Assert.Equal("undecided_suggestions", refused.Code);
        Assert.Equal(DocumentStatus.Done, done.Document.Status);
        Assert.All(done.Document.Mentions, mention => Assert.Equal(MentionState.Accepted, mention.State));
        Refused("document_done", new CorrectionBatch(1, [Add("lisinopril", "MEDICATION")]));

        var open = store.Corrections.Reopen(documentId, 1, TemporaryStore.Actor);
        Assert.Equal((2, DocumentStatus.InProgress), (open.Revision, open.Document.Status));
    }

    [Fact]
    public void Intents_of_turns_are_suggested_accepted_changed_and_cleared()
    {
        string id = store
            .Documents.Add(
                projectId,
                [
                    new NewDocument(
                        null,
                        Turns: [new Turn("patient", "I need a refill 💊"), new Turn("bot", "Sure."), new Turn("patient", "And a visit")]
                    ),
                ],
                TemporaryStore.Actor
            )[0]
            .Id;
        var intentModel = new ModelStamp("care-intents", "1");
        var prediction = new IntentPrediction(
            "refill",
            0.9,
            [new IntentScore("book_appointment", 0.05), new IntentScore("elsewhere", 0.01)]
        );
        store.Suggestions.ReplaceIntents(
            id,
            intentModel,
            [new TurnPrediction(0, prediction), new TurnPrediction(2, prediction)],
            TemporaryStore.Actor
        );

        var document = store
            .Corrections.Apply(
                id,
                new CorrectionBatch(
                    0,
                    [new Change(CorrectionAction.Accept, Turn: 0), new Change(CorrectionAction.Intent, Turn: 2, Intent: "book_appointment")]
                ),
                TemporaryStore.Actor
            )
            .Document;

        Assert.Equal(("refill", IntentState.Accepted), (document.Turns[0].Intent, document.Turns[0].State));
        Assert.Equal(("book_appointment", IntentState.Changed), (document.Turns[2].Intent, document.Turns[2].State));
        Assert.Equal("I need a refill 💊", document.Turns[0].Span.Of(document.Text));
        Assert.Equal("And a visit", document.Turns[2].Span.Of(document.Text));
        Assert.Equal(["book_appointment"], document.Turns[0].Suggestion!.Alternatives.Select(other => other.Intent));

        var oos = new CorrectionBatch(1, [new Change(CorrectionAction.Intent, Turn: 0, Intent: IntentPrediction.OutOfScope)]);
        Assert.Equal("oos", store.Corrections.Apply(id, oos, TemporaryStore.Actor).Document.Turns[0].Intent);
        var unknown = new CorrectionBatch(2, [new Change(CorrectionAction.Intent, Turn: 0, Intent: "elsewhere")]);
        Assert.Equal(
            "label_not_in_schema",
            Assert.Throws<UnusableInputException>(() => store.Corrections.Apply(id, unknown, TemporaryStore.Actor)).Code
        );
        var clear = new CorrectionBatch(2, [new Change(CorrectionAction.Intent, Turn: 0)]);
        Assert.Null(store.Corrections.Apply(id, clear, TemporaryStore.Actor).Document.Turns[0].State);
    }

    [Fact]
    public void An_unknown_document_is_not_found() =>
        Assert.Throws<RecordNotFoundException>(() =>
            store.Corrections.Apply("nothing", new CorrectionBatch(0, [Add("asthma", "PROBLEM")]), TemporaryStore.Actor)
        );

    [Fact]
    public void The_log_cannot_be_rewritten()
    {
        Apply(0, Add("asthma", "PROBLEM"));

        foreach (string sql in new[] { "UPDATE corrections SET label = 'x'", "DELETE FROM corrections", "DELETE FROM correction_batches" })
        {
            Assert.ThrowsAny<Exception>(() => TestSql.Execute(store.DatabasePath, sql));
        }

        Assert.Single(store.Corrections.History(documentId).Items);
    }

    private CorrectionOutcome Apply(int revision, params Change[] changes) =>
        store.Corrections.Apply(documentId, new CorrectionBatch(revision, changes), TemporaryStore.Actor);

    private void Refused(string code, CorrectionBatch batch)
    {
        var before = store.Documents.Get(documentId);
        int audited = store.Audit.List().Items.Count;
        var refused = Assert.Throws<UnusableInputException>(() => store.Corrections.Apply(documentId, batch, TemporaryStore.Actor));
        Assert.Equal(code, refused.Code);
        Assert.DoesNotContain("asthma", refused.Message, StringComparison.Ordinal);
        Assert.Equivalent(before, store.Documents.Get(documentId));
        Assert.Equal(audited, store.Audit.List().Items.Count);
    }

    private Document Suggest(params (string Words, string Label)[] mentions) =>
        store.Suggestions.ReplaceMentions(
            documentId,
            Model,
            [.. mentions.Select(mention => new Mention(Span(mention.Words), mention.Label, 0.8))],
            TemporaryStore.Actor
        );

    private static TextSpan Span(string words)
    {
        int start = Text.IndexOf(words, StringComparison.Ordinal);
        return new TextSpan(start, start + words.Length);
    }

    private static Change Restored(DocumentMention mention) =>
        new(CorrectionAction.Restore, mention.Id, mention.Span.Start, mention.Span.End, Label: mention.Label, State: mention.State);

    private static Change Add(string words, string label) =>
        new(CorrectionAction.Add, null, Span(words).Start, Span(words).End, words, label);
}
