using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Intents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Schemas;

public sealed class TakeBackTests : IDisposable
{
    private const string Words = "one two three 💊 four five six";

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly SchemaStore schema;

    public TakeBackTests()
    {
        projectId = store
            .Projects.Create(
                "p",
                [new LabelDefinition("A", "#112233"), new LabelDefinition("B", "#445566", "b"), new LabelDefinition("C")],
                [new IntentDefinition("ask")],
                TemporaryStore.Actor,
                [new RelationDefinition("R", ["B"], ["C"])],
                [new AttributeDefinition("size", [], ["B", "C"])]
            )
            .Id;
        schema = new SchemaStore(store.Database);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_merge_is_undone_with_labels_duplicates_relations_and_what_named_them()
    {
        string id = store.AddNote(projectId, Words);
        Work(id, Add(0, 3, "A"), Add(0, 3, "B"), Add(4, 7, "B"), Add(8, 13, "C"));
        var (b, c) = (At(id, "B", 0), At(id, "C", 8));
        Work(
            id,
            new Change(CorrectionAction.Relate)
            {
                From = b.Id,
                To = c.Id,
                Type = "R",
            }
        );
        var before = Said(id);
        var merged = Change(new SchemaChange(SchemaChangeKind.Merge, ["A", "B"], "A"));
        Assert.Equal(1, merged.Duplicates);
        Assert.Equal(["A", "A", "C"], store.Documents.Get(id).Mentions.Select(mention => mention.Label));

        var undone = Change(Undo(2));

        Assert.Equal(before, Said(id));
        Assert.Empty(undone.NotRestored);
        var project = store.Projects.Get(projectId);
        Assert.Equal(new LabelDefinition("B", "#445566", "b"), project.Labels.Single(label => label.Name == "B"));
        Assert.Equal(["B"], project.Relations.Single().From);
        Assert.Equal(["B", "C"], project.Attributes.Single().Labels);
        Assert.Empty(schema.Overview(projectId).Former);
        var entry = schema.History(projectId).Items[0];
        Assert.Equal((SchemaChangeKind.TakeBack, 2), (entry.Kind, entry.Undoes));
        var first = schema.History(projectId).Items[1];
        Assert.Equal((3, false), (first.UndoneBy, first.MayBeTakenBack));
        Assert.Equal("no_changes", Assert.Throws<UnusableInputException>(() => schema.Preview(projectId, Undo(2))).Code);
        Assert.Equal("schema.take_back", store.Audit.List(1).Items[0].Action);

        // Taking that back merges again.
        Change(Undo(3));
        Assert.Equal(["A", "A", "C"], store.Documents.Get(id).Mentions.Select(mention => mention.Label));
        Assert.True(schema.History(projectId).Items[2].MayBeTakenBack);
    }

    [Fact]
    public void What_people_decided_since_stays()
    {
        string id = store.AddNote(projectId, Words);
        Work(id, Add(0, 3, "B"), Add(4, 7, "B"), Add(8, 13, "B"), Add(17, 21, "A"), Add(17, 21, "B"));
        Change(new SchemaChange(SchemaChangeKind.Merge, ["A", "B"], "A"));
        Work(
            id,
            new Change(CorrectionAction.Relabel, At(id, "A", 0).Id, Label: "C"),
            new Change(CorrectionAction.Remove, At(id, "A", 4).Id),
            new Change(CorrectionAction.Remove, At(id, "A", 17).Id)
        );

        var effect = Change(Undo(2));

        Assert.Equal(1, effect.Mentions);
        Assert.Equal(
            [
                new NotRestored("mention", NotRestoredReason.Decided, 1),
                new NotRestored("mention", NotRestoredReason.Removed, 1),
                new NotRestored("mention", NotRestoredReason.Replaced, 1),
            ],
            effect.NotRestored
        );
        Assert.Equal([("C", 0), ("B", 8)], store.Documents.Get(id).Mentions.Select(m => (m.Label, m.Span.Start)));
    }

    [Fact]
    public void Names_that_changed_since_are_followed_and_those_that_are_taken_refuse()
    {
        string id = store.AddNote(projectId, Words);
        Work(id, Add(0, 3, "B"), Add(4, 7, "A"));
        Change(new SchemaChange(SchemaChangeKind.Merge, ["A", "B"], "A"));
        Change(new SchemaChange(SchemaChangeKind.Rename, ["A"], "Z"));
        Assert.Equal("Z", At(id, "Z", 0).Label);

        Change(Undo(2));
        Assert.Equal([("B", 0), ("Z", 4)], store.Documents.Get(id).Mentions.Select(m => (m.Label, m.Span.Start)));

        Change(Undo(3));
        Assert.Equal([("B", 0), ("A", 4)], store.Documents.Get(id).Mentions.Select(m => (m.Label, m.Span.Start)));

        Change(new SchemaChange(SchemaChangeKind.Merge, ["A", "B"], "A"));
        Change(new SchemaChange(SchemaChangeKind.Add, [], "B"));
        Assert.Equal("name_taken", Assert.Throws<UnusableInputException>(() => schema.Preview(projectId, Undo(6))).Code);
        Change(new SchemaChange(SchemaChangeKind.Remove, ["A"]));
        Assert.Equal("label_not_in_schema", Assert.Throws<UnusableInputException>(() => schema.Preview(projectId, Undo(6))).Code);
        Assert.Equal("invalid_value", Assert.Throws<UnusableInputException>(() => schema.Preview(projectId, Undo(99))).Code);
    }

    [Fact]
    public void Other_changes_are_undone_by_their_opposites()
    {
        string id = store.AddNote(projectId, Words);
        Work(id, Add(0, 3, "B"));
        Change(new SchemaChange(SchemaChangeKind.Remove, ["B"]));
        Change(Undo(2));
        Assert.Equal("B", store.Documents.Get(id).Mentions.Single().Label);
        Change(new SchemaChange(SchemaChangeKind.Edit, ["B"], Look: new LabelLook("#000000")));
        Change(Undo(4));
        Assert.Equal("#445566", store.Projects.Get(projectId).Labels.Single(label => label.Name == "B").Colour);
        Change(new SchemaChange(SchemaChangeKind.Add, [], "NEW"));
        Change(Undo(6));
        Assert.DoesNotContain(store.Projects.Get(projectId).Labels, label => label.Name == "NEW");
    }

    [Fact]
    public void Intents_are_told_in_the_same_history_and_stale_nothing()
    {
        new IntentStore(store.Database).Change(projectId, new IntentChange(IntentChangeKind.Rename, ["ask"], "question"), null, "ben");
        var entry = schema.History(projectId).Items.Single();
        Assert.Equal(
            (SchemaPart.Intent, SchemaChangeKind.Rename, "question", false),
            (entry.Part, entry.Kind, entry.To, entry.MayBeTakenBack)
        );
        schema.Change(projectId, new SchemaChange(SchemaChangeKind.Add, [], "D"), 1, "ben");
        Assert.Equal(3, schema.Overview(projectId).Version);
    }

    [Fact]
    public void Withdrawn_documents_follow_and_are_counted_apart()
    {
        string kept = store.AddNote(projectId, Words);
        string away = store.AddNote(projectId, Words);
        Work(kept, Add(0, 3, "B"));
        Work(away, Add(0, 3, "B"), Add(4, 7, "B"));
        new WithdrawalStore(store.Database).Withdraw(away, WithdrawalReason.Duplicate, "ben");

        var preview = schema.Preview(projectId, new SchemaChange(SchemaChangeKind.Rename, ["B"], "X"));
        var effect = Change(new SchemaChange(SchemaChangeKind.Rename, ["B"], "X"));

        Assert.Equivalent(preview, effect, strict: true);
        Assert.Equal((1, 1, 1), (effect.Mentions, effect.Documents, effect.WithdrawnDocuments));
        Assert.Equal(1, schema.Overview(projectId).Labels.Single(usage => usage.Label.Name == "X").Decided);
    }

    private SchemaChangeEffect Change(SchemaChange change)
    {
        var preview = schema.Preview(projectId, change);
        var effect = schema.Change(projectId, change, schema.Overview(projectId).Version, "ben");
        Assert.Equivalent(preview, effect, strict: true);
        return effect;
    }

    private static SchemaChange Undo(int version) => new(SchemaChangeKind.TakeBack, []) { Undoes = version };

    private static Change Add(int start, int end, string label) => new(CorrectionAction.Add, Start: start, End: end, Label: label);

    private void Work(string id, params Change[] changes) =>
        store.Corrections.Apply(id, new CorrectionBatch(store.Documents.Get(id).Revision, changes), TemporaryStore.Actor);

    private DocumentMention At(string id, string label, int start) =>
        store.Documents.Get(id).Mentions.Single(mention => mention.Label == label && mention.Span.Start == start);

    private List<string> Said(string id) =>
        [
            .. store.Documents.Get(id).Mentions.Select(m => $"{m.Id} {m.Span} {m.Label} {m.State}").Order(),
            .. store.Documents.Get(id).Relations.Select(relation => relation.ToString()).Order(),
        ];
}
