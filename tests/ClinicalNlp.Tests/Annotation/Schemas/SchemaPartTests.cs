using ClinicalNlp.Annotation.Corrections;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Schemas;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Annotation.Schemas;

/// <summary>Relation types, attributes and values, changed with everything that carries them.</summary>
public sealed class SchemaPartTests : IDisposable
{
    private const string Words = "one two three 💊 four five six";

    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly SchemaStore schema;
    private readonly string id;

    public SchemaPartTests()
    {
        projectId = store
            .Projects.Create(
                "p",
                [new LabelDefinition("A"), new LabelDefinition("B")],
                [],
                TemporaryStore.Actor,
                [new RelationDefinition("R", ["A"], ["B"]), new RelationDefinition("S", ["B"], ["A"]), new RelationDefinition("T")],
                [
                    new AttributeDefinition("negated"),
                    new AttributeDefinition("uncertain"),
                    new AttributeDefinition("hypothetical"),
                    new AttributeDefinition("severity", ["mild", "bad", "worse"], ["A"]),
                    new AttributeDefinition("grade", [], ["B"]),
                ]
            )
            .Id;
        schema = new SchemaStore(store.Database);
        id = store.AddNote(projectId, Words);
        Work(
            new Change(CorrectionAction.Add, Start: 0, End: 3, Label: "A")
            {
                Attributes = new Dictionary<string, string> { ["severity"] = "bad" },
                Assertion = new SpanAssertion(false, Uncertain: true),
            },
            new Change(CorrectionAction.Add, Start: 4, End: 7, Label: "B")
            {
                Attributes = new Dictionary<string, string> { ["grade"] = "7" },
            }
        );
        Work(Join("R", 0, 1), Join("T", 0, 1));
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_relation_type_is_renamed_merged_and_the_merge_is_taken_back()
    {
        var before = Relations();
        var renamed = Change(new SchemaChange(SchemaChangeKind.Rename, ["R"], "TREATS") { Part = SchemaPart.Relation });
        Assert.Equal((1, 1, 0), (renamed.Relations, renamed.Documents, renamed.Mentions));
        Assert.Equal(["T", "TREATS"], Types());
        // A page that was open still says the old name.
        Assert.Equal("duplicate_relation", Assert.Throws<UnusableInputException>(() => Work(Join("R", 0, 1))).Code);

        var merged = Change(new SchemaChange(SchemaChangeKind.Merge, ["TREATS", "T"], "T") { Part = SchemaPart.Relation });
        Assert.Equal(1, merged.Relations);
        Assert.Equal(["T"], Types());
        Assert.Equal(["S", "T"], store.Projects.Get(projectId).Relations.Select(relation => relation.Name).Order());

        Assert.Empty(Change(Undo(3)).NotRestored);
        Assert.Equal(["T", "TREATS"], Types());
        Change(Undo(2));
        Assert.Equal(before, Relations());
        Assert.Equal(["A"], store.Projects.Get(projectId).Relations.Single(relation => relation.Name == "R").From);
    }

    [Fact]
    public void A_removed_relation_type_comes_back_with_its_relations()
    {
        var before = Relations();
        Assert.Equal(1, Change(new SchemaChange(SchemaChangeKind.Remove, ["R"]) { Part = SchemaPart.Relation }).Relations);
        Assert.Equal(["T"], Types());
        var former = schema.Overview(projectId).FormerParts.Single();
        Assert.Equal((SchemaPart.Relation, "R", 1, (string?)null), (former.Part, former.Name, former.Archived, former.Now));
        Assert.Equal("relation_not_in_schema", Assert.Throws<UnusableInputException>(() => Work(Join("R", 0, 1))).Code);

        Change(new SchemaChange(SchemaChangeKind.Restore, ["R"]) { Part = SchemaPart.Relation });
        Assert.Equal(before, Relations());
        Assert.Empty(schema.Overview(projectId).FormerParts);
    }

    [Fact]
    public void An_attribute_is_renamed_removed_restored_and_added()
    {
        var before = Details();
        Assert.Equal(1, Change(new SchemaChange(SchemaChangeKind.Rename, ["severity"], "how") { Part = SchemaPart.Attribute }).Details);
        Assert.Equal("bad", Mention(0).Details.Attributes["how"]);
        Assert.Equal(["mild", "bad", "worse"], Attribute("how").Values);
        var line = store.Corrections.History(id).Items[^1].Changes.Single();
        Assert.Equal(
            (CorrectionAction.Annotate, "bad", "bad"),
            (line.Action, line.Details!.Attributes["how"], line.FromDetails!.Attributes["severity"])
        );
        Work(
            new Change(CorrectionAction.Annotate, Mention(0).Id) { Attributes = new Dictionary<string, string> { ["severity"] = "mild" } }
        );
        Assert.Equal("mild", Mention(0).Details.Attributes["how"]);

        Change(new SchemaChange(SchemaChangeKind.Remove, ["how"]) { Part = SchemaPart.Attribute });
        Assert.Empty(Mention(0).Details.Attributes);
        Assert.True(Mention(0).Details.Assertion!.Uncertain);
        Assert.Equal(1, schema.Overview(projectId).FormerParts.Single(part => part.Name == "how").Archived);
        Change(new SchemaChange(SchemaChangeKind.Restore, ["how"]) { Part = SchemaPart.Attribute });
        Assert.Equal("mild", Mention(0).Details.Attributes["how"]);
        Change(Undo(2));
        Assert.NotEqual(before, Details());
        Assert.Equal("mild", Mention(0).Details.Attributes["severity"]);

        var definition = new PartDefinition(Labels: ["B"], Values: ["left", "right"]);
        Change(new SchemaChange(SchemaChangeKind.Add, [], "side") { Part = SchemaPart.Attribute, Definition = definition });
        Assert.Equal(["left", "right"], Attribute("side").Values);
    }

    [Fact]
    public void Assertions_are_merged_removed_and_keep_their_names()
    {
        Change(new SchemaChange(SchemaChangeKind.Merge, ["uncertain", "hypothetical"], "hypothetical") { Part = SchemaPart.Attribute });
        Assert.Equal(new SpanAssertion(false, Hypothetical: true), Mention(0).Details.Assertion);
        Change(Undo(2));
        Assert.Equal(new SpanAssertion(false, Uncertain: true), Mention(0).Details.Assertion);

        Change(new SchemaChange(SchemaChangeKind.Remove, ["uncertain"]) { Part = SchemaPart.Attribute });
        Assert.Null(Mention(0).Details.Assertion);
        Change(new SchemaChange(SchemaChangeKind.Restore, ["uncertain"]) { Part = SchemaPart.Attribute });
        Assert.True(Mention(0).Details.Assertion!.Uncertain);

        Refused("invalid_value", new SchemaChange(SchemaChangeKind.Rename, ["negated"], "absent") { Part = SchemaPart.Attribute });
        Refused("invalid_value", new SchemaChange(SchemaChangeKind.Merge, ["negated"], "grade") { Part = SchemaPart.Attribute });
        Refused("attribute_not_in_schema", new SchemaChange(SchemaChangeKind.Remove, ["colour"]) { Part = SchemaPart.Attribute });
    }

    [Fact]
    public void Values_are_merged_taken_back_removed_and_restored()
    {
        Change(Values(SchemaChangeKind.Merge, ["bad", "worse"], "worse"));
        Assert.Equal("worse", Mention(0).Details.Attributes["severity"]);
        Assert.Equal(["mild", "worse"], Attribute("severity").Values!.Order());
        Assert.Empty(Change(Undo(2)).NotRestored);
        Assert.Equal("bad", Mention(0).Details.Attributes["severity"]);

        Change(Values(SchemaChangeKind.Remove, ["bad"]));
        Assert.Empty(Mention(0).Details.Attributes);
        Work(
            new Change(CorrectionAction.Annotate, Mention(0).Id) { Attributes = new Dictionary<string, string> { ["severity"] = "mild" } }
        );
        // What people said since is not overruled by what comes back.
        Change(Values(SchemaChangeKind.Restore, ["bad"]));
        Assert.Equal("mild", Mention(0).Details.Attributes["severity"]);
        Refused("attribute_not_in_schema", Values(SchemaChangeKind.Rename, ["nothing"], "x"));
        Refused("name_taken", Values(SchemaChangeKind.Add, [], "mild"));
    }

    [Fact]
    public void Random_changes_are_as_previewed_and_taking_them_back_restores_what_was_said() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Run).Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private static void Run(int seed)
    {
        using var test = new SchemaPartTests();
        var random = new System.Random(seed);
        for (int round = 0; round < 6; round++)
        {
            var (details, relations) = (test.Details(), test.Relations());
            var change = Any(random);
            try
            {
                test.schema.Preview(test.projectId, change);
            }
            catch (UnusableInputException)
            {
                continue;
            }

            test.Change(change);
            int version = test.schema.Overview(test.projectId).Version;
            if (change.Kind != SchemaChangeKind.Restore && random.Next(2) == 0)
            {
                Assert.Empty(test.Change(Undo(version)).NotRestored);
                Assert.Equal(details, test.Details());
                Assert.Equal(relations, test.Relations());
            }
        }

        Assert.Null(test.store.Audit.FirstBroken());
    }

