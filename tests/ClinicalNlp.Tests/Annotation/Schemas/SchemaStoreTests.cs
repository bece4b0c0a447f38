using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Insights;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Registry;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Annotation.Snapshots;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;

namespace ClinicalNlp.Tests.Annotation.Schemas;

public sealed class SchemaStoreTests : IDisposable
{
    private const string Actor = "ben";
    private const string Words = "Aspirin for pain and 💊 aspirin again";

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly SchemaStore schema;

    // Done: a medication and a problem that are related. Open: an accepted and an open suggestion of a medication.
    private readonly string done;
    private readonly string open;

    public SchemaStoreTests()
    {
        projectId = store.CreateProject().Id;
        schema = new SchemaStore(store.Database);
        done = store
            .Documents.Add(
                projectId,
                [
                    new NewDocument(
                        Words,
                        "n1",
                        Spans:
                        [
                            new NewSpan(0, 7, "MEDICATION", "Aspirin") { Id = "a", Concepts = ["DB00945"] },
                            new NewSpan(12, 16, "PROBLEM", "pain") { Id = "b" },
                        ]
                    )
                    {
                        Relations = [new NewRelation("a", "b", "TREATS")],
                    },
                ],
                TemporaryStore.Actor
            )[0]
            .Id;
        open = store.AddNote(projectId, Words);
        Suggest(open, ("MEDICATION", 0, 7), ("MEDICATION", 24, 31));
        store.Corrections.Apply(open, new CorrectionBatch(0, [Accept(open, 0)]), TemporaryStore.Actor);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_new_name_is_followed_by_mentions_suggestions_relations_and_what_models_say_later()
    {
        var effect = Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);

        Assert.Equal((2, 2, 1, 2, 1), (effect.Version, effect.Mentions, effect.Suggestions, effect.Documents, effect.DoneDocuments));
        Assert.Equal(["TREATS"], effect.NamedIn);
        Assert.Equal(["DRUG Aspirin added", "PROBLEM pain added"], Marks(done));
        Assert.Equal(["DRUG Aspirin accepted", "DRUG aspirin suggested"], Marks(open));
        Assert.Single(store.Documents.Get(done).Relations);
        Assert.Equal(["DB00945"], store.Documents.Get(done).Mentions[0].Details.Concepts);
        Assert.Equal((DocumentStatus.Done, 2), (store.Documents.Get(done).Status, store.Documents.Get(done).Revision));
        var project = store.Projects.Get(projectId);
        Assert.Equal(["PROBLEM", "DRUG"], project.Labels.Select(label => label.Name));
        Assert.Equal(["DRUG"], project.Relations.Single(relation => relation.Name == "TREATS").From);

        var line = store.Corrections.History(done).Items[^1];
        Assert.Equal((BatchKind.Corrections, Actor, 2), (line.Kind, line.By, line.SchemaVersion));
        Assert.Equal(("MEDICATION", "DRUG"), (line.Changes.Single().FromLabel, line.Changes.Single().Label));
        Assert.Equal(["schema.rename"], store.Audit.List(1).Items.Select(record => record.Action));
        Assert.Null(store.Audit.FirstBroken());

        // A model of before knows the old name only, and so does a page that was open.
        Suggest(open, ("MEDICATION", 24, 31), ("MEDICATION", 8, 11));
        Assert.Equal(["DRUG Aspirin accepted", "DRUG for suggested", "DRUG aspirin suggested"], Marks(open));
        var add = new Change(CorrectionAction.Add, Start: 12, End: 16, Label: "MEDICATION");
        store.Corrections.Apply(open, new CorrectionBatch(2, [add]), TemporaryStore.Actor);
        Assert.Contains("DRUG pain added", Marks(open));
    }

    [Fact]
    public void A_decision_made_under_an_old_name_can_still_be_taken_back()
    {
        string mention = store.Documents.Get(open).Mentions[0].Id;
        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);

        var undo = new Change(CorrectionAction.Restore, mention, 0, 7, Label: "MEDICATION", State: MentionState.Suggested);
        store.Corrections.Apply(open, new CorrectionBatch(2, [undo]), TemporaryStore.Actor);

