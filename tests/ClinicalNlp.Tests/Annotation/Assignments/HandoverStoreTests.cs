using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Events;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Assignments;

public sealed class HandoverStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string project;
    private readonly string note;

    public HandoverStoreTests()
    {
        project = store.CreateProject().Id;
        note = store.Documents.Add(project, [new NewDocument("Aspirin for pain.")], "boss")[0].Id;
        Assignments.Assign(project, null, ["ana", "ben"], 2, "boss");
    }

    private AssignmentStore Assignments => new(store.Database);
    private WorkQueueStore Queue => new(store.Database);

    private HandoverStore Handovers => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void What_was_skipped_keeps_a_document_from_gold_until_somebody_else_has_read_it()
    {
        Finish("ben");
        Assignments.Skip(project, Of("ana").Id, "Not my language.", "ana");
        Assert.Empty(Waiting());
        Assert.Equal(0, Assignments.Assign(project, null, ["cyd", "ben"], 2, "boss"));

        Handovers.Give(project, Of("ana").Id, "cyd", "boss");
        Assert.Equal((AssignmentState.Open, (string?)null), (Of("cyd").State, Of("cyd").SkipReason));
        Assert.Null(Queue.Next(project, "ana"));
        Finish("cyd");
        Assert.Equal(["ben", "cyd"], Assert.Single(Waiting()).Annotators);
    }

    [Fact]
    public void A_reading_that_was_taken_back_is_waited_for_no_longer()
    {
        Finish("ben");
        Assignments.Skip(project, Of("ana").Id, "Too long.", "ana");
        Handovers.TakeBack(project, Of("ana").Id, "boss");
        Assert.Equal(["ben"], Assert.Single(Waiting()).Annotators);
        Assert.Contains(new EventStore(store.Database).After(project, 0, 100), item => item.Type == "assignment.withdrawn");
        Assert.Throws<RecordNotFoundException>(() => Handovers.TakeBack(project, "nothing", "boss"));
    }

    [Fact]
    public void Who_had_begun_keeps_what_they_wrote_and_it_counts_when_they_finish_it()
    {
        var begun = Queue.Next(project, "ana")!;
        Handovers.Give(project, begun.Id, null, "boss");
        Assert.Equal(begun.Id, Queue.Next(project, "cyd")!.Id);
        store.Corrections.Complete(begun.CopyId!, 0, UndecidedSuggestions.Refuse, "ana");
        Finish("ben");
        Finish("cyd");
        Assert.Equal(["ana", "ben", "cyd"], Assert.Single(Waiting()).Annotators);
    }

    [Fact]
    public void Who_skipped_it_gets_it_again_when_it_is_given_to_them_by_name()
    {
        Assignments.Skip(project, Of("ana").Id, "No time.", "ana");
        Handovers.Give(project, Of("ana").Id, "ana", "boss");
        Assert.Equal(note, Queue.Next(project, "ana")!.DocumentId);
    }

    [Fact]
    public void Nobody_reads_a_document_twice_and_what_is_done_stays_where_it_is()
    {
        Finish("ben");
        Assert.Equal("reading_given", Code(() => Handovers.Give(project, Of("ana").Id, "ben", "boss")));
        Assert.Equal("state_conflict", Code(() => Handovers.Give(project, Of("ben").Id, "cyd", "boss")));
        Assert.Equal("state_conflict", Code(() => Handovers.TakeBack(project, Of("ben").Id, "boss")));
    }

    [Fact]
    public void Work_is_given_to_people_and_keys_of_the_project_by_their_names_in_the_logs()
    {
        var accounts = new AccountStore(store.Database);
        accounts.Invite("Dora", false, [new ProjectMembership(project, ProjectRole.Annotator)], TimeSpan.FromDays(1), "boss");
        accounts.Invite("Eve", false, [], TimeSpan.FromDays(1), "boss");
        new KeyStore(store.Database).Create("reader bot", [KeyScope.Annotate], project, null, "boss");
        new KeyStore(store.Database).Create("asker", [KeyScope.Extract], null, null, "boss");
        var names = new ReaderStore(store.Database);

        Assert.Equal(["Dora", "reader bot"], names.Of(project));
        Assert.Equal(["Dora", "boss"], names.Checked(project, [" dora", "DORA", "boss"], "boss"));
        foreach (var unknown in new[] { "Eve", "asker", "Dorra", "" })
        {
            var refused = Assert.Throws<UnusableInputException>(() => names.Checked(project, ["Dora", unknown], "boss"));
            Assert.Equal("unknown_person", refused.Code);
            Assert.Contains("Dora, reader bot", refused.Message);
        }
    }

    [Fact]
    public void Gold_questions_are_listed_with_their_answers_and_asked_no_more_when_they_are_removed()
    {
        Finish("ben");
        Finish("ana");
        store.Corrections.Complete(note, 0, UndecidedSuggestions.Refuse, "boss");
        GoldQuestionStore questions = new(store.Database);
        questions.Add(project, [note], "boss");
        string second = store.AddNote(project, "Gout.");
        store.Corrections.Complete(second, 0, UndecidedSuggestions.Refuse, "boss");
        questions.Add(project, [second], "boss");
        new AssignmentSettingsStore(store.Database).Save(project, new AssignmentSettings(GoldQuestionEvery: 1), "boss");
        Finish("cyd");

        var listed = questions.List(project);
        Assert.Equal([note, second], listed.Select(question => question.DocumentId));
        Assert.Equal(1, listed.Sum(question => question.Answered));
        Assert.All(listed, question => Assert.Equal("boss", question.AddedBy));

        questions.Remove(project, note, "boss");
        questions.Remove(project, second, "boss");
        Assert.Empty(questions.List(project));
        Assert.Null(Queue.Next(project, "dan"));
        Assert.Throws<RecordNotFoundException>(() => questions.Remove(project, note, "boss"));
    }

    private Assignment Of(string person) => Assignments.List(project).Items.Single(item => (item.Holder ?? item.Person) == person);

    private IReadOnlyList<WaitingCase> Waiting() => new AdjudicationStore(store.Database, store.Corrections).Waiting(project).Page.Items;

    private void Finish(string person) =>
        store.Corrections.Complete(Queue.Next(project, person)!.CopyId!, 0, UndecidedSuggestions.Refuse, person);

    private static string Code(Action action) => Assert.Throws<UnusableInputException>(action).Code;
}
