using ClinicalNlp.Annotation.Schemas;

namespace ClinicalNlp.Tests.Annotation.Schemas;

public sealed class GuidelineStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();
    private readonly string projectId;
    private readonly GuidelineStore guidelines;

    public GuidelineStoreTests()
    {
        projectId = store.CreateProject().Id;
        guidelines = new GuidelineStore(store.Database);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Every_version_of_a_text_is_kept_and_the_newest_is_in_force()
    {
        guidelines.Write(projectId, "MEDICATION", "Mark the name.", 0, "ana");
        guidelines.Write(projectId, "", "# All", 0, "ana");
        var second = guidelines.Write(projectId, "MEDICATION", "Mark the name, not the dose.", 2, "ben");

        Assert.Equal(4, second.Version);
        Assert.Equal(
            [" # All", "MEDICATION Mark the name, not the dose."],
            guidelines.Of(projectId).Select(text => $"{text.Label} {text.Text}")
        );
        Assert.Equal([4, 2], guidelines.History(projectId, "MEDICATION").Items.Select(text => text.Version));
        var page = guidelines.History(projectId, "MEDICATION", limit: 1);
        Assert.Equal("Mark the name.", guidelines.History(projectId, "MEDICATION", after: page.Next).Items.Single().Text);
        Assert.Equal(
            ["MEDICATION", "", "MEDICATION"],
            new SchemaStore(store.Database).History(projectId).Items.Select(version => version.Guideline)
        );
        // What it says is for people, not for the audit.
        Assert.DoesNotContain("dose", store.Audit.List(10).Items.Aggregate("", (all, record) => all + record.Details.ToJsonString()));
    }

    [Fact]
    public void Two_who_write_the_same_text_do_not_overwrite_each_other()
    {
        guidelines.Write(projectId, "", "one", 0, "ana");

        Assert.Throws<StaleSchemaException>(() => guidelines.Write(projectId, "", "two", 0, "ben"));
        Assert.Equal("no_changes", Assert.Throws<UnusableInputException>(() => guidelines.Write(projectId, "", "one", 2, "ben")).Code);
        Assert.Equal(
            "label_not_in_schema",
            Assert.Throws<UnusableInputException>(() => guidelines.Write(projectId, "X", "a", 0, "ben")).Code
        );
        string tooLong = new('x', GuidelineStore.MaximumLength + 1);
        Assert.Equal("text_too_long", Assert.Throws<UnusableInputException>(() => guidelines.Write(projectId, "", tooLong, 2, "ben")).Code);
    }

    [Fact]
    public void A_text_follows_its_label_to_another_name()
    {
        var schema = new SchemaStore(store.Database);
        guidelines.Write(projectId, "MEDICATION", "Mark the name.", 0, "ana");

        schema.Change(projectId, new SchemaChange(SchemaChangeKind.Rename, ["MEDICATION"], "DRUG"), 2, "ana");
        Assert.Equal("DRUG", guidelines.Of(projectId).Single().Label);

        schema.Change(projectId, new SchemaChange(SchemaChangeKind.Remove, ["DRUG"]), 3, "ana");
        Assert.Empty(guidelines.Of(projectId));
        schema.Change(projectId, new SchemaChange(SchemaChangeKind.Restore, ["DRUG"]), 4, "ana");
        Assert.Equal("Mark the name.", guidelines.Of(projectId).Single().Text);
    }
}