        Assert.Equal("DRUG Aspirin suggested", Marks(open)[0]);
        Assert.NotNull(store.Documents.Get(open).Mentions[0].Confidence);
    }

    [Fact]
    public void A_chain_of_names_ends_where_it_began()
    {
        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);
        Changed(new SchemaChange(SchemaChangeKind.Rename, ["DRUG"], "MEDICINE"), 2);
        Assert.Equal(["MEDICINE", "MEDICINE"], schema.Overview(projectId).Former.Select(former => former.Now));

        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICINE"], "MEDICATION"), 3);

        Assert.Equal(["MEDICATION Aspirin added", "PROBLEM pain added"], Marks(done));
        Assert.Equal(
            ["DRUG MEDICATION", "MEDICINE MEDICATION"],
            schema.Overview(projectId).Former.Select(former => $"{former.Label.Name} {former.Now}")
        );
        Assert.Equal([4, 3, 2], schema.History(projectId).Items.Select(version => version.Version));
        Assert.Equal(
            ["MEDICINE MEDICATION", "DRUG MEDICINE", "MEDICATION DRUG"],
            schema.History(projectId).Items.Select(version => $"{version.Before!.Name} {version.After!.Name}")
        );
    }

    [Fact]
    public void A_removed_label_keeps_its_mentions_archived_until_it_comes_back()
    {
        var before = store.Documents.Get(done);
        var archive = new ArchiveStore(store.Database);

        var effect = Changed(new SchemaChange(SchemaChangeKind.Remove, ["MEDICATION"]), 1);

        Assert.Equal((2, 1, 1), (effect.Mentions, effect.Suggestions, effect.Relations));
        Assert.Equal(["PROBLEM pain added"], Marks(done));
        Assert.Empty(store.Documents.Get(done).Relations);
        Assert.Empty(Marks(open));
        var kept = Assert.Single(archive.Of(done));
        Assert.Equal((before.Mentions[0], ArchiveReason.Removed, 2), (kept.Mention, kept.Reason, kept.Version));
        Assert.Equal(
            [CorrectionAction.Remove, CorrectionAction.Unrelate],
            store.Corrections.History(done).Items[^1].Changes.Select(change => change.Action)
        );
        // Nobody learns it, nobody may mark it, its name stays taken, and no model suggests it.
        var snapshots = new SnapshotStore(store.Database);
        store.Documents.Add(projectId, [new NewDocument("x y", Spans: [])], TemporaryStore.Actor);
        var snapshot = snapshots.Create(projectId, ModelTask.Entities, Actor);
        Assert.Equal(["PROBLEM"], snapshot.Labels);
        Assert.Equal(
            ["PROBLEM"],
            SnapshotStore.ReadEntities(snapshots.Documents(snapshot.Id)).SelectMany(item => item.Spans).Select(span => span.Label)
        );
        var add = new Change(CorrectionAction.Add, Start: 0, End: 7, Label: "MEDICATION");
        Assert.Equal(
            "label_not_in_schema",
            CodeOf(() => store.Corrections.Apply(open, new CorrectionBatch(2, [add]), TemporaryStore.Actor))
        );
        Assert.Equal("name_taken", CodeOf(() => schema.Preview(projectId, new SchemaChange(SchemaChangeKind.Add, [], "MEDICATION"))));
        Suggest(open, ("MEDICATION", 24, 31));
        Assert.Empty(Marks(open));
        Assert.Equal((null, 2), (Former("MEDICATION").Now, Former("MEDICATION").Archived));
        Assert.Empty(InsightsOf(open).SelectMany(task => task.Acceptance.Labels));

        var back = Changed(new SchemaChange(SchemaChangeKind.Restore, ["MEDICATION"]), 2);

        Assert.Equal((2, 1, 2), (back.Mentions, back.Relations, back.Documents));
        var after = store.Documents.Get(done);
        Assert.Equal(before.Mentions, after.Mentions);
        Assert.Equal(before.Relations, after.Relations);
        Assert.Equal(["MEDICATION Aspirin accepted"], Marks(open));
        Assert.Empty(archive.Of(done));
        Assert.Equal(["PROBLEM", "MEDICATION"], store.Projects.Get(projectId).Labels.Select(label => label.Name));
        Assert.Equal("m", store.Projects.Get(projectId).Labels[1].Key);
        Assert.Empty(schema.Overview(projectId).Former);
    }

    [Fact]
    public void Merged_labels_are_one_and_of_two_over_the_same_words_one_is_archived()
    {
        string twice = store.AddNote(projectId, Words);
        Suggest(twice, ("PROBLEM", 12, 16));
        store.Corrections.Apply(
            twice,
            new CorrectionBatch(
                0,
                [
                    new Change(CorrectionAction.Add, Start: 0, End: 7, Label: "PROBLEM") { Concepts = ["C1"] },
                    new Change(CorrectionAction.Add, Start: 0, End: 7, Label: "MEDICATION"),
                    new Change(CorrectionAction.Add, Start: 12, End: 16, Label: "MEDICATION"),
                ]
            ),
            TemporaryStore.Actor
        );

        var effect = Changed(new SchemaChange(SchemaChangeKind.Merge, ["PROBLEM", "MEDICATION"], "MEDICATION"), 1);

        Assert.Equal((1, 1), (effect.Duplicates, effect.Suggestions));
        // The one that says more stays; what people marked goes before what a model suggests.
        Assert.Equal(["MEDICATION Aspirin added", "MEDICATION pain added"], Marks(twice));
        Assert.Equal(["C1"], store.Documents.Get(twice).Mentions[0].Details.Concepts);
        var archived = Assert.Single(new ArchiveStore(store.Database).Of(twice));
        Assert.Equal(("MEDICATION", ArchiveReason.Duplicate), (archived.Mention.Label, archived.Reason));
        Assert.Equal(["MEDICATION Aspirin added", "MEDICATION pain added"], Marks(done));
        Assert.Single(store.Documents.Get(done).Relations);
        Assert.Equal(["MEDICATION"], store.Projects.Get(projectId).Labels.Select(label => label.Name));
    }

    [Fact]
    public void What_was_rejected_under_one_name_is_not_suggested_under_the_other()
    {
        store.Corrections.Apply(
            open,
            new CorrectionBatch(1, [new Change(CorrectionAction.Reject, store.Documents.Get(open).Mentions[1].Id)]),
            TemporaryStore.Actor
        );

        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);

        Suggest(open, ("DRUG", 24, 31));
        Assert.Equal(["DRUG Aspirin accepted"], Marks(open));
    }

    [Fact]
    public void The_look_of_a_label_is_changed_and_told()
    {
        var look = new LabelLook("#0a7f3f", "p", "A sickness", ["pain", "fever"]);
        var effect = Changed(new SchemaChange(SchemaChangeKind.Edit, ["MEDICATION"], Look: look), 1);

        Assert.Equal(0, effect.Documents);
        Assert.Equal(["p PROBLEM MEDICATION"], effect.KeyConflicts.Select(key => $"{key.Key} {string.Join(' ', key.Labels)}"));
        var label = store.Projects.Get(projectId).Labels[1];
        Assert.Equal(("#0a7f3f", "p", "A sickness"), (label.Colour, label.Key, label.Description));
        Assert.Equal(["pain", "fever"], label.Examples);
        Assert.Equal("m", schema.History(projectId).Items[0].Before!.Key);
        Assert.Equal(
            "no_changes",
            CodeOf(() => schema.Preview(projectId, new SchemaChange(SchemaChangeKind.Edit, ["MEDICATION"], Look: look)))
        );
        Assert.Equal(1, Changed(new SchemaChange(SchemaChangeKind.Add, [], "TEST", new LabelLook("#112233")), 2).FinishedWithout);
        Assert.Equal("TEST", store.Projects.Get(projectId).Labels[2].Name);
    }

    [Fact]
    public void Two_who_change_the_schema_at_once_do_not_overwrite_each_other()
    {
        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);
        long audited = store.Audit.List(1).Items[0].Sequence;

        var stale = Assert.Throws<StaleSchemaException>(() =>
            schema.Change(projectId, new SchemaChange(SchemaChangeKind.Remove, ["PROBLEM"]), 1, "cid")
        );

        Assert.Equal(("stale_schema", 2), (stale.Code, stale.Current));
        Assert.Equal(audited, store.Audit.List(1).Items[0].Sequence);
        // A guideline that somebody wrote meanwhile stands in nobody's way.
        new GuidelineStore(store.Database).Write(projectId, "DRUG", "# What a drug is", 0, "cid");
        Assert.Equal(4, schema.Change(projectId, new SchemaChange(SchemaChangeKind.Remove, ["PROBLEM"]), 2, "cid").Version);
    }

    [Fact]
    public void A_rename_is_no_decision_on_a_suggestion()
    {
        var before = InsightsOf(open);
        Changed(new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 1);
        var after = InsightsOf(open);

        Assert.Equal((1, 1), (before[0].Acceptance.All.Counts.Accepted, after[0].Acceptance.All.Counts.Accepted));
        Assert.Equal(0, after[0].Acceptance.All.Counts.Relabelled);
        Assert.Equal(["DRUG"], after[0].Acceptance.Labels.Select(label => label.Name));
        Assert.DoesNotContain(new InsightStore(store.Database).Of(projectId).People, person => person.Person == Actor);
    }

    [Theory]
    [InlineData(SchemaChangeKind.Rename, "MEDICATION", "PROBLEM", "name_taken")]
    [InlineData(SchemaChangeKind.Rename, "MEDICATION", " ", "name_missing")]
    [InlineData(SchemaChangeKind.Rename, "MEDICATION", "MEDICATION", "no_changes")]
    [InlineData(SchemaChangeKind.Rename, "nothing", "x", "label_not_in_schema")]
    [InlineData(SchemaChangeKind.Merge, "MEDICATION", "MEDICATION", "no_changes")]
    [InlineData(SchemaChangeKind.Remove, "MEDICATION", "x", "invalid_value")]
    [InlineData(SchemaChangeKind.Restore, "MEDICATION", null, "label_not_in_schema")]
    [InlineData(SchemaChangeKind.Add, "MEDICATION", "x", "invalid_value")]
    [InlineData(SchemaChangeKind.Edit, "MEDICATION", null, "invalid_value")]
    [InlineData(SchemaChangeKind.Guideline, "MEDICATION", null, "invalid_value")]
    public void A_change_that_makes_no_sense_is_refused(SchemaChangeKind kind, string from, string? to, string code) =>
        Assert.Equal(code, CodeOf(() => schema.Change(projectId, new SchemaChange(kind, [from], to), 1, Actor)));

    [Theory]
    [InlineData("red", null)]
    [InlineData("#12345g", null)]
    [InlineData(null, "ab")]
    [InlineData(null, " ")]
    public void A_look_that_cannot_be_is_refused(string? colour, string? key) =>
        Assert.Equal(
            "invalid_value",
            CodeOf(() => schema.Preview(projectId, new SchemaChange(SchemaChangeKind.Add, [], "X", new LabelLook(colour, key))))
        );

    /// <summary>Every change does what its preview said.</summary>
    private SchemaChangeEffect Changed(SchemaChange change, int seen)
    {
        var preview = schema.Preview(projectId, change);
        var effect = schema.Change(projectId, change, seen, Actor);
        Assert.Equivalent(preview, effect, strict: true);
        return effect;
    }

    private IReadOnlyList<TaskInsights> InsightsOf(string _) =>
        [.. new InsightStore(store.Database).Of(projectId).Tasks.Where(task => task.Task == ModelTask.Entities)];

    private FormerLabel Former(string name) => schema.Overview(projectId).Former.Single(former => former.Label.Name == name);

    private Change Accept(string documentId, int index) => new(CorrectionAction.Accept, store.Documents.Get(documentId).Mentions[index].Id);

    private void Suggest(string documentId, params (string Label, int Start, int End)[] mentions) =>
        store.Suggestions.ReplaceMentions(
            documentId,
            new ModelStamp("m", "1"),
            [.. mentions.Select(mention => new Mention(new TextSpan(mention.Start, mention.End), mention.Label, 0.9))],
            "model"
        );

    private List<string> Marks(string documentId)
    {
        var document = store.Documents.Get(documentId);
        return
        [
            .. document.Mentions.Select(mention =>
                $"{mention.Label} {mention.Place.Of(document.Text)} {mention.State.ToString().ToLowerInvariant()}"
            ),
        ];
    }

    private static string CodeOf(Action act) => Assert.Throws<UnusableInputException>(act).Code;
}
