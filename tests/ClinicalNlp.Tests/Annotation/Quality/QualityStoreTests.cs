using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Quality;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Entities;
using ClinicalNlp.Scoring;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Quality;

public sealed class QualityStoreTests : IDisposable
{
    private const string Text = "Asthma, gout, aspirin, fever, cough, rash, gastritis and warfarin were noted during the visit of today.";

    private static readonly ModelStamp Model = new("entities", "1");
    private static readonly string[] Right = ["Asthma", "gout", "fever", "cough", "rash", "gastritis"];

    private readonly TemporaryStore store = new();
    private readonly string project;

    public QualityStoreTests() => project = store.CreateProject().Id;

    private AssignmentStore Assignments => new(store.Database);
    private GoldQuestionStore GoldQuestions => new(store.Database);
    private AssignmentSettingsStore Settings => new(store.Database);
    private WorkQueueStore Queue => new(store.Database);

    private QualityStore Quality => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Seeds_measure_who_accepts_anything_and_never_become_gold()
    {
        Settings.Save(project, new AssignmentSettings(SeededShare: 0.5), "boss");
        AddSuggested(24);
        Assignments.Assign(project, null, ["rubber", "careful"], 1, "boss");
        Work("rubber", mention => mention);
        Work("careful", mention => IsRight(mention) ? mention : null);

        var people = Quality.Of(project).ToDictionary(person => person.Person);
        Assert.InRange(people["rubber"].WrongShown, 8, 60);
        Assert.Equal(people["rubber"].WrongShown, people["rubber"].WrongAccepted);
        Assert.Equal(1, people["rubber"].FalseAcceptance.Value);
        Assert.Equal(0.25, people["rubber"].Weight);
        Assert.Equal(0, people["careful"].WrongAccepted);
        Assert.InRange(people["careful"].WrongShown, 8, 60);
        Assert.Equal(1, people["careful"].Weight);

        var adjudications = new AdjudicationStore(store.Database, store.Corrections);
        int doubtful = 0;
        foreach (var waiting in adjudications.Waiting(project).Page.Items)
        {
            var open = adjudications.Get(project, waiting.DocumentId, "boss");
            // What had been planted and accepted is asked about again; here the decider takes what the model had said.
            var asked = open.Groups.Where(group => !group.Agreed).ToList();
            Assert.All(asked, group => Assert.Contains(group.Options[0].Mentions, mention => mention.Doubtful));
            Assert.True(open.Annotators[0] == "rubber" || asked.Count == 0);
            doubtful += asked.Count;
            var decision = new AdjudicationDecision(
                0,
                open.Basis,
                [.. asked.Select(group => new GroupDecision(group.Index, open.Annotators))],
                []
            );
            var gold = adjudications.Decide(project, waiting.DocumentId, decision, "boss").Document;
            Assert.All(gold.Mentions, mention => Assert.Contains(mention.Span.Of(Text), Right));
            Assert.All(gold.Mentions, mention => Assert.Equal("PROBLEM", mention.Label));
        }

        Assert.InRange(doubtful, 1, people["rubber"].WrongAccepted);
    }

    [Fact]
    public void Documents_of_who_accepts_anything_weigh_less_in_a_snapshot_until_somebody_else_decides()
    {
        Settings.Save(project, new AssignmentSettings(SeededShare: 0.5), "boss");
        AddSuggested(12);
        Assignments.Assign(project, null, ["rubber"], 1, "boss");
        Work("rubber", mention => mention);
        var adjudications = new AdjudicationStore(store.Database, store.Corrections);
        foreach (var waiting in adjudications.Waiting(project).Page.Items)
        {
            var open = adjudications.Get(project, waiting.DocumentId, "boss");
            var asked = open.Groups.Where(group => !group.Agreed);
            var decision = new AdjudicationDecision(0, open.Basis, [.. asked.Select(group => new GroupDecision(group.Index, []))], []);
            adjudications.Decide(project, waiting.DocumentId, decision, waiting.Differing == 0 ? "boss" : "judge");
        }

        var finished = store.AddNote(project, "Seen by a colleague: asthma.");
        store.Corrections.Replace(finished, new(0, [], null, Done: true), "careful");
        var snapshots = new SnapshotStore(store.Database);
        var snapshot = snapshots.Create(project, ModelTask.Entities, "boss");
        var weights = snapshots.Documents(snapshot.Id).ToDictionary(document => document.DocumentId, document => document.Weight);
        Assert.Equal(1, weights[finished]);
        var decided = TestSql.Strings(store.DatabasePath, "SELECT DISTINCT document_id FROM adjudications WHERE agreed = 0");
        Assert.NotEmpty(decided);
        Assert.All(decided, id => Assert.Equal(1, weights[id]));
        Assert.All(weights.Keys.Except(decided).Where(id => id != finished), id => Assert.Equal(0.25, weights[id]));
    }

