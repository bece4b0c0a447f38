using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Adjudication;

public sealed class AdjudicationStoreTests : IDisposable
{
    private const string Text = "😀 Asthma and severe chest pain, takes aspirin and salbutamol.";

    private readonly TemporaryStore store = new();
    private readonly string project;

    public AdjudicationStoreTests() => project = store.CreateProject().Id;

    private AssignmentStore Assignments => new(store.Database);
    private WorkQueueStore Queue => new(store.Database);

    private AdjudicationStore Adjudications => new(store.Database, store.Corrections);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Two_readings_become_gold_group_by_group_and_the_log_says_who_decided()
    {
        string note = ReadByTwo(
            [At("Asthma", "PROBLEM"), At("severe chest pain", "PROBLEM"), At("aspirin", "MEDICATION")],
            [At("Asthma", "PROBLEM"), At("chest pain", "PROBLEM"), At("salbutamol", "PROBLEM")]
        );
        var waiting = Assert.Single(Adjudications.Waiting(project).Page.Items);
        Assert.Equal((note, 1, 3), (waiting.DocumentId, waiting.Agreed, waiting.Differing));

        var open = Adjudications.Get(project, note, "boss");
        Assert.Equal(["ana", "ben"], open.Annotators);
        Assert.Equal(["Asthma", "severe chest pain", "aspirin", "salbutamol"], open.Groups.Select(group => group.Span.Of(Text)));
        Assert.Equal([true, false, false, false], open.Groups.Select(group => group.Agreed));
        Assert.Equal("chest pain", Assert.Single(open.Groups[1].Options[1].Mentions).Span.Of(Text));
        Assert.Empty(open.Groups[2].Options[1].Mentions);

        var own = At("salbutamol", "MEDICATION");
        GroupDecision[] decisions = [new(1, ["ben"]), new(2, []), new(3, [], [own])];
        Assert.Equal("undecided_groups", Code(() => Decide(note, open, decisions[..2])));
        Assert.EndsWith("no decision on groups 3", Reason(() => Decide(note, open, decisions[..2])), StringComparison.Ordinal);
        Assert.EndsWith("no decision on groups 1, 2, 3", Reason(() => Decide(note, open, [])), StringComparison.Ordinal);
        Assert.Equal("unknown_annotator", Code(() => Decide(note, open, [.. decisions[1..], new(1, ["zoe"])])));
        Assert.Equal("readings_changed", Code(() => Decide(note, open with { Basis = "old" }, decisions)));
        Assert.Empty(store.Documents.Get(note).Mentions);

        var gold = Decide(note, open, decisions).Document;
        Assert.Equal(DocumentStatus.Done, gold.Status);
        Assert.Equal(
            ["Asthma PROBLEM", "chest pain PROBLEM", "salbutamol MEDICATION"],
            gold.Mentions.Select(mention => $"{mention.Span.Of(Text)} {mention.Label}")
        );
        Assert.Empty(Adjudications.Waiting(project).Page.Items);
        Assert.Equal(
            ["""["ana","ben"] boss""", """["ben"] boss""", "[] boss", """["own"] boss"""],
            TestSql.Strings(store.DatabasePath, "SELECT taken_from || ' ' || decided_by FROM adjudications ORDER BY position")
        );
        Assert.Null(store.Audit.FirstBroken());
    }

