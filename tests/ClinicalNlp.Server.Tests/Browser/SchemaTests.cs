using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class SchemaTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Note = "Takes metformin 500 mg for diabetes.";

    private string _project = "";

    private protected override async Task BeginAsync() => _project = await Server.NewProjectAsync("Notes");

    [Fact]
    public async Task A_label_is_removed_after_a_preview_shown_on_demand_and_restored()
    {
        var note = await Server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await Person.OpenNoteAsync(note);
        await Person.PressAsync("a", "a");
        await Person.SavedAsync();

        await OpenSchemaAsync();
        await Page.GetByLabel("Remove MEDICATION").ClickAsync();
        await Page.GetByText("See what changes").ClickAsync();
        var effect = await Page.GetByTestId("effect").InnerTextAsync();
        Assert.Contains("1 mention in 1 document is archived.", effect, StringComparison.Ordinal);
        Assert.Equal(2, (await Server.MarkedAsync(note)).Count);
        await Person.PressAsync("Enter");
        await Page.Locator("[data-former=MEDICATION]").WaitForAsync();
        Assert.Equal(["diabetes PROBLEM accepted"], await Server.MarkedAsync(note));

        await Person.OpenNoteAsync(note);
        await Page.GetByText("1 archived").WaitForAsync();
        Assert.Equal(0, await Page.Locator(".archived-mention").CountAsync());
        await Person.PressAsync("V");
        Assert.Equal("metformin", await Page.Locator(".archived-mention").InnerTextAsync());
        Assert.Contains("MEDICATION", await Page.GetByTestId("archived").InnerTextAsync(), StringComparison.Ordinal);
        await Person.PressAsync("V");
        Assert.Equal(0, await Page.Locator(".archived-mention").CountAsync());
        Assert.Equal(0, await Page.Locator(".label-button").Filter(new() { HasText = "MEDICATION" }).CountAsync());

        await OpenSchemaAsync();
        await Page.GetByLabel("Restore MEDICATION").ClickAsync();
        await Page.GetByText("See what changes").ClickAsync();
        await Page.GetByText("1 mention in 1 document comes back.").WaitForAsync();
        await Person.PressAsync("Enter");
        await Page.Locator("[data-label=MEDICATION]").WaitForAsync();
        Assert.Equal(["metformin MEDICATION accepted", "diabetes PROBLEM accepted"], await Server.MarkedAsync(note));
    }

    [Fact]
    public async Task A_note_that_is_open_while_a_label_is_renamed_loses_nothing()
    {
        var note = await Server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await Person.OpenNoteAsync(note);
        await Server.Client.PostAsync(
            $"/v1/projects/{_project}/schema/changes",
            new JsonObject
            {
                ["kind"] = "rename",
                ["from"] = new JsonArray("MEDICATION"),
                ["to"] = "DRUG",
                ["version"] = 1,
            }
        );

        // The page still knows the old name, and marks with it.
        await Person.DragOverAsync("500 mg");
        await Person.ClickLabelAsync("MEDICATION");
        await Person.SentAllAsync();
        await Page.Locator("[data-mention]").First.ClickAsync();
        await Person.PressAsync("a");
        await Person.SavedAsync();

        Assert.Equal(["metformin DRUG accepted", "500 mg DRUG added", "diabetes PROBLEM suggested"], await Server.MarkedAsync(note));
        await Page.Locator(".label-button").Filter(new() { HasText = "DRUG" }).WaitForAsync();
    }

    [Fact]
    public async Task A_guideline_is_written_and_stands_beside_the_text_at_the_label_that_is_decided()
    {
        var note = await Server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await OpenSchemaAsync();
        await Page.GetByLabel("Guideline of PROBLEM").ClickAsync();
        await Page.GetByLabel("Guideline of PROBLEM, as Markdown")
            .FillAsync("# What a problem is\n\n- a **disease**\n- <script>window.hacked = 1</script>");
        Assert.Equal("disease", await Page.Locator(".guideline-preview strong").InnerTextAsync());
        await Person.PressAsync("Control+s");
        await Page.GetByText("Saved as version 2.").WaitForAsync();
        await Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Page.GetByText("guideline of PROBLEM written").WaitForAsync();

        await Person.OpenNoteAsync(note);
        await Person.PressAsync("a");
        Assert.Equal("diabetes", await Person.CurrentAsync());
        await Person.PressAsync("G");
        var current = Page.Locator(".guideline-texts [aria-current]");
        await current.Locator("strong").WaitForAsync();
        Assert.Contains("PROBLEM", await current.InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await Page.EvaluateAsync<bool>("'hacked' in window"));
        await Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the guidelines" }).FillAsync("disease");
        Assert.Equal(1, await Page.Locator(".guideline-texts section").CountAsync());
        await Person.PressAsync("Escape", "Escape", "G");
        Assert.Equal(0, await Page.GetByTestId("guidelines").CountAsync());
    }

    [Fact]
    public async Task A_merge_that_is_taken_back_brings_suggestions_back_and_tells_what_it_cannot_tell_apart()
    {
        var note = await Server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("500 mg", "DOSAGE", 0.8));
        await OpenSchemaAsync();
        await Page.GetByLabel("Merge DOSAGE").ClickAsync();
        await Page.GetByLabel("Into").SelectOptionAsync("MEDICATION");
        await Page.GetByText("See what changes").ClickAsync();
        await Page.GetByText("1 open suggestion follows.").WaitForAsync();
        await Person.PressAsync("Enter");
        await Page.Locator("[data-former=DOSAGE]").WaitForAsync();
        Assert.Equal(["metformin MEDICATION suggested", "500 mg MEDICATION suggested"], await Server.MarkedAsync(note));
        var later = await Server.NewNoteAsync(_project, Note, ("500 mg", "DOSAGE", 0.8));

        await Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await Page.GetByLabel("Take back version 2").ClickAsync();
        await Page.GetByText("What goes back to what it was: 1 open suggestion, in 1 document.").WaitForAsync();
        await Page.GetByText("1 suggestion stays: made after the merge, and nothing says which of the names would have been meant.")
            .WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Take back", Exact = true }).ClickAsync();
        await Page.GetByText("Version 2 is taken back").WaitForAsync();
        Assert.Equal(["metformin MEDICATION suggested", "500 mg DOSAGE suggested"], await Server.MarkedAsync(note));
        Assert.Equal(["500 mg MEDICATION suggested"], await Server.MarkedAsync(later));
    }

    private async Task OpenSchemaAsync()
    {
        await Page.GotoAsync("/#/schema");
        await Page.GetByRole(AriaRole.Table, new() { Name = "Labels", Exact = true }).WaitForAsync();
    }
}
