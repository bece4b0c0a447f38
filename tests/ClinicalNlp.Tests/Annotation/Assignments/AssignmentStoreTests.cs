using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Assignments;

public sealed class AssignmentStoreTests : IDisposable
{
    private static readonly ModelStamp Model = new("entities", "1");

    private readonly TemporaryStore store = new();
    private readonly string project;

    public AssignmentStoreTests() => project = store.CreateProject().Id;

    private AssignmentStore Assignments => new(store.Database);
    private GoldQuestionStore GoldQuestions => new(store.Database);
    private AssignmentSettingsStore Settings => new(store.Database);
    private WorkQueueStore Queue => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Work_is_shared_out_evenly_and_everybody_meets_everybody()
    {
        AddNotes(12);
        Assert.Equal(24, Assignments.Assign(project, null, ["ana", "ben", "cyd"], 2, "boss"));
        var given = Assignments.List(project, 1000).Items;
        Assert.All(given.CountBy(item => item.Person!), person => Assert.Equal(8, person.Value));
        var pairs = given.GroupBy(item => item.DocumentId).CountBy(both => string.Join(" ", both.Select(item => item.Person).Order()));
        Assert.Equal(["ana ben", "ana cyd", "ben cyd"], pairs.Select(pair => pair.Key).Order());
        Assert.Equal(0, Assignments.Assign(project, null, ["ana", "ben", "cyd"], 2, "boss"));
        Assert.Equal("too_few_people", Code(() => Assignments.Assign(project, null, ["ana"], 2, "boss")));
        Assert.Throws<RecordNotFoundException>(() => Assignments.Assign(project, ["nothing"], [], 1, "boss"));
    }

    [Fact]
    public void Each_works_on_a_copy_that_no_list_count_or_snapshot_has()
    {
        string source = AddNotes(1)[0];
        Suggest(source, 0, 6, 0.9);
        Assignments.Assign(project, null, [], 2, "boss");
        var ana = Queue.Next(project, "ana")!;
        var ben = Queue.Next(project, "ben")!;
        Assert.Equal(source, ana.DocumentId);
        Assert.NotEqual(ana.CopyId, ben.CopyId);
        Assert.Null(Queue.Next(project, "cyd"));
        Assert.Equal(ana.CopyId, Queue.Next(project, "ana")!.CopyId);

        var copy = store.Documents.Get(ana.CopyId!);
        Assert.Equal(0.9, Assert.Single(copy.Mentions).Confidence);
        store.Corrections.Apply(copy.Id, new(0, [new(CorrectionAction.Accept, copy.Mentions[0].Id)]), "ana");
        store.Corrections.Complete(copy.Id, 1, UndecidedSuggestions.Refuse, "ana");
        Assert.Equal(MentionState.Suggested, Assert.Single(store.Documents.Get(ben.CopyId!).Mentions).State);
        Assert.Equal(MentionState.Suggested, Assert.Single(store.Documents.Get(source).Mentions).State);

        Assert.Equal(source, Assert.Single(store.Lists.List(project).Items).Id);
        Assert.Equal(1, store.Projects.Get(project).Documents.New);
        Assert.Equal(0, store.Projects.Get(project).Documents.Done);
        Assert.Equal("too_little_data", Code(() => new SnapshotStore(store.Database).Create(project, ModelTask.Entities, "boss")));
        var blind = new BlindSourceStore(store.Database);
        Assert.Equal(new DocumentStanding(project, "ana", false), blind.StandingOf(copy.Id, "ana"));
        Assert.Equal(new DocumentStanding(project, null, true), blind.StandingOf(source, "ana"));
        Assert.Equal(new DocumentStanding(project, null, false), blind.StandingOf(source, "carl"));
        Assert.Null(blind.StandingOf("nothing", "ana"));
        Assert.Equal([source], blind.Of(project, "ben"));
        Assert.Empty(blind.Of(project, null));
        var states = Assignments.List(project).Items.ToDictionary(item => item.Holder!, item => item.State);
        Assert.Equal(AssignmentState.Done, states["ana"]);
        Assert.Equal(AssignmentState.Taken, states["ben"]);
        Assert.Null(Queue.Next(project, "ana"));
    }

