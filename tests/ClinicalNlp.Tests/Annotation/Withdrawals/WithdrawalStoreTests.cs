using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Annotation.Training;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Corpora;
using ClinicalNlp.Tests.Annotation.Lineage;

namespace ClinicalNlp.Tests.Annotation.Withdrawals;

public sealed class WithdrawalStoreTests : IDisposable
{
    private const string Manager = "manager";
    private readonly Trained trained = new();

    private TemporaryStore Store => trained.Store;

    private WithdrawalStore Withdrawals => new(Store.Database);

    private ErasureStore Erasures => new(Store.Database);

    private AssignmentStore Assignments => new(Store.Database);
    private GoldQuestionStore GoldQuestions => new(Store.Database);
    private AssignmentSettingsStore Settings => new(Store.Database);
    private WorkQueueStore Queue => new(Store.Database);

    public void Dispose() => trained.Dispose();

    [Fact]
    public void A_withdrawn_document_leaves_lists_counts_new_snapshots_and_exports()
    {
        var notes = Enumerable.Range(0, 8).Select(i => trained.Finished($"asthma again {i}", "ana")).ToList();
        var before = trained.Snapshot();
        var outcome = Withdrawals.Withdraw(notes[3], WithdrawalReason.ConsentWithdrawn, Manager);

        Assert.Equal(
            (WithdrawalReason.ConsentWithdrawn, Manager, null),
            (outcome.Withdrawal.Reason, outcome.Withdrawal.By, outcome.Withdrawal.Erased)
        );
        Assert.Equal([before.Id], outcome.Reach.Snapshots.Select(holding => holding.SnapshotId));
        Assert.DoesNotContain(Store.Lists.List(trained.ProjectId).Items, document => document.Id == notes[3]);
        Assert.Equal([notes[3]], Store.Lists.List(trained.ProjectId, withdrawn: true).Items.Select(document => document.Id));
        Assert.Equal(7, Store.Lists.All(trained.ProjectId).Count());
        Assert.Equal(7, Store.Projects.Get(trained.ProjectId).Documents.Done);
        var after = trained.Snapshot();
        Assert.DoesNotContain(trained.Snapshots.Documents(after.Id), document => document.DocumentId == notes[3]);
        Assert.Equal(7, after.Train.Documents + after.HeldOut.Documents);
        Assert.Equal(outcome.Withdrawal, Store.Documents.Get(notes[3]).Withdrawn);
        Assert.Null(Store.Audit.FirstBroken());
    }

    [Fact]
    public void It_takes_no_change_and_comes_back_as_it_was()
    {
        string note = trained.Finished("asthma again", "ana");
        var was = Store.Documents.Get(note);
        Withdrawals.Withdraw(note, WithdrawalReason.WrongPatient, Manager);

        Action[] changes =
        [
            () => Store.Corrections.Reopen(note, was.Revision, "ana"),
            () => Store.Suggestions.ReplaceMentions(note, Trained.Version("1"), [], "system"),
            () => new CommentStore(Store.Database).Add(note, null, "why?", "ana"),
        ];
        Assert.All(changes, change => Assert.Equal("document_withdrawn", Assert.Throws<UnusableInputException>(change).Code));
        Assert.Equal(
            "state_conflict",
            Assert.Throws<UnusableInputException>(() => Withdrawals.Withdraw(note, WithdrawalReason.Other, Manager)).Code
        );

        Assert.Equivalent(was, Withdrawals.Restore(note, Manager));
        Assert.Single(Store.Lists.List(trained.ProjectId).Items);
        Assert.Equal("state_conflict", Assert.Throws<UnusableInputException>(() => Withdrawals.Restore(note, Manager)).Code);
        Assert.Throws<RecordNotFoundException>(() => Withdrawals.Withdraw("x", WithdrawalReason.Other, Manager));
    }

