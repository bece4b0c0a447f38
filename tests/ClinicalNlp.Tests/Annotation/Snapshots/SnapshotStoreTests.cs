using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Tests.Annotation.Snapshots;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string projectId;

    public SnapshotStoreTests() => projectId = store.CreateProject().Id;

    private SnapshotStore Snapshots => new(store.Database);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Gold_is_frozen_with_its_offsets()
    {
        AddGold(4);
        store.AddNote(projectId, "not finished, so not in it");
        var snapshot = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor);
        var before = Snapshots.Documents(snapshot.Id);

        string id = before[0].DocumentId;
        store.Corrections.Reopen(id, 1, TemporaryStore.Actor);
        var mention = store.Documents.Get(id).Mentions[0];
        store.Corrections.Apply(id, new CorrectionBatch(2, [new Change(CorrectionAction.Remove, mention.Id)]), TemporaryStore.Actor);
        store.Reopen();

        Assert.Equal(before, Snapshots.Documents(snapshot.Id));
        Assert.Equivalent(snapshot, Snapshots.Get(snapshot.Id));
        Assert.Equal(4, snapshot.Train.Documents + snapshot.HeldOut.Documents);
        Assert.All(
            SnapshotStore.ReadEntities(before),
            document => Assert.Equal("asthma", Assert.Single(document.Spans).Span.Of(document.Text))
        );
        Assert.NotEqual(snapshot.Hash, Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Hash);
    }

    [Fact]
    public void The_same_data_has_the_same_hash_and_split()
    {
        AddGold(60, i => $"patient-{i}");
        var first = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor);
        var second = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor);

        Assert.Equal(first.Hash, second.Hash);
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.Hash, Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor, seed: 2).Hash);
    }

    [Fact]
    public void A_group_never_straddles_and_never_changes_sides()
    {
        AddGold(60, i => $"patient-{i % 17}");
        var first = Snapshots.Documents(Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Id);
        AddGold(60, i => $"patient-{i % 31}");
        var second = Snapshots.Documents(Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Id);

        Assert.All(first.GroupBy(document => document.Group), group => Assert.Single(group.Select(document => document.Side).Distinct()));
        Assert.All(second.GroupBy(document => document.Group), group => Assert.Single(group.Select(document => document.Side).Distinct()));
        var sides = second.ToDictionary(document => document.DocumentId, document => document.Side);
        Assert.All(first, document => Assert.Equal(document.Side, sides[document.DocumentId]));
    }

    [Fact]
    public void About_the_asked_share_is_held_out()
    {
        AddGold(400, i => $"patient-{i}");
        var snapshot = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor, 0.25);
        Assert.InRange(snapshot.HeldOut.Documents, 70, 130);
    }

    [Fact]
    public void Two_documents_are_one_to_learn_from_and_one_to_judge_by_and_one_is_too_little()
    {
        Assert.Equal("too_little_data", Refused());
        AddGold(1);
        Assert.Equal("too_little_data", Refused());
        AddGold(1);
        var snapshot = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor);
        Assert.Equal((1, 1), (snapshot.Train.Documents, snapshot.HeldOut.Documents));
    }

    [Fact]
    public void Intents_come_from_labelled_turns()
    {
        for (int i = 0; i < 3; i++)
        {
            var turns = new[]
            {
                new Turn("patient", $"refill {i} 💊", "refill"),
                new Turn("bot", "Sure."),
                new Turn("patient", "thanks", "oos"),
            };
            store.Documents.Add(projectId, [new NewDocument(null, Turns: turns)], TemporaryStore.Actor);
        }

        var documents = Snapshots.Documents(Snapshots.Create(projectId, ModelTask.Intents, TemporaryStore.Actor).Id);

        Assert.Equal(6, SnapshotStore.ReadIntents(documents).Count);
        Assert.Contains(new Utterance("refill 2 💊", "refill"), SnapshotStore.ReadIntents(documents));
        Assert.Equal("too_little_data", Refused());
    }

    [Fact]
    public void A_snapshot_cannot_be_changed_and_a_change_by_force_is_noticed()
    {
        AddGold(3);
        var snapshot = Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor);
        foreach (string sql in new[] { "UPDATE snapshots SET hash = 'x'", "DELETE FROM snapshot_documents" })
        {
            Assert.ThrowsAny<Exception>(() => TestSql.Execute(store.DatabasePath, sql));
        }

        TestSql.Execute(
            store.DatabasePath,
            "DROP TRIGGER snapshot_documents_are_frozen_u; UPDATE snapshot_documents SET line = replace(line, 'asthma', 'Asthma')"
        );
        Assert.Equal("storage_damaged", Assert.ThrowsAny<UnusableInputException>(() => Snapshots.Documents(snapshot.Id)).Code);
    }

    [Fact]
    public void Snapshots_are_listed()
    {
        AddGold(3);
        var made = Enumerable.Range(0, 3).Select(_ => Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor).Id).ToList();
        var first = Snapshots.List(projectId, limit: 2);
        Assert.Equal(made, first.Items.Concat(Snapshots.List(projectId, after: first.Next).Items).Select(snapshot => snapshot.Id));
    }

    private string Refused() =>
        Assert.Throws<UnusableInputException>(() => Snapshots.Create(projectId, ModelTask.Entities, TemporaryStore.Actor)).Code;

    private void AddGold(int count, Func<int, string>? group = null) =>
        store.Documents.Add(
            projectId,
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new NewDocument(
                        $"😀 asthma {i}",
                        Group: group?.Invoke(i),
                        Spans: [new NewSpan(3, 9, "PROBLEM", "asthma")]
                    )),
            ],
            TemporaryStore.Actor
        );
}
