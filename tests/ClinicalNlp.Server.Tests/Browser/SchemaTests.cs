using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public class SchemaTests(Chromium chromium) : IAsyncLifetime
{
    private const string Note = "Takes metformin 500 mg for diabetes.";

    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _project = await _server.NewProjectAsync("Notes");
    }

    public async ValueTask DisposeAsync()
    {
        await _visitor.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_label_is_removed_after_a_preview_shown_on_demand_and_restored()
    {
        var note = await _server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await _visitor.OpenNoteAsync(note);
        await _visitor.PressAsync("a", "a");
        await _visitor.SavedAsync();

        await OpenSchemaAsync();
        await _visitor.Page.GetByLabel("Remove MEDICATION").ClickAsync();
        await _visitor.Page.GetByText("See what changes").ClickAsync();
        var effect = await _visitor.Page.GetByTestId("effect").InnerTextAsync();
        Assert.Contains("1 mention in 1 document is archived.", effect, StringComparison.Ordinal);
        Assert.Equal(2, (await _server.MarkedAsync(note)).Count);
        await _visitor.PressAsync("Enter");
        await _visitor.Page.Locator("[data-former=MEDICATION]").WaitForAsync();
        Assert.Equal(["diabetes PROBLEM accepted"], await _server.MarkedAsync(note));

        await _visitor.OpenNoteAsync(note);
        await _visitor.Page.GetByText("1 archived").WaitForAsync();
        Assert.Equal(0, await _visitor.Page.Locator(".archived-mention").CountAsync());
        await _visitor.PressAsync("V");
        Assert.Equal("metformin", await _visitor.Page.Locator(".archived-mention").InnerTextAsync());
        Assert.Contains("MEDICATION", await _visitor.Page.GetByTestId("archived").InnerTextAsync(), StringComparison.Ordinal);
        await _visitor.PressAsync("V");
        Assert.Equal(0, await _visitor.Page.Locator(".archived-mention").CountAsync());
        Assert.Equal(0, await _visitor.Page.Locator(".label-button").Filter(new() { HasText = "MEDICATION" }).CountAsync());

        await OpenSchemaAsync();
        await _visitor.Page.GetByLabel("Restore MEDICATION").ClickAsync();
        await _visitor.Page.GetByText("See what changes").ClickAsync();
        await _visitor.Page.GetByText("1 mention in 1 document comes back.").WaitForAsync();
        await _visitor.PressAsync("Enter");
        await _visitor.Page.Locator("[data-label=MEDICATION]").WaitForAsync();
        Assert.Equal(["metformin MEDICATION accepted", "diabetes PROBLEM accepted"], await _server.MarkedAsync(note));
    }

    [Fact]
    public async Task A_note_that_is_open_while_a_label_is_renamed_loses_nothing()
    {
        var note = await _server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await _visitor.OpenNoteAsync(note);
        await _server.Client.PostAsync(
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
        await _visitor.DragOverAsync("500 mg");
        await _visitor.ClickLabelAsync("MEDICATION");
        await _visitor.SentAllAsync();
        await _visitor.Page.Locator("[data-mention]").First.ClickAsync();
        await _visitor.PressAsync("a");
        await _visitor.SavedAsync();

        Assert.Equal(["metformin DRUG accepted", "500 mg DRUG added", "diabetes PROBLEM suggested"], await _server.MarkedAsync(note));
        await _visitor.Page.Locator(".label-button").Filter(new() { HasText = "DRUG" }).WaitForAsync();
    }

    [Fact]
    public async Task A_guideline_is_written_and_stands_beside_the_text_at_the_label_that_is_decided()
    {
        var note = await _server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("diabetes", "PROBLEM", 0.8));
        await OpenSchemaAsync();
        await _visitor.Page.GetByLabel("Guideline of PROBLEM").ClickAsync();
        await _visitor
            .Page.GetByLabel("Guideline of PROBLEM, as Markdown")
            .FillAsync("# What a problem is\n\n- a **disease**\n- <script>window.hacked = 1</script>");
        Assert.Equal("disease", await _visitor.Page.Locator(".guideline-preview strong").InnerTextAsync());
        await _visitor.PressAsync("Control+s");
        await _visitor.Page.GetByText("Saved as version 2.").WaitForAsync();
        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await _visitor.Page.GetByText("guideline of PROBLEM written").WaitForAsync();

        await _visitor.OpenNoteAsync(note);
        await _visitor.PressAsync("a");
        Assert.Equal("diabetes", await _visitor.CurrentAsync());
        await _visitor.PressAsync("G");
        var current = _visitor.Page.Locator(".guideline-texts [aria-current]");
        await current.Locator("strong").WaitForAsync();
        Assert.Contains("PROBLEM", await current.InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await _visitor.Page.EvaluateAsync<bool>("'hacked' in window"));
        await _visitor.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search the guidelines" }).FillAsync("disease");
        Assert.Equal(1, await _visitor.Page.Locator(".guideline-texts section").CountAsync());
        await _visitor.PressAsync("Escape", "Escape", "G");
        Assert.Equal(0, await _visitor.Page.GetByTestId("guidelines").CountAsync());
    }

    [Fact]
    public async Task A_merge_that_is_taken_back_brings_suggestions_back_and_tells_what_it_cannot_tell_apart()
    {
        var note = await _server.NewNoteAsync(_project, Note, ("metformin", "MEDICATION", 0.9), ("500 mg", "DOSAGE", 0.8));
        await OpenSchemaAsync();
        await _visitor.Page.GetByLabel("Merge DOSAGE").ClickAsync();
        await _visitor.Page.GetByLabel("Into").SelectOptionAsync("MEDICATION");
        await _visitor.Page.GetByText("See what changes").ClickAsync();
        await _visitor.Page.GetByText("1 open suggestion follows.").WaitForAsync();
        await _visitor.PressAsync("Enter");
        await _visitor.Page.Locator("[data-former=DOSAGE]").WaitForAsync();
        Assert.Equal(["metformin MEDICATION suggested", "500 mg MEDICATION suggested"], await _server.MarkedAsync(note));
        var later = await _server.NewNoteAsync(_project, Note, ("500 mg", "DOSAGE", 0.8));

        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await _visitor.Page.GetByLabel("Take back version 2").ClickAsync();
        await _visitor.Page.GetByText("What goes back to what it was: 1 open suggestion, in 1 document.").WaitForAsync();
        await _visitor
            .Page.GetByText("1 suggestion stays: made after the merge, and nothing says which of the names would have been meant.")
            .WaitForAsync();
        await _visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Take back", Exact = true }).ClickAsync();
        await _visitor.Page.GetByText("Version 2 is taken back").WaitForAsync();
        Assert.Equal(["metformin MEDICATION suggested", "500 mg DOSAGE suggested"], await _server.MarkedAsync(note));
        Assert.Equal(["500 mg MEDICATION suggested"], await _server.MarkedAsync(later));
    }

    private async Task OpenSchemaAsync()
    {
        await _visitor.Page.GotoAsync("/#/schema");
        await _visitor.Page.GetByRole(AriaRole.Table, new() { Name = "Labels", Exact = true }).WaitForAsync();
    }
}