    [Fact]
    public void Its_working_copies_are_closed_and_nobody_is_given_it()
    {
        string note = Store.AddNote(trained.ProjectId, "asthma again");
        string other = Store.AddNote(trained.ProjectId, "gout today");
        Assignments.Assign(trained.ProjectId, [note, other], ["ana", "ben"], 2, Manager);
        var taken = Queue.Next(trained.ProjectId, "ana")!;
        Assert.Equal(note, taken.DocumentId);
        var outcome = Withdrawals.Withdraw(note, WithdrawalReason.Duplicate, Manager);

        Assert.Equal(1, outcome.WorkingCopies);
        var add = new Change(CorrectionAction.Add, Start: 0, End: 6, Label: "PROBLEM");
        var refused = Assert.Throws<UnusableInputException>(() =>
            Store.Corrections.Apply(taken.CopyId!, new CorrectionBatch(0, [add]), "ana")
        );
        Assert.Equal("document_withdrawn", refused.Code);
        Assert.Equal(other, Queue.Next(trained.ProjectId, "ana")!.DocumentId);
        Assert.Equal(other, Queue.Next(trained.ProjectId, "ben")!.DocumentId);
        Assert.All(Assignments.List(trained.ProjectId).Items, assignment => Assert.Equal(other, assignment.DocumentId));
        Assert.DoesNotContain(Assignments.Of(trained.ProjectId, "ana"), assignment => assignment.DocumentId == note);
        Assert.Throws<RecordNotFoundException>(() => Assignments.Assign(trained.ProjectId, [note], ["cyd"], 1, Manager));
        Assert.Equal(
            "state_conflict",
            Assert.Throws<UnusableInputException>(() => Withdrawals.Withdraw(taken.CopyId!, WithdrawalReason.Other, Manager)).Code
        );

        Withdrawals.Restore(note, Manager);
        Store.Corrections.Apply(taken.CopyId!, new CorrectionBatch(0, [add]), "ana");
        Assert.Contains(Assignments.Of(trained.ProjectId, "ana"), assignment => assignment.DocumentId == note);
    }

    [Fact]
    public void It_is_no_gold_question_and_waits_for_no_decision()
    {
        string gold = trained.Finished("asthma again", "cyd");
        GoldQuestions.Add(trained.ProjectId, [gold], Manager);
        Settings.Save(trained.ProjectId, new AssignmentSettings { GoldQuestionEvery = 1 }, Manager);
        string read = Store.AddNote(trained.ProjectId, "gout today");
        Assignments.Assign(trained.ProjectId, [read], ["ben"], 1, Manager);
        Withdrawals.Withdraw(gold, WithdrawalReason.Other, Manager);
        var next = Queue.Next(trained.ProjectId, "ben")!;
        Assert.Equal(read, next.DocumentId);

        Store.Corrections.Complete(next.CopyId!, 0, UndecidedSuggestions.Refuse, "ben");
        var adjudication = new AdjudicationStore(Store.Database, Store.Corrections);
        Assert.Single(adjudication.Waiting(trained.ProjectId).Page.Items);
        Withdrawals.Withdraw(read, WithdrawalReason.Other, Manager);
        Assert.Empty(adjudication.Waiting(trained.ProjectId).Page.Items);
    }

