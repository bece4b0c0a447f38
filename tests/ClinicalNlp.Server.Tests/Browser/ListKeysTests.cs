using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Lists without a mouse: walked along, narrowed, opened, with keys that can be changed as those of a note can.</summary>
[Collection(Chromium.Name)]
public sealed class ListKeysTests(Chromium chromium) : OneVisitor(chromium)
{
    [Fact]
    public async Task Documents_are_walked_along_narrowed_and_opened_by_keys_that_can_be_changed()
    {
        var project = await Server.NewProjectAsync("Lists");
        var first = await Server.NewNoteAsync(project, "Fever.", ("Fever", "PROBLEM", 0.9));
        var second = await Server.NewNoteAsync(project, "Cough.", ("Cough", "PROBLEM", 0.9));
        await Page.GotoAsync($"/#/projects/{project}");
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        await Person.PressAsync("?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change the key: next document of the list" }).ClickAsync();
        await Person.PressAsync("w", "Escape");
        await Page.ReloadAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        // j has no meaning any more; f goes through the statuses: done has none, Escape shows all.
        await Person.PressAsync("j");
        Assert.Equal("BODY", await Page.EvaluateAsync<string>("document.activeElement.tagName"));
        await Person.PressAsync("f", "f", "f");
        await Page.GetByText("Nothing matches the filter").WaitForAsync();
        await Person.PressAsync("Escape");
        await Page.GetByRole(AriaRole.Link, new() { Name = first }).WaitForAsync();

        var order = await Page.Locator("[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.row)");
        Assert.Equal([first, second], order.Order(StringComparer.Ordinal));
        await Person.PressAsync("w", "w", "w", "k", "w", "o");
        await Page.Locator(".cm-content").WaitForAsync();
        Assert.EndsWith(order[1], Page.Url, StringComparison.Ordinal);
    }
}
