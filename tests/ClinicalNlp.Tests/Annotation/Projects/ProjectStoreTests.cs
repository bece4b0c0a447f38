using ClinicalNlp.Annotation.Projects;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Tests.Annotation.Projects;

public sealed class ProjectStoreTests : IDisposable
{
    private readonly TemporaryStore store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public void A_project_keeps_its_schema_in_order()
    {
        var made = store.CreateProject();
        store.Reopen();

        var project = store.Projects.Get(made.Id);

        Assert.Equivalent(made, project);
        Assert.Equal(["PROBLEM", "MEDICATION"], project.Labels.Select(label => label.Name));
        Assert.Equal(("#c00", "p"), (project.Labels[0].Colour, project.Labels[0].Key));
        Assert.Equal(["book_appointment", "refill"], project.Intents.Select(intent => intent.Name));
        Assert.Equal(made.Id, store.Projects.FindByName("demo")!.Id);
    }

    [Fact]
    public void Names_are_needed_and_taken_once()
    {
        store.CreateProject();

        Assert.Equal("name_taken", Refused(() => store.CreateProject()));
        Assert.Equal("name_missing", Refused(() => store.Projects.Create(" ", [], [], TemporaryStore.Actor)));
        Assert.Equal("name_missing", Refused(() => store.Projects.Create("p", [new LabelDefinition("")], [], TemporaryStore.Actor)));
        Assert.Equal(
            "schema_duplicate",
            Refused(() => store.Projects.Create("p", [new LabelDefinition("A"), new LabelDefinition("A")], [], TemporaryStore.Actor))
        );
        Assert.Single(store.Projects.List().Items);
        // Case counts.
        store.Projects.Create("p", [new LabelDefinition("A"), new LabelDefinition("a")], [], TemporaryStore.Actor);
    }

    [Fact]
    public void Another_name_leaves_the_rest_as_it_was()
    {
        var made = store.CreateProject();
        store.Projects.Create("taken", [], [], TemporaryStore.Actor);

        var renamed = store.Projects.Rename(made.Id, "Letters 2026", "boss");

        Assert.Equivalent(made with { Name = "Letters 2026" }, renamed);
        Assert.Equal("name_taken", Refused(() => store.Projects.Rename(made.Id, "taken", "boss")));
        Assert.Equal("name_missing", Refused(() => store.Projects.Rename(made.Id, "  ", "boss")));
        Assert.Throws<RecordNotFoundException>(() => store.Projects.Rename("nothing", "x", "boss"));
        store.Projects.Rename(made.Id, "Letters 2026", "boss"); // nothing to write
        Assert.Equal(["boss"], TestSql.Strings(store.DatabasePath, "SELECT actor FROM audit_log WHERE action = 'project.renamed'"));
    }

    [Fact]
    public void An_unknown_project_is_not_found() => Assert.Throws<RecordNotFoundException>(() => store.Projects.Get("nothing"));

    private static string Refused(Action action) => Assert.Throws<UnusableInputException>(action).Code;
}
