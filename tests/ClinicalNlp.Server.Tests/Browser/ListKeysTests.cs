using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Lists without a mouse: walked along, narrowed, opened, with keys that can be changed as those of a note can.</summary>
[Collection(Chromium.Name)]
public sealed class ListKeysTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;

    private IPage Page => _visitor.Page;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Documents_are_walked_along_narrowed_and_opened_by_keys_that_can_be_changed()
    {
        var project = await _server.NewProjectAsync("Lists");
        var first = await _server.NewNoteAsync(project, "Fever.", ("Fever", "PROBLEM", 0.9));
        var second = await _server.NewNoteAsync(project, "Cough.", ("Cough", "PROBLEM", 0.9));
        await Page.GotoAsync($"/#/projects/{project}");
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        await _visitor.PressAsync("?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change the key: next document of the list" }).ClickAsync();
        await _visitor.PressAsync("w", "Escape");
        await Page.ReloadAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        // j has no meaning any more; f goes through the statuses: done has none, Escape shows all.
        await _visitor.PressAsync("j");
        Assert.Equal("BODY", await Page.EvaluateAsync<string>("document.activeElement.tagName"));
        await _visitor.PressAsync("f", "f", "f");
        await Page.GetByText("Nothing matches the filter").WaitForAsync();
        await _visitor.PressAsync("Escape");
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        var order = await Page.Locator("[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.row)");
        Assert.Equal([first, second], order.Order(StringComparer.Ordinal));
        await _visitor.PressAsync("w", "w", "w", "k", "w", "o");
        await Page.Locator(".cm-content").WaitForAsync();
        Assert.EndsWith(order[1], Page.Url, StringComparison.Ordinal);
    }
}