    [Fact]
    public void Versions_that_learnt_from_it_are_counted_and_none_is_trained_on_it_again()
    {
        var notes = Enumerable.Range(0, 8).Select(i => trained.Finished($"asthma again {i}", "ana")).ToList();
        string replayed = Store.AddNote(trained.ProjectId, "nobody has read this");
        var first = trained.Snapshot();
        trained.Train("1.1", "1", first, replayed);
        var learnt = trained.Snapshots.Documents(first.Id).First(document => document.Side == SnapshotSide.Train).DocumentId;
        var judged = trained.Snapshots.Documents(first.Id).First(document => document.Side == SnapshotSide.HeldOut).DocumentId;
        Withdrawals.Withdraw(learnt, WithdrawalReason.ConsentWithdrawn, Manager);
        Withdrawals.Withdraw(replayed, WithdrawalReason.ConsentWithdrawn, Manager);
        Withdrawals.Withdraw(judged, WithdrawalReason.ConsentWithdrawn, Manager);
        trained.Train("1.2", "1.1", trained.Snapshot());

        Assert.Equal(
            new Dictionary<ModelStamp, int> { [Trained.Version("1.1")] = 2, [Trained.Version("1.2")] = 2 },
            trained.Lineage.Withdrawn()
        );
        Assert.Equal([2, 2, 0], trained.Lineage.Chain(Trained.Version("1.2")).Select(version => version.WithdrawnDocuments));
        using var worker = new TrainingWorker(Store.Database, trained.Registry, new Dictionary<ModelTask, TaskTrainer>());
        var refused = Assert.Throws<UnusableInputException>(() =>
            worker.Enqueue(new NewTrainingRun(trained.ProjectId, ModelTask.Entities, SnapshotId: first.Id), Manager)
        );
        Assert.Equal("snapshot_withdrawn", refused.Code);

        Withdrawals.Restore(learnt, Manager);
        Withdrawals.Restore(judged, Manager);
        worker.Enqueue(new NewTrainingRun(trained.ProjectId, ModelTask.Entities, SnapshotId: first.Id), Manager);
        Assert.Equal(1, trained.Lineage.Withdrawn()[Trained.Version("1.2")]);
    }