    [Fact]
    public void Gold_questions_count_the_model_s_own_mistakes_too()
    {
        string gold = store.AddNote(project, Text);
        store.Corrections.Replace(gold, new(0, [.. Right.Select(word => At(word, "PROBLEM"))], null, Done: true), "boss");
        GoldQuestions.Add(project, [gold], "boss");
        Settings.Save(project, new AssignmentSettings(GoldQuestionEvery: 1), "boss");
        string copy = Queue.Next(project, "ana")!.CopyId!;
        store.Suggestions.ReplaceMentions(
            copy,
            Model,
            [Found("Asthma", "PROBLEM"), Found("aspirin", "PROBLEM"), Found("warfarin", "PROBLEM")],
            "system"
        );
        var mentions = store.Documents.Get(copy).Mentions;
        store.Corrections.Apply(
            copy,
            new(
                0,
                [
                    new(CorrectionAction.Accept, mentions[0].Id),
                    new(CorrectionAction.Accept, mentions[1].Id),
                    new(CorrectionAction.Relabel, mentions[2].Id, Label: "MEDICATION"),
                ]
            ),
            "ana"
        );
        store.Corrections.Complete(copy, 1, UndecidedSuggestions.Refuse, "ana");
        var ana = Assert.Single(Quality.Of(project));
        Assert.Equal((2, 1, 1), (ana.WrongShown, ana.WrongAccepted, ana.GoldQuestions));
        Assert.Equal(2.0 / 9, ana.GoldF1.Value!.Value, 9);
    }

    [Fact]
    public void Seeded_intents_measure_who_accepts_anything_and_never_become_gold()
    {
        Settings.Save(project, new AssignmentSettings(SeededShare: 0.5), "boss");
        for (int i = 0; i < 12; i++)
        {
            Chat(("i need my tablets again", "refill", 0.9), ("a visit on monday please", "book_appointment", 0.9));
        }

        Assignments.Assign(project, null, ["rubber", "careful"], 1, "boss");
        Label("rubber", turn => turn.Suggestion!.Intent);
        Label("careful", RightIntent);

        var people = Quality.Of(project).ToDictionary(person => person.Person);
        Assert.InRange(people["rubber"].WrongShown, 3, 12);
        Assert.Equal(people["rubber"].WrongShown, people["rubber"].WrongAccepted);
        Assert.True(people["rubber"].Weight < 1);
        Assert.InRange(people["careful"].WrongShown, 3, 12);
        Assert.Equal((0, 1), (people["careful"].WrongAccepted, people["careful"].Weight));

        var adjudications = new AdjudicationStore(store.Database, store.Corrections);
        int doubtful = 0;
        foreach (var waiting in adjudications.Waiting(project).Page.Items)
        {
            var open = adjudications.Get(project, waiting.DocumentId, "boss");
            var asked = open.Turns.Where(turn => !turn.Agreed).ToList();
            Assert.All(asked, turn => Assert.True(turn.Options[0].Doubtful));
            Assert.True(open.Annotators[0] == "rubber" || asked.Count == 0);
            doubtful += asked.Count;
            var turns = asked.Select(turn => new TurnDecision(turn.Index, open.Annotators[0])).ToList();
            var gold = adjudications.Decide(project, waiting.DocumentId, new(0, open.Basis, [], turns), "boss").Document;
            Assert.All(gold.Turns, turn => Assert.Equal(RightIntent(turn), turn.Intent));
        }

        Assert.Equal(people["rubber"].WrongAccepted, doubtful);
        var snapshots = new SnapshotStore(store.Database);
        var snapshot = snapshots.Create(project, ModelTask.Intents, "boss");
        var dialogues = SnapshotStore.ReadDialogues(snapshots.Documents(snapshot.Id));
        Assert.Equal(12, dialogues.Count);
        Assert.All(dialogues.SelectMany(dialogue => dialogue.Turns), turn => Assert.Equal(RightIntent(turn.Text), turn.Intent));
        Assert.Empty(TestSql.Strings(store.DatabasePath, "SELECT details FROM audit_log WHERE details LIKE '%tablets%'"));
    }

    [Fact]
    public void An_emergency_and_a_guess_are_never_made_wrong()
    {
        Settings.Save(project, new AssignmentSettings(SeededShare: 0.5), "boss");
        var texts = new[] { ("i have crushing chest pain right now", "refill", 0.99), ("the usual one", "refill", 0.4) };
        for (int i = 0; i < 12; i++)
        {
            Chat(texts);
        }

        Assignments.Assign(project, null, ["ana"], 1, "boss");
        Label("ana", turn => turn.Suggestion!.Intent);
        Assert.Equal(0, Assert.Single(Quality.Of(project)).WrongShown);
    }

