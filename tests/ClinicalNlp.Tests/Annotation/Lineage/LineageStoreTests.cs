using ClinicalNlp.Annotation.Adjudication;
using ClinicalNlp.Annotation.Assignments;
using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Lineage;

public sealed class LineageStoreTests : IDisposable
{
    private readonly Trained trained = new();

    private TemporaryStore Store => trained.Store;

    public void Dispose() => trained.Dispose();

    [Fact]
    public void A_version_leads_to_its_snapshots_its_examples_their_corrections_and_their_people()
    {
        var notes = Enumerable.Range(0, 8).Select(i => trained.Finished($"asthma again {i}", i % 2 == 0 ? "ana" : "ben")).ToList();
        var first = trained.Snapshot();
        trained.Train("1.1", "1", first);
        string late = trained.Finished("gout today", "cyd");
        var second = trained.Snapshot();
        trained.Train("1.2", "1.1", second);

        var chain = trained.Lineage.Chain(Trained.Version("1.2"));
        Assert.Equal(["1.2", "1.1", "1"], chain.Select(version => version.Model.Version));
        Assert.Equal([second.Hash, first.Hash, null], chain.Select(version => version.Training?.Snapshot.Hash));
        Assert.Equal("corrections", chain[0].Corpora!.Single().Name);
        Assert.Empty(chain[2].Corpora!);

        var examples = trained.Lineage.Examples(second.Id).Items;
        Assert.Equal([.. notes, late], examples.Select(example => example.DocumentId));
        Assert.Equal(
            [.. trained.Snapshots.Documents(second.Id).Select(document => document.Side)],
            examples.Select(example => example.Side)
        );
        Assert.All(examples, example => Assert.Equal((1, 64, 1), (example.Corrections, example.LineHash.Length, example.Weight)));
        Assert.Equal(["cyd"], examples[^1].People);
        Assert.All(
            trained.Lineage.Examples(second.Id, SnapshotSide.HeldOut).Items,
            example => Assert.Equal(SnapshotSide.HeldOut, example.Side)
        );

        var corrections = trained.Lineage.Corrections(late).Items;
        Assert.Equal(
            [(BatchKind.Corrections, CorrectionAction.Add, "PROBLEM"), (BatchKind.Complete, null, null)],
            corrections.Select(c => (c.Batch, c.Action, c.Label))
        );
        Assert.All(corrections, correction => Assert.Equal("cyd", correction.By));
        Assert.Single(trained.Lineage.Corrections(late, revision: 1).Items);
    }

    [Fact]
    public void Who_answered_a_gold_question_has_no_part_in_the_example_and_who_read_it_for_gold_has()
    {
        var notes = Enumerable.Range(0, 4).Select(i => trained.Finished($"asthma again {i}", "ana")).ToList();
        var assignments = new AssignmentStore(Store.Database);
        new GoldQuestionStore(Store.Database).Add(trained.ProjectId, [notes[0]], "boss");
        new AssignmentSettingsStore(Store.Database).Save(trained.ProjectId, new AssignmentSettings(GoldQuestionEvery: 1), "boss");
        Finish(new WorkQueueStore(Store.Database).Next(trained.ProjectId, "dan")!, "dan");
        new AssignmentSettingsStore(Store.Database).Save(trained.ProjectId, new AssignmentSettings(), "boss");
        string read = Store.AddNote(trained.ProjectId, "asthma read");
        assignments.Assign(trained.ProjectId, [read], ["eve"], 1, "boss");
        Finish(new WorkQueueStore(Store.Database).Next(trained.ProjectId, "eve")!, "eve");
        var adjudication = new AdjudicationStore(Store.Database, Store.Corrections);
        var open = adjudication.Get(trained.ProjectId, read, "fay");
        adjudication.Decide(trained.ProjectId, read, new AdjudicationDecision(0, open.Basis, [], []), "fay");
        var snapshot = trained.Snapshot();
        trained.Train("1.1", "1", snapshot);

        var examples = trained.Lineage.Examples(snapshot.Id).Items;
        Assert.Equal(["ana"], examples.Single(example => example.DocumentId == notes[0]).People);
        Assert.Equal(["eve", "fay"], examples.Single(example => example.DocumentId == read).People.Order());
        Assert.DoesNotContain(trained.Lineage.Corrections(notes[0]).Items, change => change.By == "dan");
        Assert.Empty(trained.Reach.OfPerson("dan", null).Versions);

        void Finish(Assignment reading, string person)
        {
            Store.Corrections.Apply(
                reading.CopyId!,
                new CorrectionBatch(0, [new Change(CorrectionAction.Add, Start: 0, End: 6, Label: "PROBLEM")]),
                person
            );
            Store.Corrections.Complete(reading.CopyId!, 1, UndecidedSuggestions.Refuse, person);
        }
    }

    [Fact]
    public void Examples_and_corrections_are_paged_without_gap_or_repetition()
    {
        var notes = Enumerable.Range(0, 11).Select(i => trained.Finished($"asthma again {i}", "ana")).ToList();
        var snapshot = trained.Snapshot();
        Assert.Equal(notes, All(after => trained.Lineage.Examples(snapshot.Id, null, 4, after)).Select(example => example.DocumentId));

        string many = Store.AddNote(trained.ProjectId, string.Join(' ', Enumerable.Repeat("asthma", 30)));
        for (int i = 0; i < 30; i++)
        {
            Store.Corrections.Apply(
                many,
                new CorrectionBatch(i, [new Change(CorrectionAction.Add, Start: i * 7, End: i * 7 + 6, Label: "PROBLEM")]),
                "ana"
            );
        }

        Assert.Equal(
            Enumerable.Range(1, 30),
            All(after => trained.Lineage.Corrections(many, null, 7, after)).Select(change => change.Revision)
        );
    }