    private static SchemaChange Any(System.Random random)
    {
        string[] names = random.Next(2) == 0 ? ["R", "S", "T", "U"] : ["negated", "uncertain", "hypothetical", "severity", "grade", "new"];
        var part = names.Length == 4 ? SchemaPart.Relation : SchemaPart.Attribute;
        string from = names[random.Next(names.Length)];
        string to = names[random.Next(names.Length)];
        return random.Next(6) switch
        {
            0 => new SchemaChange(SchemaChangeKind.Rename, [from], to) { Part = part },
            1 or 2 => new SchemaChange(SchemaChangeKind.Merge, [from], to) { Part = part },
            3 => new SchemaChange(SchemaChangeKind.Remove, [from]) { Part = part },
            4 => new SchemaChange(SchemaChangeKind.Restore, [from]) { Part = part },
            _ => new SchemaChange(SchemaChangeKind.Add, [], to) { Part = part },
        };
    }

    private void Refused(string code, SchemaChange change) =>
        Assert.Equal(code, Assert.Throws<UnusableInputException>(() => schema.Preview(projectId, change)).Code);

    private SchemaChangeEffect Change(SchemaChange change)
    {
        var preview = schema.Preview(projectId, change);
        var effect = schema.Change(projectId, change, schema.Overview(projectId).Version, "ben");
        Assert.Equivalent(preview, effect, strict: true);
        return effect;
    }

    private static SchemaChange Undo(int version) => new(SchemaChangeKind.TakeBack, []) { Undoes = version };

    private static SchemaChange Values(SchemaChangeKind kind, IReadOnlyList<string> from, string? to = null) =>
        new(kind, from, to) { Part = SchemaPart.Value, Attribute = "severity" };

    private AttributeDefinition Attribute(string name) => store.Projects.Get(projectId).Attributes.Single(item => item.Name == name);

    private Change Join(string type, int from, int to) =>
        new(CorrectionAction.Relate)
        {
            From = Mention(from).Id,
            To = Mention(to).Id,
            Type = type,
        };

    private DocumentMention Mention(int index) => store.Documents.Get(id).Mentions[index];

    private void Work(params Change[] changes) =>
        store.Corrections.Apply(id, new CorrectionBatch(store.Documents.Get(id).Revision, changes), TemporaryStore.Actor);

    private List<string> Types() => [.. store.Documents.Get(id).Relations.Select(relation => relation.Type).Order()];

    private List<string> Relations() => [.. store.Documents.Get(id).Relations.Select(relation => relation.ToString()).Order()];

    private List<MentionDetails> Details() => [.. store.Documents.Get(id).Mentions.Select(mention => mention.Details)];
}