    [Fact]
    public void What_all_say_of_a_mention_is_taken_over_and_what_differs_is_decided()
    {
        string note = ReadByTwo(
            [
                At("Asthma", "PROBLEM") with
                {
                    Assertion = new(true),
                    Concepts = ["C1"],
                    Attributes = Severity("mild"),
                },
                At("aspirin", "MEDICATION") with
                {
                    Concepts = ["DB00945"],
                },
            ],
            [At("Asthma", "PROBLEM") with { Assertion = new(false, Uncertain: true), Concepts = ["C1"], Attributes = Severity("severe") }]
        );
        Assert.Equal(3, Adjudications.Waiting(project).Page.Items.Single().Differing);
        var open = Adjudications.Get(project, note, "boss");
        Assert.Equal([true, false], open.Groups.Select(group => group.Agreed));
        Assert.Equal(
            ["Assertion  False", "Attribute severity False", "Concepts  True", "Concepts  True"],
            open.Details.Select(detail => $"{detail.Aspect} {detail.Name} {detail.Agreed}")
        );

        GroupDecision[] groups = [new(1, ["ana"])];
        Assert.Equal("undecided_groups", Code(() => Decide(note, open, groups)));
        Assert.EndsWith("no decision on details 0, 1", Reason(() => Decide(note, open, groups)), StringComparison.Ordinal);
        Assert.Equal("undecided_groups", Code(() => Decide(note, open, groups, [new(0, "ana")])));
        Assert.Equal("unknown_annotator", Code(() => Decide(note, open, groups, [new(0, "ana"), new(1, "zoe")])));
        var gold = Decide(note, open, groups, [new(0, "ben"), new(1)]).Document;
        var (asthma, aspirin) = (gold.Mentions[0], gold.Mentions[1]);
        Assert.Equal(new MentionDetails { Assertion = new(false, Uncertain: true), Concepts = ["C1"] }, asthma.Details);
        Assert.Equal(new MentionDetails { Concepts = ["DB00945"] }, aspirin.Details);
        Assert.Equal(
            ["", """assertion ["ben"] 0""", "attribute severity [] 0", """concepts ["ana","ben"] 1""", "", """concepts ["ana"] 1"""],
            TestSql.Strings(
                store.DatabasePath,
                "SELECT coalesce(aspect || ' ' || taken_from || ' ' || agreed, '') FROM adjudications ORDER BY position"
            )
        );
    }

    [Fact]
    public void A_mention_taken_from_one_reader_brings_what_that_reader_says_of_it()
    {
        string note = ReadByTwo(
            [At("Asthma", "PROBLEM") with { Concepts = ["C1"] }],
            [At("Asthma", "PROBLEM") with { Concepts = ["C2"] }, At("aspirin", "PROBLEM")]
        );
        var open = Adjudications.Get(project, note, "boss");
        var gold = Decide(note, open, [new(0, ["ben"]), new(1, [])]).Document;
        Assert.Equal(["C2"], Assert.Single(gold.Mentions).Details.Concepts);
    }

    [Fact]
    public void The_deciders_own_says_what_it_says()
    {
        string note = ReadByTwo([At("Asthma", "PROBLEM") with { Concepts = ["C1"] }], [At("Asthma", "PROBLEM") with { Concepts = ["C2"] }]);
        var open = Adjudications.Get(project, note, "boss");
        var own = At("Asthma", "PROBLEM") with { Concepts = ["C3", "C1"], Assertion = new(true) };
        var mention = Assert.Single(Decide(note, open, [new(0, ["ana", "ben"], [own])]).Document.Mentions);
        Assert.Equal(new MentionDetails { Concepts = ["C3", "C1"], Assertion = new(true) }, mention.Details);
    }

    [Fact]
    public void Mentions_in_several_pieces_differ_by_their_pieces_and_stay_so_in_gold()
    {
        TextSpan[] pieces = [Of("severe"), Of("pain")];
        var whole = At("severe chest pain", "PROBLEM");
        string note = ReadByTwo([whole with { Fragments = pieces, Text = null }], [whole]);
        var open = Adjudications.Get(project, note, "boss");
        Assert.False(Assert.Single(open.Groups).Agreed);
        Assert.Equal(2, open.Mentions.Count);
        var gold = Decide(note, open, [new(0, ["ana"])]).Document;
        Assert.Equal("severe pain", Assert.Single(gold.Mentions).Place.Of(Text));

        string other = ReadByTwo([whole with { Fragments = pieces, Text = null }], [whole with { Fragments = pieces, Text = null }]);
        open = Adjudications.Get(project, other, "boss");
        Assert.True(Assert.Single(open.Groups).Agreed);
        Assert.Equal("severe pain", Assert.Single(Decide(other, open, []).Document.Mentions).Place.Of(Text));
    }