    [Fact]
    public void Erased_words_are_in_no_file_and_everything_that_was_hashed_still_fits()
    {
        string[] secrets = ["zebrafishitis", "Wolkenstein", "quokkamycin", "patientXY7", "ward-umbrella", "doctor-narwhal", "xenon-remark"];
        for (int i = 0; i < 60; i++)
        {
            trained.Finished($"asthma again {i}", "ana");
        }

        var added = Store.Documents.Add(
            trained.ProjectId,
            [
                new NewDocument(
                    null,
                    ExternalId: "patientXY7-note",
                    Group: "patientXY7",
                    Meta: new() { ["ward"] = "ward-umbrella" },
                    Turns:
                    [
                        new Turn("doctor-narwhal", "😀 zebrafishitis, says Wolkenstein", "refill"),
                        new Turn("patient", "quokkamycin twice a day", "refill"),
                    ]
                ),
                new NewDocument("zebrafishitis again", ExternalId: "patientXY7-second", Group: "patientXY7"),
            ],
            Manager
        );
        string transcript = added[0].Id;
        string note = added[1].Id;
        var remark = new Change(CorrectionAction.Add, Start: 0, End: 13, Label: "PROBLEM")
        {
            Attributes = new Dictionary<string, string>(),
        };
        Store.Corrections.Apply(note, new CorrectionBatch(0, [remark]), "ana");
        string mention = Store.Documents.Get(note).Mentions.Single().Id;
        Store.Corrections.Apply(
            note,
            new CorrectionBatch(1, [new Change(CorrectionAction.Annotate, mention) { Concepts = ["xenon-remark"] }]),
            "ana"
        );
        new CommentStore(Store.Database).Add(note, null, "is Wolkenstein right about zebrafishitis?", "ana");
        Assignments.Assign(trained.ProjectId, [note], ["ben"], 1, Manager);
        string copy = Queue.Next(trained.ProjectId, "ben")!.CopyId!;
        Store.Corrections.Complete(copy, 0, UndecidedSuggestions.Refuse, "ben");
        Store.Corrections.Complete(note, 2, UndecidedSuggestions.Refuse, "ana");
        var entities = trained.Snapshot();
        trained.Train("1.1", "1", entities);
        foreach (string secret in secrets)
        {
            Assert.Contains(Files(), file => Holds(file, secret));
        }

        Assert.Equal("state_conflict", Assert.Throws<UnusableInputException>(() => Erasures.Erase(note, Manager)).Code);
        Withdrawals.Withdraw(note, WithdrawalReason.ConsentWithdrawn, Manager);
        Withdrawals.Withdraw(transcript, WithdrawalReason.ConsentWithdrawn, Manager);
        Erasures.Erase(transcript, "owner");
        var erased = Erasures.Erase(note, "owner");

        Assert.Equal((1, 2, "owner"), (erased.Snapshots, erased.Documents, erased.Withdrawal.ErasedBy));
        foreach (string secret in secrets)
        {
            Assert.DoesNotContain(Files(), file => Holds(file, secret));
        }

        Assert.Null(Store.Audit.FirstBroken());
        Assert.Equal(entities, trained.Snapshots.Get(entities.Id), new HashOnly());
        var line = trained.Snapshots.Documents(entities.Id).Single(document => document.DocumentId == note);
        Assert.Equal(76 + 1, line.Line.Length);
        var example = trained.Lineage.Examples(entities.Id, limit: 1000).Items.Single(item => item.DocumentId == note);
        Assert.Equal((true, true), (example.Withdrawn, example.Erased));
        Assert.Equal(60, SnapshotStore.ReadEntities(trained.Snapshots.Documents(entities.Id)).Count);
        Assert.Equal(1, trained.Lineage.Chain(Trained.Version("1.1"))[0].Training!.SnapshotErased);

        var left = Store.Documents.Get(note);
        Assert.Equal((19, "", null, null), (left.Text.Length, left.Text.Trim(), left.ExternalId, left.Group));
        Assert.Equal(Store.Documents.Get(transcript).Text.Length, Store.Documents.Get(transcript).Turns[^1].Span.End);
        Assert.Equal(3, trained.Lineage.Corrections(note).Items.Count(change => change.DocumentId == note));
        Assert.Equal("state_conflict", Assert.Throws<UnusableInputException>(() => Withdrawals.Restore(note, Manager)).Code);
        Assert.Equivalent(erased, Erasures.Erase(note, "owner"));
        foreach (string sql in Forbidden(note))
        {
            Assert.ThrowsAny<Exception>(() => TestSql.Execute(Store.DatabasePath, sql));
        }

        // Somebody with a shell who takes more out than was erased is noticed.
        TestSql.Execute(
            Store.DatabasePath,
            "DROP TRIGGER snapshot_documents_are_frozen_u; UPDATE snapshot_documents SET line = '{}' WHERE position = 0"
        );
        Assert.Equal("storage_damaged", Assert.Throws<StorageException>(() => trained.Snapshots.Documents(entities.Id)).Code);
    }