    [Fact]
    public void A_lock_expires_when_nothing_was_saved_for_its_time()
    {
        AddNotes(1);
        Assignments.Assign(project, null, [], 1, "boss");
        var ana = Queue.Next(project, "ana")!;
        store.Clock.Now += TimeSpan.FromMinutes(25);
        store.Corrections.Apply(ana.CopyId!, new(0, [new(CorrectionAction.Add, Start: 0, End: 4, Label: "PROBLEM")]), "ana");
        store.Clock.Now += TimeSpan.FromMinutes(25);
        Assert.Null(Queue.Next(project, "ben"));
        store.Clock.Now += TimeSpan.FromMinutes(6);
        var ben = Queue.Next(project, "ben")!;
        Assert.Equal(ana.Id, ben.Id);
        Assert.NotEqual(ana.CopyId, ben.CopyId);
        // What was begun is not lost: it is still there to be finished.
        Assert.Single(store.Documents.Get(ana.CopyId!).Mentions);
        Assert.Null(Queue.Next(project, "ana"));
    }

    [Fact]
    public void Who_skips_is_not_asked_again_and_the_reason_is_kept()
    {
        AddNotes(1);
        Assignments.Assign(project, null, ["ana"], 1, "boss");
        var ana = Queue.Next(project, "ana")!;
        Assert.Equal("reason_missing", Code(() => Assignments.Skip(project, ana.Id, " ", "ana")));
        Assert.Throws<RecordNotFoundException>(() => Assignments.Skip(project, ana.Id, "not mine", "ben"));
        Assignments.Skip(project, ana.Id, "I know this patient.", "ana");
        Assert.Null(Queue.Next(project, "ana"));
        var left = Assert.Single(Assignments.List(project).Items);
        Assert.Equal((AssignmentState.Skipped, "I know this patient."), (left.State, left.SkipReason));
        Assert.DoesNotContain(store.Audit.List().Items, row => row.Details.ToJsonString().Contains("patient.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_queue_goes_by_uncertainty_gain_difference_or_words()
    {
        var notes = store.AddNotes(
            project,
            "Chest pain and dyspnea since Monday evening.",
            "Chest pain and dyspnea since Sunday evening.",
            "Glucose potassium creatinine haemoglobin leucocytes."
        );
        Suggest(notes[0].Id, 0, 10, 0.95);
        Suggest(notes[1].Id, 0, 10, 0.55);
        Assignments.Assign(project, null, [], 3, "boss");
        Assert.Equal(notes[0].Id, First("p1", QueueOrder.Given));
        Assert.Equal(notes[1].Id, First("p2", QueueOrder.Uncertainty));
        Assert.Equal(notes[1].Id, First("p3", QueueOrder.GainPerSecond));
        // Notes about chest pain have been taken: blood values are unlike them.
        Assert.Equal(notes[2].Id, First("p4", QueueOrder.Diversity));

        // Somebody found nothing where the model found something.
        string copy = Assignments.Of(project, "p1")[0].CopyId!;
        store.Corrections.Complete(copy, 0, UndecidedSuggestions.Reject, "p1");
        Assert.Equal(notes[0].Id, First("p5", QueueOrder.Disagreement));

        string First(string person, QueueOrder order) => Queue.Next(project, person, order)!.DocumentId;
    }

    [Fact]
    public void All_who_ask_at_the_same_moment_get_a_document_of_their_own()
    {
        AddNotes(60);
        Assignments.Assign(project, null, [], 1, "boss");
        var queue = Queue;
        var got = Enumerable
            .Range(0, 60)
            .AsParallel()
            .WithDegreeOfParallelism(16)
            .Select(person => queue.Next(project, $"p{person}")?.DocumentId)
            .ToList();
        Assert.Equal(60, got.OfType<string>().Distinct().Count());
        Assert.Null(queue.Next(project, "late"));
    }

    [Fact]
    public void An_order_that_takes_long_to_find_out_is_kept_for_a_while()
    {
        var notes = AddNotes(4);
        Suggest(notes[1], 0, 6, 0.6);
        Assignments.Assign(project, null, [], 1, "boss");
        var stopwatch = new SlowStopwatch { EachLook = TimeSpan.FromSeconds(1) };
        var queue = new WorkQueueStore(AnnotationDatabase.Open(store.DatabasePath, stopwatch));
        Assert.Equal(notes[1], queue.Next(project, "ana", QueueOrder.Uncertainty)!.DocumentId);
        Suggest(notes[3], 0, 6, 0.5);
        Assert.Equal(notes[0], queue.Next(project, "ben", QueueOrder.Uncertainty)!.DocumentId);

        // Twenty times as long after it is found out anew.
        stopwatch.EachLook = TimeSpan.FromSeconds(21);
        Assert.Equal(notes[3], queue.Next(project, "cyd", QueueOrder.Uncertainty)!.DocumentId);
    }

    [Fact]
    public void Gold_questions_come_in_their_turn_and_look_like_the_rest()
    {
        var notes = AddNotes(7);
        foreach (string gold in notes.Take(2))
        {
            store.Corrections.Replace(gold, new(0, [new(0, 6, "PROBLEM")], null, Done: true), "boss");
        }

        var open = Assert.Throws<UnusableInputException>(() => GoldQuestions.Add(project, [notes[0], notes[2]], "boss"));
        Assert.Equal("document_open", open.Code);
        Assert.Contains($"1 of these 2 is not: {notes[2]}", open.Message, StringComparison.Ordinal);
        GoldQuestions.Add(project, [notes[0], notes[1]], "boss");
        Settings.Save(project, new AssignmentSettings(GoldQuestionEvery: 3), "boss");
        Assignments.Assign(project, null, [], 1, "boss");
        var got = new List<string>();
        while (Queue.Next(project, "ana") is { } next)
        {
            got.Add(next.DocumentId);
            Assert.Empty(store.Documents.Get(next.CopyId!).Mentions);
            store.Corrections.Complete(next.CopyId!, 0, UndecidedSuggestions.Refuse, "ana");
        }

        Assert.Equal(7, got.Count);
        Assert.Equal([2, 5], got.Index().Where(item => notes.Take(2).Contains(item.Item)).Select(item => item.Index));
        Assert.Equal(5, Assignments.List(project).Items.Count);
        Assert.Equal(7, Assignments.Of(project, "ana").Count);
    }

    [Fact]
    public void Comments_stand_on_documents_and_spans()
    {
        string note = AddNotes(1)[0];
        var comments = new CommentStore(store.Database);
        comments.Add(note, new TextSpan(0, 4), "Which side?", "ana");
        comments.Add(note, null, "A duplicate?", "ben");
        Assert.Equal(["Which side?", "A duplicate?"], comments.List(note).Select(comment => comment.Text));
        Assert.Equal(new TextSpan(0, 4), comments.List(note)[0].Span);
        Assert.Equal("span_out_of_range", Code(() => comments.Add(note, new TextSpan(0, 4000), "?", "ana")));
        Assert.Equal("empty_text", Code(() => comments.Add(note, null, " ", "ana")));
    }

    [Fact]
    public void Threads_are_answered_resolved_and_opened_again_by_an_answer()
    {
        var notes = AddNotes(2);
        Suggest(notes[0], 0, 6, 0.9);
        var mention = Assert.Single(store.Documents.Get(notes[0]).Mentions);
        var comments = new CommentStore(store.Database);
        var first = comments.Add(notes[0], null, "Which side?", "ana", mention.Id);
        Assert.Equal((mention.Span, mention.Id), (first.Span, first.MentionId));
        var answer = comments.Add(notes[0], null, "Both.", "ben", threadId: first.Id);
        Assert.Equal((mention.Span, mention.Id, first.Id), (answer.Span, answer.MentionId, answer.ThreadId));

        var resolved = comments.Resolve(notes[0], first.Id, true, "ben");
        Assert.Equal("ben", resolved.ResolvedBy);
        Assert.Equal(resolved, comments.Resolve(notes[0], first.Id, true, "ana"));
        Assert.Null(comments.Resolve(notes[0], first.Id, false, "ana").ResolvedAt);
        comments.Resolve(notes[0], first.Id, true, "ben");
        comments.Add(notes[0], null, "Really?", "ana", threadId: first.Id);
        Assert.Null(comments.List(notes[0])[0].ResolvedAt);

        Assert.Equal("not_found", Code(() => comments.Add(notes[0], null, "?", "ana", "0")));
        Assert.Equal("not_found", Code(() => comments.Add(notes[0], null, "?", "ana", threadId: answer.Id)));
        Assert.Equal("not_found", Code(() => comments.Add(notes[1], null, "?", "ana", threadId: first.Id)));
        Assert.Equal("not_found", Code(() => comments.Resolve(notes[0], answer.Id, true, "ana")));
        Assert.Equal("not_found", Code(() => comments.Resolve(notes[1], first.Id, true, "ana")));
    }

    private List<string> AddNotes(int count) =>
        [.. store.AddNotes(project, [.. Enumerable.Range(0, count).Select(i => $"Asthma since {1990 + i}.")]).Select(note => note.Id)];

    private void Suggest(string document, int start, int end, double confidence) =>
        store.Suggestions.ReplaceMentions(document, Model, [new Mention(new TextSpan(start, end), "PROBLEM", confidence)], "system");

    private static string Code(Action action) => Assert.ThrowsAny<UnusableInputException>(action).Code;

    private sealed class SlowStopwatch : TimeProvider
    {
        private long now;

        /// <summary>What seems to pass between two looks.</summary>
        public TimeSpan EachLook { get; set; }

        public override long GetTimestamp() => now += (long)(EachLook.TotalSeconds * TimestampFrequency);
    }
}