    [Fact]
    public void Relations_that_all_have_are_gold_and_the_others_are_decided_where_both_mentions_are()
    {
        NewSpan[] spans = [At("aspirin", "MEDICATION") with { Id = "a" }, At("Asthma", "PROBLEM") with { Id = "p" }];
        var salbutamol = At("salbutamol", "MEDICATION") with { Id = "s" };
        string note = ReadByTwo(
            [.. spans, salbutamol],
            spans,
            [new("a", "p", "TREATS"), new("s", "p", "TREATS")],
            [new("a", "p", "TREATS"), new("p", "a", "RELATED_TO")]
        );
        var open = Adjudications.Get(project, note, "boss");
        Assert.Equal([false, true, false], open.Relations.OrderBy(relation => relation.Type).ThenBy(r => r.From).Select(r => r.Agreed));
        int related = open.Relations.Single(relation => relation.Type == "RELATED_TO").Index;
        int other = open.Relations.Single(relation => relation.Annotators is ["ana"]).Index;

        // With salbutamol not taken, its relation needs no decision and is not kept.
        Assert.Equal("undecided_groups", Code(() => Decide(note, open, [new(1, [])])));
        Assert.Equal("undecided_groups", Code(() => Decide(note, open, [new(2, ["ana"])], relations: [new(related, false)])));
        var gold = Decide(note, open, [new(2, ["ana"])], relations: [new(related, false), new(other, true)]).Document;
        Assert.Equal(
            ["aspirin TREATS Asthma", "salbutamol TREATS Asthma"],
            gold.Relations.Select(relation => $"{Words(gold, relation.From)} {relation.Type} {Words(gold, relation.To)}").Order()
        );

        string second = ReadByTwo([.. spans, salbutamol], spans, [new("s", "p", "TREATS")], []);
        open = Adjudications.Get(project, second, "boss");
        Assert.Empty(Decide(second, open, [new(2, [])]).Document.Relations);
    }

    [Fact]
    public void Who_still_reads_does_not_see_the_others_and_the_case_waits_for_all()
    {
        string note = store.AddNote(project, Text);
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
        Read("ana", [At("Asthma", "PROBLEM")]);
        Queue.Next(project, "ben");
        Assert.Empty(Adjudications.Waiting(project).Page.Items);
        Assert.Equal("own_reading_open", Code(() => Adjudications.Get(project, note, "ben")));
        Assert.Single(Adjudications.Get(project, note, "boss").Groups);
    }

    [Fact]
    public void A_reading_that_was_reopened_and_changed_is_compared_again()
    {
        string note = ReadByTwo([At("Asthma", "PROBLEM")], []);
        var open = Adjudications.Get(project, note, "boss");
        string copy = Assignments.Of(project, "ben")[0].CopyId!;
        store.Corrections.Reopen(copy, 1, "ben");
        store.Corrections.Replace(copy, new(2, [At("aspirin", "MEDICATION")], null, Done: true), "ben");
        Assert.Equal("readings_changed", Code(() => Decide(note, open, [new(0, ["ana"])])));
    }

    [Fact]
    public void Intents_of_turns_are_decided_too()
    {
        var turns = new[] { new Turn("patient", "can i come on monday"), new Turn("bot", "Yes."), new Turn("patient", "and my pills?") };
        string dialogue = store.Documents.Add(project, [new NewDocument(null, Turns: turns)], "boss")[0].Id;
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
        ReadIntents("ana", [new(0, "book_appointment"), new(2, "refill")]);
        ReadIntents("ben", [new(0, "book_appointment"), new(2, "book_appointment")]);
        var agreement = new ProjectAgreement(store.Database).Of(project);
        Assert.Null(agreement.Mentions);
        Assert.InRange(agreement.Intents!.Alpha.Value!.Value, -0.5, 0.5);

        var open = Adjudications.Get(project, dialogue, "boss");
        Assert.Equal([true, true, false], open.Turns.Select(turn => turn.Agreed));
        var decision = new AdjudicationDecision(0, open.Basis, [], [new(2, Take: "ana")]);
        var gold = Adjudications.Decide(project, dialogue, decision, "boss").Document;
        Assert.Equal(["book_appointment", null, "refill"], gold.Turns.Select(turn => turn.Intent));
    }