    [Fact]
    public void An_import_that_is_repeated_does_not_bring_an_erased_document_back()
    {
        NewDocument[] nightly =
        [
            new("asthma again", ExternalId: "note-17"),
            new("gout today", ExternalId: "note-18"),
            new("fever", ExternalId: "note-19"),
        ];
        var notes = Store.Documents.Add(trained.ProjectId, [nightly[0], nightly[2]], Manager);
        foreach (var note in notes)
        {
            Withdrawals.Withdraw(note.Id, WithdrawalReason.ConsentWithdrawn, Manager);
            Assert.Equal("external_id_taken", Refused([nightly[0]]).Code);
        }

        Assert.All(notes, note => Erasures.Erase(note.Id, "owner"));
        var refused = Refused(nightly);
        Assert.Equal("external_id_erased", refused.Code);
        Assert.StartsWith("document 1, 3: ", refused.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("note-1", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Store.Lists.List(trained.ProjectId).Items); // all or nothing
        Assert.Equal("external_id_erased", Refused([nightly[0] with { Text = "asthma, corrected" }]).Code);
        Store.Documents.Add(trained.ProjectId, [nightly[1], new("asthma again")], Manager);
        string elsewhere = Store.CreateProject("Elsewhere").Id;
        Store.Documents.Add(elsewhere, nightly, Manager);
    }

    [Fact]
    public void A_manager_may_allow_an_erased_id_again()
    {
        string note = ErasedNote("note-17");
        Assert.Throws<RecordNotFoundException>(() => Erasures.AllowAgain(trained.ProjectId, "note-18", Manager));
        Erasures.AllowAgain(trained.ProjectId, "note-17", Manager);
        var entry = Store.Audit.List().Items.Single(record => record.Action == "erased_id.allowed");
        Assert.Equal((trained.ProjectId, Manager), (entry.Subject, entry.Actor));
        Assert.Equal(note, (string)entry.Details["document"]!);
        Store.Documents.Add(trained.ProjectId, [new("asthma again", ExternalId: "note-17")], Manager);
        Assert.Throws<RecordNotFoundException>(() => Erasures.AllowAgain(trained.ProjectId, "note-17", Manager));
        Assert.NotNull(Store.Documents.Get(note).Withdrawn!.Erased);
    }

    [Fact]
    public void With_another_key_nothing_is_taken_in_rather_than_everything()
    {
        ErasedNote("note-17");
        string key = Path.Combine(Path.GetDirectoryName(Store.Database.Path)!, "webhook.key");
        byte[] kept = File.ReadAllBytes(key);
        File.Delete(key);
        using (var other = AnnotationDatabase.Open(Store.Database.Path, TimeProvider.System))
        {
            var damaged = Assert.Throws<StorageException>(() =>
                new DocumentStore(other).Add(trained.ProjectId, [new("asthma again", ExternalId: "note-17")], Manager)
            );
            Assert.Equal("storage_damaged", damaged.Code);
        }

        File.WriteAllBytes(key, kept);
        using var restored = AnnotationDatabase.Open(Store.Database.Path, TimeProvider.System);
        var refused = Assert.Throws<UnusableInputException>(() =>
            new DocumentStore(restored).Add(trained.ProjectId, [new("asthma again", ExternalId: "note-17")], Manager)
        );
        Assert.Equal("external_id_erased", refused.Code);
    }

    private string ErasedNote(string externalId)
    {
        string note = Store.Documents.Add(trained.ProjectId, [new("asthma again", ExternalId: externalId)], Manager)[0].Id;
        Withdrawals.Withdraw(note, WithdrawalReason.ConsentWithdrawn, Manager);
        Erasures.Erase(note, "owner");
        return note;
    }

    private UnusableInputException Refused(IReadOnlyList<NewDocument> documents) =>
        Assert.Throws<UnusableInputException>(() => Store.Documents.Add(trained.ProjectId, documents, Manager));

    private static IEnumerable<string> Forbidden(string note) =>
        [
            "UPDATE documents SET text = ''",
            $"UPDATE documents SET text = 'new' WHERE id = '{note}'",
            "UPDATE corrections SET details = NULL",
            $"UPDATE corrections SET label = 'X' WHERE document_id = '{note}'",
            "UPDATE snapshot_documents SET line = '{\"erased\":\"" + new string('0', 64) + "\"}', group_key = 'erased'",
            "DELETE FROM snapshot_documents",
        ];

    private IEnumerable<string> Files() => Directory.EnumerateFiles(Store.Folder, "*", SearchOption.TopDirectoryOnly);

    /// <summary>As bytes, also in the sixteen bits a character that SQLite could hold.</summary>
    private static bool Holds(string file, string secret)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        return bytes.IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) >= 0
            || bytes.IndexOf(System.Text.Encoding.Unicode.GetBytes(secret)) >= 0;
    }

    private sealed class HashOnly : IEqualityComparer<Snapshot>
    {
        public bool Equals(Snapshot? one, Snapshot? other) => one?.Hash == other?.Hash && one?.Train == other?.Train;

        public int GetHashCode(Snapshot snapshot) => snapshot.Seed;
    }
}
