using ClinicalNlp.Server.Tests.Schemas;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>A change that takes its time, seen from the page.</summary>
[Collection(Chromium.Name)]
public sealed class SchemaJobTests(Chromium chromium) : IAsyncLifetime
{
    private HeldChange _held = null!;
    private Visitor _visitor = null!;

    private IPage Page => _visitor.Page;

    public async ValueTask InitializeAsync()
    {
        _held = await HeldChange.StartAsync();
        _visitor = await chromium.VisitAsync(_held.Server.Url);
        await Page.GotoAsync("/#/schema");
        await Page.Locator("[data-label=PROBLEM]").WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _visitor.DisposeAsync();
        await _held.DisposeAsync();
    }

    [Fact]
    public async Task How_far_a_change_is_and_its_end_are_shown_even_to_who_comes_later()
    {
        await BeginAsync();
        await SaysAsync("PROBLEM renamed to FINDING");
        await SaysAsync("0 of 60,000 changed");
        _held.LetOnePass();
        await SaysAsync("20,000 of 60,000 changed");
        Assert.Equal("20000", await Page.GetByRole(AriaRole.Progressbar).GetAttributeAsync("value"));
        await ShotAsync("schema-job");

        // The page may be left; whoever opens it sees the same.
        await Page.ReloadAsync();
        await SaysAsync("20,000 of 60,000 changed");
        _held.LetAllPass();
        await SaysAsync("Done: PROBLEM renamed to FINDING; 60,000 mentions in 3 documents. Version 2.");
        await Page.Locator("[data-label=FINDING]").WaitForAsync();
        await Page.Locator("[data-former=PROBLEM]").WaitForAsync();
        await ShotAsync("schema-job-done");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        Assert.Equal(0, await Page.GetByTestId("schema-job").CountAsync());
    }

    [Fact]
    public async Task A_change_that_is_stopped_leaves_everything_as_it_was()
    {
        await BeginAsync();
        _held.LetOnePass();
        await SaysAsync("20,000 of 60,000 changed");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stop the change" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Stopping…" }).WaitForAsync();
        _held.LetAllPass();

        await SaysAsync("Stopped: PROBLEM renamed to FINDING. Nothing of it is stored.");
        await Page.Locator("[data-label=PROBLEM]").WaitForAsync();
        Assert.Equal(0, await Page.Locator("[data-label=FINDING]").CountAsync());
        var schema = await _held.Server.Client.GetJsonAsync($"/v1/projects/{_held.Project}/schema");
        Assert.Equal((1, 60_000), ((int)schema["version"]!, (int)schema["labels"]![0]!["decided"]!));

        // And it can be begun again.
        _held.LetAllPass();
        await RenameAsync();
        await Page.Locator("[data-label=FINDING]").WaitForAsync();
    }

    /// <summary>Begins a change and waits until the page tells that it takes its time.</summary>
    private async Task BeginAsync()
    {
        await RenameAsync();
        await Page.Locator("[data-testid=schema-job][data-state=waiting]").WaitForAsync();
        Assert.Equal(0, await Page.Locator("dialog[open]").CountAsync());
    }

    private async Task RenameAsync()
    {
        await Page.GetByLabel("Rename PROBLEM").ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("FINDING");
        await Page.GetByText("See what changes").ClickAsync();
        await Page.GetByText("60,000 mentions in 3 documents change from PROBLEM to FINDING.").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Rename", Exact = true }).ClickAsync();
    }

    private Task SaysAsync(string words) => Page.GetByTestId("schema-job").GetByText(words).WaitForAsync();

    private async Task ShotAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (theme, scheme) in new[] { ("light", ColorScheme.Light), ("dark", ColorScheme.Dark) })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}.png") });
        }
    }
}
