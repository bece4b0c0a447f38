using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Quality;
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

    private AdjudicationStore Adjudications => new(store.Database, store.Corrections);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Two_readings_become_gold_group_by_group_and_the_log_says_who_decided()
    {
        string note = ReadByTwo(
            [At("Asthma", "PROBLEM"), At("severe chest pain", "PROBLEM"), At("aspirin", "MEDICATION")],
            [At("Asthma", "PROBLEM"), At("chest pain", "PROBLEM"), At("salbutamol", "PROBLEM")]
        );
        var waiting = Assert.Single(Adjudications.Waiting(project));
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
        Assert.Equal("unknown_annotator", Code(() => Decide(note, open, [.. decisions[1..], new(1, ["zoe"])])));
        Assert.Equal("readings_changed", Code(() => Decide(note, open with { Basis = "old" }, decisions)));
        Assert.Empty(store.Documents.Get(note).Mentions);

        var gold = Decide(note, open, decisions).Document;
        Assert.Equal(DocumentStatus.Done, gold.Status);
        Assert.Equal(
            ["Asthma PROBLEM", "chest pain PROBLEM", "salbutamol MEDICATION"],
            gold.Mentions.Select(mention => $"{mention.Span.Of(Text)} {mention.Label}")
        );
        Assert.Empty(Adjudications.Waiting(project));
        Assert.Equal(
            ["""["ana","ben"] boss""", """["ben"] boss""", "[] boss", """["own"] boss"""],
            TestSql.Strings(store.DatabasePath, "SELECT taken_from || ' ' || decided_by FROM adjudications ORDER BY position")
        );
        Assert.Null(store.Audit.FirstBroken());
    }

    [Fact]
    public void Who_still_reads_does_not_see_the_others_and_the_case_waits_for_all()
    {
        string note = store.AddNote(project, Text);
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
        Read("ana", [At("Asthma", "PROBLEM")]);
        Assignments.Next(project, "ben");
        Assert.Empty(Adjudications.Waiting(project));
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
    public void The_agreement_of_a_project_is_that_of_its_finished_readings()
    {
        ReadByTwo([At("Asthma", "PROBLEM"), At("aspirin", "MEDICATION")], [At("Asthma", "PROBLEM")]);
        var report = new ProjectAgreement(store.Database).Of(project).Mentions!;
        Assert.Equal(["ana", "ben"], report.Annotators);
        Assert.Equal(2.0 / 3, report.ExactF1.Value!.Value, 9);
        Assert.Equal(1, report.Labels.Single(label => label.Label == "PROBLEM").AlphaU.Value);
    }

    private string ReadByTwo(NewSpan[] ana, NewSpan[] ben)
    {
        string note = store.AddNote(project, Text);
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
        Read("ana", ana);
        Read("ben", ben);
        return note;
    }

    private void Read(string person, NewSpan[] spans) =>
        store.Corrections.Replace(Assignments.Next(project, person)!.CopyId!, new(0, spans, null, Done: true), person);

    private void ReadIntents(string person, TurnIntent[] intents) =>
        store.Corrections.Replace(Assignments.Next(project, person)!.CopyId!, new(0, null, intents, Done: true), person);

    private CorrectionOutcome Decide(string note, AdjudicationCase open, GroupDecision[] groups) =>
        Adjudications.Decide(project, note, new(open.Document.Revision, open.Basis, groups, []), "boss");

    private static NewSpan At(string words, string label)
    {
        int start = Text.IndexOf(words, StringComparison.Ordinal);
        return new(start, start + words.Length, label, words);
    }

    private static string Code(Action action) => Assert.ThrowsAny<UnusableInputException>(action).Code;
}