    [Fact]
    public void What_waits_is_listed_a_part_at_a_time_with_all_counted()
    {
        string[] notes = [.. Enumerable.Range(0, 5).Select(_ => ReadByTwo([At("Asthma", "PROBLEM")], []))];
        var (first, total) = Adjudications.Waiting(project, limit: 2);
        Assert.Equal((5, notes[1]), (total, first.Next));
        Assert.Equal(notes[..2], first.Items.Select(item => item.DocumentId));
        var last = Adjudications.Waiting(project, limit: 3, first.Next).Page;
        Assert.Equal(notes[2..], last.Items.Select(item => item.DocumentId));
        Assert.Null(last.Next);
        Assert.Equal("not_found", Code(() => Adjudications.Waiting("none")));
    }

    [Fact]
    public void Where_all_of_two_readers_agree_gold_is_made_at_once_and_the_rest_waits_on()
    {
        string agreed = ReadByTwo([At("Asthma", "PROBLEM")], [At("Asthma", "PROBLEM")]);
        string differs = ReadByTwo([At("Asthma", "PROBLEM")], [At("aspirin", "MEDICATION")]);
        string detail = ReadByTwo([At("Asthma", "PROBLEM") with { Concepts = ["C1"] }], [At("Asthma", "PROBLEM")]);
        string empty = ReadByTwo([], []);
        string planted = ReadByTwo([At("aspirin", "PROBLEM")], [At("aspirin", "PROBLEM")]);
        TestSql.Execute(
            store.DatabasePath,
            $"""
            INSERT INTO seeded_suggestions (mention_id, copy_id, kind, span_start, span_end, label, original_start, original_end, original_label)
            SELECT m.id, m.document_id, 'label', m.span_start, m.span_end, m.label, m.span_start, m.span_end, 'MEDICATION'
            FROM mentions m JOIN documents c ON c.id = m.document_id WHERE c.source_id = '{planted}'
            """
        );
        string alone = store.AddNote(project, Text);
        Assignments.Assign(project, [alone], ["ana"], 1, "boss");
        Read("ana", [At("Asthma", "PROBLEM")]);

        var adopted = Adjudications.AdoptAgreed(project, 2, null, "boss");
        Assert.Equal((2, differs), (adopted.Looked, adopted.Next));
        Assert.Equal([agreed], adopted.Documents);
        adopted = Adjudications.AdoptAgreed(project, 100, adopted.Next, "boss");
        Assert.Equal((4, null), (adopted.Looked, adopted.Next));
        Assert.Equal([empty], adopted.Documents);

        var gold = store.Documents.Get(agreed);
        Assert.Equal((DocumentStatus.Done, "Asthma"), (gold.Status, Assert.Single(gold.Mentions).Span.Of(Text)));
        Assert.Equal([differs, detail, planted, alone], Adjudications.Waiting(project).Page.Items.Select(item => item.DocumentId));
        Assert.Equal(
            ["""["ana","ben"] 1 boss"""],
            TestSql.Strings(store.DatabasePath, "SELECT taken_from || ' ' || agreed || ' ' || decided_by FROM adjudications")
        );
        Assert.Empty(Adjudications.AdoptAgreed(project, 100, null, "boss").Documents);
    }

    [Fact]
    public void Who_still_reads_a_document_makes_no_gold_of_it_unseen()
    {
        string note = ReadByTwo([At("Asthma", "PROBLEM")], [At("Asthma", "PROBLEM")]);
        string copy = Assignments.Of(project, "ben")[0].CopyId!;
        Assert.Single(Adjudications.Waiting(project).Page.Items);
        // A copy that stands outside of the assignments, as one that was given out anew.
        TestSql.Execute(store.DatabasePath, $"UPDATE documents SET assignee = 'cyd', status = 'in_progress' WHERE id = '{copy}'");
        TestSql.Execute(store.DatabasePath, "DELETE FROM assignments WHERE person = 'ben'");
        Assert.Empty(Adjudications.AdoptAgreed(project, 100, null, "cyd").Documents);
        Assert.NotEqual(DocumentStatus.Done, store.Documents.Get(note).Status);
    }

