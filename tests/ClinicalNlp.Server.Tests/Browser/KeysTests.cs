using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Keys that are changed, decisions that are repeated, and notes with sections and names of persons.</summary>
[Collection(Chromium.Name)]
public sealed class KeysTests(Chromium chromium) : OneVisitor(chromium)
{
    private const string Text =
        "HISTORY\nAnna Berg has gout. Gout since 2019; no gouty nodes.\n\nAssessment and plan:\nStart allopurinol for gout. Call Anna Berg.\n";

    private string _projectId = "";

    private protected override async Task BeginAsync()
    {
        var project = await Server.Client.PostAsync(
            "/v1/projects",
            JsonNode.Parse("""{"name":"Keys","labels":[{"name":"PROBLEM","key":"p"},{"name":"NAME"},{"name":"MEDICATION","key":"y"}]}""")!
        );
        _projectId = project.Id();
    }

    private async Task<string> OpenAsync()
    {
        var id = await Server.NewNoteAsync(
            _projectId,
            Text,
            ("Anna Berg", "NAME", 0.9),
            ("gout", "PROBLEM", 0.8),
            ("allopurinol", "MEDICATION", 0.7)
        );
        await Person.OpenNoteAsync(id);
        return id;
    }

    [Fact]
    public async Task A_key_is_changed_shown_kept_over_a_reload_and_reset()
    {
        var id = await OpenAsync();
        await Person.PressAsync("?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await ChangeAsync("accept", "y"); // a label's key, which gets another one
        Assert.Contains("MEDICATION", await Page.GetByTestId("keys-told").InnerTextAsync(), StringComparison.Ordinal);
        await ChangeAsync("reject", "j"); // another command's key
        Assert.Contains("next mention", await Page.GetByTestId("keys-told").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("Tab", await Page.Locator("[data-command=next] dt").InnerTextAsync());
        await Person.PressAsync("Escape");
        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();

        await Person.PressAsync("a", "y", "j");
        await Person.SavedAsync();
        Assert.Equal(["Anna Berg NAME accepted", "allopurinol MEDICATION suggested"], await Server.MarkedAsync(id));

        await Person.PressAsync("?");
        Assert.Equal("y", await Page.Locator("[data-command=accept] dt").InnerTextAsync());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reset all" }).ClickAsync();
        await Person.PressAsync("Escape", "a");
        await Person.SavedAsync();
        Assert.Equal(["Anna Berg NAME accepted", "allopurinol MEDICATION accepted"], await Server.MarkedAsync(id));
    }

    [Fact]
    public async Task Keys_go_out_and_come_in_as_a_file_and_a_file_that_claims_a_key_twice_is_refused()
    {
        await OpenAsync();
        await Person.PressAsync("?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await ChangeAsync("accept", "q");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync());
        var exported = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reset all" }).ClickAsync();

        await ImportAsync("""{"format":"clinicalnlp-keys","page":"note","keys":{"accept":["x"]}}""");
        await Page.GetByText("claimed twice").WaitForAsync();
        Assert.Equal("a", await Page.Locator("[data-command=accept] dt").InnerTextAsync());
        await ImportAsync(exported);
        await Page.GetByText("in use").WaitForAsync();
        Assert.Equal("q", await Page.Locator("[data-command=accept] dt").InnerTextAsync());
    }

    [Fact]
    public async Task A_decision_is_made_again_on_all_same_words_after_a_preview_and_is_one_step()
    {
        var id = await OpenAsync();
        var before = await Server.MarkedAsync(id);
        await Person.PressAsync("*"); // nothing is decided yet
        Assert.Equal(0, await Page.Locator("dialog[open]").CountAsync());
        await Person.DragOverAsync("Gout");
        await Person.PressAsync("p", "*");
        Assert.Equal("2", await Page.GetByTestId("repetitions").GetAttributeAsync("data-count"));
        await Person.PressAsync("Escape");
        await Person.SavedAsync();
        Assert.Equal(before.Count + 1, (await Server.MarkedAsync(id)).Count);

        await Person.PressAsync("*", "Enter");
        await Person.SavedAsync();
        Assert.Equal(
            [
                "Anna Berg NAME suggested",
                "gout PROBLEM accepted",
                "Gout PROBLEM added",
                "allopurinol MEDICATION suggested",
                "gout PROBLEM added",
            ],
            await Server.MarkedAsync(id)
        );

        await Person.PressAsync("Control+z");
        await Person.SavedAsync();
        Assert.Equal(before.Count + 1, (await Server.MarkedAsync(id)).Count);
        await Person.PressAsync("Control+z");
        await Person.SavedAsync();
        Assert.Equal(before, await Server.MarkedAsync(id));
    }

    [Fact]
    public async Task Sections_are_outlined_and_reached_by_keys()
    {
        await OpenAsync();
        var rows = Page.Locator(".outline-row .outline-title");
        Assert.Equal(["HISTORY", "Assessment and plan"], await rows.AllInnerTextsAsync());

        await Person.PressAsync(")");
        Assert.Equal("allopurinol", await Person.CurrentAsync());
        await Person.PressAsync("(");
        Assert.Equal("Anna Berg", await Person.CurrentAsync());
        await Person.PressAsync("O");
        Assert.Equal(0, await rows.CountAsync());
    }

    [Fact]
    public async Task Names_are_hidden_everywhere_on_the_page_and_shown_again()
    {
        await OpenAsync();
        Assert.Equal("Anna Berg", await Person.CurrentAsync());
        await Person.PressAsync("H");
        Assert.Equal("[NAME]", await Person.CurrentAsync());
        Assert.DoesNotContain("Anna", await Page.Locator(".mention-list").InnerTextAsync(), StringComparison.Ordinal);
        const string Ink = "getComputedStyle(document.querySelector('.mention.masked')).color";
        Assert.Equal("rgba(0, 0, 0, 0)", await Page.EvaluateAsync<string>(Ink));

        // Neither words that are selected tell them, nor the next note that is opened.
        await Person.PressAsync("n", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Shift+ArrowRight");
        Assert.DoesNotContain("Berg", await Person.SelectedAsync(), StringComparison.Ordinal);
        Assert.Contains("••••", await Person.SelectedAsync(), StringComparison.Ordinal);
        await Person.PressAsync("Escape");
        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        Assert.Equal("[NAME]", await Person.CurrentAsync());

        await Person.PressAsync("H");
        Assert.Equal("Anna Berg", await Person.CurrentAsync());
    }

    [Fact]
    public async Task The_model_its_version_and_how_sure_it_is_stand_beside_a_suggestion()
    {
        await OpenAsync();
        var evidence = await Page.GetByTestId("evidence").InnerTextAsync();
        Assert.Contains("90 %", evidence, StringComparison.Ordinal);
        Assert.Contains("clinical-entities 1", evidence, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(string command, string key)
    {
        await Page.Locator($"[data-command={command}] button").First.ClickAsync();
        await Person.PressAsync(key);
    }

    private Task ImportAsync(string json) =>
        Page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "keys.json",
                    MimeType = "application/json",
                    Buffer = System.Text.Encoding.UTF8.GetBytes(json),
                }
            );
}