    [Fact]
    public void What_is_not_there_is_said_so()
    {
        Assert.Throws<RecordNotFoundException>(() => trained.Lineage.Chain(Trained.Version("9")));
        Assert.Throws<RecordNotFoundException>(() => trained.Lineage.Examples("x"));
        Assert.Throws<RecordNotFoundException>(() => trained.Lineage.Corrections("x"));
        Assert.Throws<RecordNotFoundException>(() => trained.Reach.Of("x"));
        Assert.Throws<RecordNotFoundException>(() => trained.Reach.Answers("x"));
    }

    [Fact]
    public void A_document_leads_to_the_versions_that_learnt_from_it_and_the_answers_they_gave()
    {
        var notes = Enumerable.Range(0, 8).Select(i => trained.Finished($"asthma again {i}", "ana")).ToList();
        string unfinished = Store.AddNote(trained.ProjectId, "nobody has read this");
        var first = trained.Snapshot();
        trained.Train("1.1", "1", first, unfinished);
        string late = trained.Finished("gout today", "cyd");
        var second = trained.Snapshot();
        trained.Train("1.2", "1.1", second);
        var begun = Store.Clock.Now;
        trained.Registry.Promote(TemporaryModels.Name, "1.2", force: false, "manager");
        using var log = new AnswerLog(Store.Database, null);
        log.Start();
        var ids = Enumerable
            .Range(0, 5)
            .Select(_ => log.Record(AnswerKind.Extract, Trained.Version("1.2"), Fingerprint("1.2"), "ward-7", 1, 1))
            .ToList();
        log.Record(AnswerKind.Extract, Trained.Version("1"), Fingerprint("1"), "ward-7", 1, 1);
        log.Flush();
        Store.Clock.Now += TimeSpan.FromMinutes(1);
        trained.Registry.RollBack(TemporaryModels.Name, "manager");

        var documents = trained.Snapshots.Documents(second.Id);
        string learnt = documents.First(document => document.Side == SnapshotSide.Train && document.DocumentId != late).DocumentId;
        string judged = documents.First(document => document.Side == SnapshotSide.HeldOut).DocumentId;
        Assert.Equal([("1.1", LearntHow.Trained), ("1.2", LearntHow.Trained)], Seen(learnt));
        Assert.Equal([("1.1", LearntHow.Judged), ("1.2", LearntHow.Judged)], Seen(judged));
        Assert.Equal([("1.1", LearntHow.Replayed), ("1.2", LearntHow.Inherited)], Seen(unfinished));
        Assert.Equal(Trained.Version("1.1"), trained.Reach.Of(unfinished).Versions[1].Through);

        var reach = trained.Reach.Of(learnt);
        Assert.Equal([first.Hash, second.Hash], reach.Snapshots.Select(holding => holding.Hash));
        var version = reach.Versions[1];
        Assert.Equal([new LiveSpan(begun, begun.AddMinutes(1))], version.Live);
        Assert.Equal((5, "ward-7", 5), (version.Answers, version.Callers.Single().Actor, reach.Answers));
        Assert.Empty(reach.NotesUnknown);
        Assert.Equal(ids.Order(StringComparer.Ordinal).Reverse(), trained.Reach.Answers(learnt).Items.Select(answer => answer.Id));
        Assert.Empty(trained.Reach.Answers(judged).Items);
        Assert.Equal(0, trained.Reach.Of(judged).Answers);
        Assert.Empty(trained.Reach.Of(Store.AddNote(trained.ProjectId, "new")).Versions);
    }

    [Fact]
    public void A_person_leads_to_the_documents_they_worked_on_and_the_versions_that_learnt_from_them()
    {
        foreach (int i in Enumerable.Range(0, 6))
        {
            trained.Finished($"asthma again {i}", "ana");
        }

        trained.Train("1.1", "1", trained.Snapshot());
        string late = trained.Finished("gout today", "cyd");
        trained.Train("1.2", "1", trained.Snapshot());
        trained.Finished("late again", "dee");

        Assert.Equal((6, 6), (trained.Reach.OfPerson("ana", null).Documents, trained.Reach.OfPerson("ana", null).Corrections));
        Assert.Equal(["1.1", "1.2"], trained.Reach.OfPerson("ana", null).Versions.Select(version => version.Model.Version));
        var cyd = trained.Reach.OfPerson("cyd", null);
        Assert.Equal((1, 1), (cyd.Documents, cyd.Corrections));
        Assert.DoesNotContain(cyd.Versions, version => version.Model.Version == "1.1");
        Assert.Empty(trained.Reach.OfPerson("dee", null).Versions);
        Assert.Equal(0, trained.Reach.OfPerson("cyd", ["another project"]).Documents);
        var document = Assert.Single(trained.Reach.Documents("cyd", [trained.ProjectId]).Items);
        Assert.Equal((late, 1, false, 1), (document.DocumentId, document.Corrections, document.BroughtIn, document.Snapshots));
        Assert.Equal(8, All(after => trained.Reach.Documents(TemporaryStore.Actor, null, 3, after)).Count);
    }

    private (string, LearntHow)[] Seen(string document) =>
        [.. trained.Reach.Of(document).Versions.Select(seen => (seen.Model.Version, seen.How))];

    private string Fingerprint(string version) => trained.Registry.Store.Get(TemporaryModels.Name, version).Fingerprint;

    private static List<T> All<T>(Func<string?, Page<T>> next)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            var page = next(after);
            all.AddRange(page.Items);
            after = page.Next;
        } while (after is not null);
        return all;
    }
}