    [Fact]
    public void The_agreement_of_a_project_is_that_of_its_finished_readings()
    {
        ReadByTwo([At("Asthma", "PROBLEM"), At("aspirin", "MEDICATION")], [At("Asthma", "PROBLEM")]);
        var report = new ProjectAgreement(store.Database).Of(project).Mentions!;
        Assert.Equal(["ana", "ben"], report.Annotators);
        Assert.Equal(2.0 / 3, report.ExactF1.Value!.Value, 9);
        Assert.Equal(1, report.Labels.Single(label => label.Label == "PROBLEM").AlphaU.Value);
    }

    [Fact]
    public void Agreement_follows_readings_that_change_come_and_go()
    {
        var agreement = new ProjectAgreement(store.Database);
        Assert.Null(agreement.Of(project).Mentions);
        string note = ReadByTwo([At("Asthma", "PROBLEM")], []);
        Assert.Equal(0, agreement.Of(project).Mentions!.ExactF1.Value);
        string copy = Assignments.Of(project, "ben")[0].CopyId!;
        store.Corrections.Reopen(copy, 1, "ben");
        Assert.Null(agreement.Of(project).Mentions);
        store.Corrections.Replace(copy, new(2, [At("Asthma", "PROBLEM")], null, Done: true), "ben");
        Assert.Equal(1, agreement.Of(project).Mentions!.ExactF1.Value);
        ReadByTwo([At("Asthma", "PROBLEM")], []);
        Assert.Equal(2, agreement.Of(project).Mentions!.Documents);
        new WithdrawalStore(store.Database).Withdraw(note, WithdrawalReason.Duplicate, "boss");
        Assert.Equal(1, agreement.Of(project).Mentions!.Documents);
    }

    [Fact]
    public void Where_somebody_accepted_what_was_planted_is_neither_agreement_nor_difference()
    {
        ReadByTwo([At("Asthma", "PROBLEM")], [At("Asthma", "PROBLEM"), At("aspirin", "MEDICATION")]);
        TestSql.Execute(
            store.DatabasePath,
            """
            INSERT INTO seeded_suggestions (mention_id, copy_id, kind, span_start, span_end, label, original_start, original_end, original_label)
            SELECT id, document_id, 'label', span_start, span_end, label, span_start, span_end, 'PROBLEM' FROM mentions WHERE label = 'MEDICATION'
            """
        );
        Assert.Equal(1, new ProjectAgreement(store.Database).Of(project).Mentions!.ExactF1.Value);
    }

    private string ReadByTwo(NewSpan[] ana, NewSpan[] ben, NewRelation[]? ofAna = null, NewRelation[]? ofBen = null)
    {
        string note = store.AddNote(project, Text);
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
        Read("ana", ana, ofAna);
        Read("ben", ben, ofBen);
        return note;
    }

    private void Read(string person, NewSpan[] spans, NewRelation[]? relations = null) =>
        store.Corrections.Replace(Queue.Next(project, person)!.CopyId!, new(0, spans, null, Done: true) { Relations = relations }, person);

    private static Dictionary<string, string> Severity(string value) => new() { ["severity"] = value };

    private static TextSpan Of(string words) => new(At(words, "PROBLEM").Start, At(words, "PROBLEM").End);

    private static string Words(Document document, string mentionId) =>
        document.Mentions.Single(mention => mention.Id == mentionId).Span.Of(document.Text);

    private void ReadIntents(string person, TurnIntent[] intents) =>
        store.Corrections.Replace(Queue.Next(project, person)!.CopyId!, new(0, null, intents, Done: true), person);

    private CorrectionOutcome Decide(
        string note,
        AdjudicationCase open,
        GroupDecision[] groups,
        DetailDecision[]? details = null,
        RelationDecision[]? relations = null
    ) =>
        Adjudications.Decide(
            project,
            note,
            new(open.Document.Revision, open.Basis, groups, []) { Details = details ?? [], Relations = relations ?? [] },
            "boss"
        );

    private static NewSpan At(string words, string label)
    {
        int start = Text.IndexOf(words, StringComparison.Ordinal);
        return new(start, start + words.Length, label, words);
    }

    private static string Reason(Action action) => Assert.ThrowsAny<UnusableInputException>(action).Reason;

    private static string Code(Action action) => Assert.ThrowsAny<UnusableInputException>(action).Code;
}