    [Fact]
    public void A_seed_keeps_its_name_when_intents_are_renamed_and_is_none_when_they_are_merged()
    {
        Settings.Save(project, new AssignmentSettings(SeededShare: 0.5), "boss");
        for (int i = 0; i < 12; i++)
        {
            Chat(("i need my tablets again", "refill", 0.9));
        }

        Assignments.Assign(project, null, ["rubber"], 1, "boss");
        Label("rubber", turn => turn.Suggestion!.Intent);
        int shown = Assert.Single(Quality.Of(project)).WrongShown;
        Assert.True(shown > 0);
        var intents = new IntentStore(store.Database);
        intents.Change(project, new IntentChange(IntentChangeKind.Rename, ["book_appointment"], "visit"), null, "boss");
        var renamed = Assert.Single(Quality.Of(project));
        Assert.Equal((shown, shown), (renamed.WrongShown, renamed.WrongAccepted));
        intents.Change(project, new IntentChange(IntentChangeKind.Merge, ["refill", "visit"], "visit"), null, "boss");
        int outOfScope = TestSql.Strings(store.DatabasePath, "SELECT copy_id FROM seeded_intents WHERE intent = 'oos'").Count;
        Assert.InRange(outOfScope, 0, shown - 1);
        Assert.Equal(outOfScope, Assert.Single(Quality.Of(project)).WrongShown);
    }

    [Fact]
    public void A_gold_transcript_counts_intents()
    {
        string gold = Chat(("i need my tablets again", "refill", 0.9), ("a visit on monday please", "refill", 0.9));
        store.Corrections.Replace(gold, new(0, [], [new(0, "refill"), new(1, "book_appointment")], Done: true), "boss");
        GoldQuestions.Add(project, [gold], "boss");
        Settings.Save(project, new AssignmentSettings(GoldQuestionEvery: 1), "boss");
        Label("ana", _ => "refill");
        var ana = Assert.Single(Quality.Of(project));
        Assert.Equal((1, 1, 1), (ana.WrongShown, ana.WrongAccepted, ana.GoldQuestions));
        Assert.Equal(0.5, ana.GoldF1.Value!.Value, 9);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(1, 10, 0.0179, 0.4042)]
    [InlineData(10, 10, 0.7225, 1)]
    public void The_interval_of_a_share_is_Wilson_s(int part, int whole, double low, double high)
    {
        var estimate = QualityStore.Wilson(part, whole);
        Assert.Equal(low, estimate.Low!.Value, 4);
        Assert.Equal(high, estimate.High!.Value, 4);
    }

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.2, 0.75)]
    [InlineData(0.95, 0.25)]
    public void A_weight_falls_only_with_what_is_sure(double low, double weight) =>
        Assert.Equal(weight, QualityStore.WeightOf(new Estimate(low, low, 1)));

    /// <summary>Takes all of a person's work and decides each suggestion; null rejects it.</summary>
    private void Work(string person, Func<DocumentMention, DocumentMention?> decide)
    {
        while (Queue.Next(project, person) is { } next)
        {
            new SeedStore(store.Database).Plant(next.CopyId!);
            var copy = store.Documents.Get(next.CopyId!);
            var changes = copy.Mentions.Select(mention => new Change(
                decide(mention) is null ? CorrectionAction.Reject : CorrectionAction.Accept,
                mention.Id
            ));
            store.Corrections.Apply(copy.Id, new(0, [.. changes]), person);
            store.Corrections.Complete(copy.Id, 1, UndecidedSuggestions.Refuse, person);
        }
    }

    private void Label(string person, Func<DocumentTurn, string> decide)
    {
        while (Queue.Next(project, person) is { } next)
        {
            new SeedStore(store.Database).Plant(next.CopyId!);
            // Asked again, as after a kill: nothing more is sown.
            new SeedStore(store.Database).Plant(next.CopyId!);
            var copy = store.Documents.Get(next.CopyId!);
            var changes = copy.Turns.Select(turn => new Change(CorrectionAction.Intent, Turn: turn.Index, Intent: decide(turn)));
            store.Corrections.Apply(copy.Id, new(0, [.. changes]), person);
            store.Corrections.Complete(copy.Id, 1, UndecidedSuggestions.Refuse, person);
        }
    }

    private string Chat(params (string Text, string Intent, double Confidence)[] turns) =>
        store.AddTranscript(project, [.. turns.Select(turn => ("patient", turn.Text, (string?)turn.Intent, turn.Confidence))]);

    private static string RightIntent(DocumentTurn turn) => RightIntent(turn.Text);

    private static string RightIntent(string text) => text.Contains("visit", StringComparison.Ordinal) ? "book_appointment" : "refill";

    private void AddSuggested(int count)
    {
        foreach (var note in store.AddNotes(project, [.. Enumerable.Repeat(Text, count)]))
        {
            store.Suggestions.ReplaceMentions(note.Id, Model, [.. Right.Select(word => Found(word, "PROBLEM"))], "system");
        }
    }

    private static bool IsRight(DocumentMention mention) => mention.Label == "PROBLEM" && Right.Contains(mention.Span.Of(Text));

    private static Mention Found(string word, string label) =>
        new(
            new TextSpan(Text.IndexOf(word, StringComparison.Ordinal), Text.IndexOf(word, StringComparison.Ordinal) + word.Length),
            label,
            0.8
        );

    private static NewSpan At(string word, string label)
    {
        int start = Text.IndexOf(word, StringComparison.Ordinal);
        return new(start, start + word.Length, label, word);
    }
}
