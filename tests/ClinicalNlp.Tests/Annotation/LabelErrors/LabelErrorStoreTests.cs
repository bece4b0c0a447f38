using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.LabelErrors;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.LabelErrors;

public sealed class LabelErrorStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string project;
    private readonly IReadOnlyList<AddedDocument> notes;
    private readonly string snapshot;

    public LabelErrorStoreTests()
    {
        project = store.CreateProject().Id;
        notes = store.Documents.Add(
            project,
            [.. Enumerable.Range(0, 3).Select(i => new NewDocument($"asthma {i}", Spans: [new NewSpan(0, 6, "PROBLEM")]))],
            TemporaryStore.Actor
        );
        snapshot = new SnapshotStore(store.Database).Create(project, ModelTask.Entities, TemporaryStore.Actor).Id;
    }

    private LabelErrorStore Errors => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void The_most_probable_comes_first_and_lists_are_narrowed_and_paged()
    {
        Save(Found(0, ErrorKind.Missing, 0.5), Found(1, ErrorKind.WrongLabel, 0.9, "MEDICATION"), Found(2, ErrorKind.Spurious, 0.7));
        Assert.Equal([0.9, 0.7, 0.5], List().Select(error => error.Found.Score));
        Assert.Equal([0.9], Errors.List(project, kind: ErrorKind.WrongLabel).Items.Select(error => error.Found.Score));
        Assert.Equal([0.9], Errors.List(project, label: "MEDICATION").Items.Select(error => error.Found.Score));
        var first = Errors.List(project, limit: 2);
        Assert.Equal([0.5], Errors.List(project, limit: 2, after: first.Next).Items.Select(error => error.Found.Score));
        Assert.Equal("invalid_value", Assert.Throws<UnusableInputException>(() => Errors.List(project, after: "x")).Code);
        Assert.Throws<RecordNotFoundException>(() => Errors.List("nowhere"));
    }

    [Fact]
    public void What_was_decided_stays_is_not_asked_again_and_weighs_in()
    {
        Save(Found(0, ErrorKind.Missing, 0.5), Found(1, ErrorKind.WrongLabel, 0.6), Found(2, ErrorKind.WrongLabel, 0.4));
        var listed = List();
        Errors.Decide(project, listed[0].Id, ErrorDecision.Right, "boss");
        Errors.Decide(project, listed[1].Id, ErrorDecision.Error, "boss");
        Assert.Equal(
            [new ErrorKindCount(ErrorKind.Missing, 0, 1, 0), new ErrorKindCount(ErrorKind.WrongLabel, 1, 0, 1)],
            Errors.Counts(project)
        );

        // A wrong label was dismissed and a missing one confirmed: of equal scores the missing one comes first now.
        Save(Found(1, ErrorKind.WrongLabel, 0.6), Found(2, ErrorKind.WrongLabel, 0.5), Found(2, ErrorKind.Missing, 0.5));
        var open = List();
        Assert.Equal([ErrorKind.Missing, ErrorKind.WrongLabel], open.Select(error => error.Found.Kind));
        Assert.All(open, error => Assert.Equal(notes[2].Id, error.Found.DocumentId));
        Assert.Equal(2, Errors.List(project, ErrorState.Decided).Items.Count);

        var again = Errors.Decide(project, listed[0].Id, null, "boss");
        Assert.Equal((null, null), (again.Decision, again.DecidedBy));
        Assert.Throws<RecordNotFoundException>(() => Errors.Decide("elsewhere", listed[0].Id, null, "boss"));
        Assert.Null(store.Audit.FirstBroken());
    }

    [Fact]
    public void A_document_that_has_changed_since_is_said_to_have()
    {
        Save(Found(0, ErrorKind.Missing, 0.5));
        Assert.False(List()[0].Outdated);
        store.Corrections.Reopen(notes[0].Id, notes[0].Revision, "boss");
        Assert.True(List()[0].Outdated);
    }

    [Fact]
    public void What_is_mended_is_closed_without_a_decision_and_open_again_when_the_change_is_taken_back()
    {
        Save(Found(0, ErrorKind.WrongLabel, 0.9, "MEDICATION"), Found(1, ErrorKind.Spurious, 0.8), Found(2, ErrorKind.WrongLabel, 0.7));
        var listed = List();
        Errors.Decide(project, listed[1].Id, ErrorDecision.Error, "boss");
        Assert.Equal([listed[1].Id], Errors.List(project, ErrorState.ToMend).Items.Select(error => error.Id));

        Relabel(0, "MEDICATION");
        Relabel(1, "MEDICATION");
        Assert.Equal([listed[2].Id], List().Select(error => error.Id));
        Assert.Empty(Errors.List(project, ErrorState.ToMend).Items);
        var closed = Errors.List(project, ErrorState.Decided).Items;
        Assert.Equal([(listed[0].Id, true), (listed[1].Id, true)], closed.Select(error => (error.Id, error.Mended)));
        Assert.Equal((null, ErrorDecision.Error), (closed[0].Decision, closed[1].Decision));
        Assert.Equal(
            [new ErrorKindCount(ErrorKind.Spurious, 0, 1, 0, 1), new ErrorKindCount(ErrorKind.WrongLabel, 1, 1, 0, 1)],
            Errors.Counts(project)
        );

        // A later search replaces what is open, and forgets nothing that was mended.
        Save(Found(2, ErrorKind.WrongLabel, 0.7));
        Assert.Equal(2, Errors.List(project, ErrorState.Decided).Items.Count);

        Relabel(0, "PROBLEM");
        Assert.Contains(listed[0].Id, List().Select(error => error.Id));
    }

    [Fact]
    public void What_was_missing_is_mended_by_whatever_is_marked_there()
    {
        TextSpan digit = new(7, 8);
        Save(new ProbableError(notes[0].Id, ErrorKind.Missing, digit, null, digit, "MEDICATION", null, 0.9));
        Assert.False(Assert.Single(List()).Mended);
        Change(0, new Change(CorrectionAction.Add, "m", Start: 7, End: 8, Label: "PROBLEM"));
        Assert.Empty(List());
    }

    private void Relabel(int note, string label) =>
        Change(note, new Change(CorrectionAction.Relabel, store.Documents.Get(notes[note].Id).Mentions[0].Id, Label: label));

    private void Change(int note, Change change)
    {
        string id = notes[note].Id;
        var document = store.Documents.Get(id);
        int revision =
            document.Status == DocumentStatus.Done ? store.Corrections.Reopen(id, document.Revision, "boss").Revision : document.Revision;
        store.Corrections.Apply(id, new CorrectionBatch(revision, [change]), "boss");
    }

    private IReadOnlyList<LabelError> List() => Errors.List(project).Items;

    /// <summary>Of a mention, which is asthma; what is missing is beside it.</summary>
    private ProbableError Found(int note, ErrorKind kind, double score, string? suggested = "PROBLEM") =>
        kind == ErrorKind.Missing
            ? new(notes[note].Id, kind, new TextSpan(7, 8), null, new TextSpan(7, 8), suggested, null, score)
            : new(notes[note].Id, kind, new TextSpan(0, 6), "PROBLEM", new TextSpan(0, 6), suggested, null, score);

    private void Save(params ProbableError[] found)
    {
        var runs = new TrainingRunStore(store.Database);
        var asked = new NewTrainingRun(project, ModelTask.Entities, snapshot) { Kind = RunKind.LabelErrors, Folds = 2 };
        string run = runs.Create(asked, snapshot, 1, 1, TemporaryStore.Actor).Id;
        runs.End(run, RunState.Succeeded, TemporaryStore.Actor);
        Assert.Equal((RunKind.LabelErrors, 2), (runs.Get(run).Kind, runs.Get(run).Folds));
        var documents = new SnapshotStore(store.Database).Documents(snapshot).ToDictionary(document => document.DocumentId);
        store.Database.Write(
            TemporaryStore.Actor,
            transaction =>
            {
                transaction.Audit("test", run);
                LabelErrorStore.Save(
                    transaction,
                    project,
                    run,
                    intents: false,
                    [.. found.OrderByDescending(error => error.Score)],
                    documents
                );
            }
        );
    }
}
