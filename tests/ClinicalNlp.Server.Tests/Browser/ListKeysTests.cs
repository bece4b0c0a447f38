using System.Text.Json.Nodes;
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

    [Fact]
    public async Task A_long_list_is_fetched_by_and_by_and_its_filter_and_neighbours_reach_what_was_not()
    {
        var project = await Server.NewProjectAsync("Long");
        await Server.Client.PostAsync(
            $"/v1/projects/{project}/documents",
            new JsonObject
            {
                ["documents"] = new JsonArray([
                    .. Enumerable
                        .Range(0, 230)
                        .Select(i =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["text"] = $"Note {i}.",
                                    ["externalId"] = $"n-{i:D3}",
                                    ["group"] = $"pt-{i % 7}",
                                }
                        ),
                ]),
            }
        );
        await Page.SetViewportSizeAsync(1280, 800);
        await Page.GotoAsync($"/#/projects/{project}");
        await Page.GetByText("230 of 230").WaitForAsync();
        Assert.Equal(100, await Page.Locator("[data-row]").CountAsync());

        await Page.GetByLabel("Filter by id or group").FillAsync("N-229");
        await Page.GetByText("1 of 230").WaitForAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "n-229" }).WaitForAsync();
        await Page.GetByLabel("Filter by id or group").FillAsync("");
        await Page.GetByText("230 of 230").WaitForAsync();

        // The hundredth is the last that was fetched: the next one is asked for, by its filter.
        await Page.GetByRole(AriaRole.Link, new() { Name = "n-099" }).ClickAsync();
        await Page.Locator(".document-name", new() { HasText = "n-099" }).WaitForAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await Person.PressAsync("PageDown");
        await Page.Locator(".document-name", new() { HasText = "n-100" }).WaitForAsync();

        await Page.GotoAsync($"/#/projects/{project}");
        await Page.GetByText("230 of 230").WaitForAsync();
        await Page.Locator("[data-row]").Last.ScrollIntoViewIfNeededAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "n-150" }).WaitForAsync();
    }

    [Fact]
    public async Task Documents_are_chosen_by_keys_to_be_exported_and_given_out()
    {
        var project = await Server.NewProjectAsync("Chosen");
        var ids = new List<string>();
        foreach (var word in new[] { "Fever.", "Cough.", "Rash.", "Gout." })
        {
            ids.Add(await Server.NewNoteAsync(project, word));
        }

        await Page.GotoAsync($"/#/projects/{project}");
        await Page.GetByRole(AriaRole.Link, new() { Name = ids[0] }).WaitForAsync();
        await Person.PressAsync("j", "x", "j", "j", "x");
        await Page.GetByText("2 chosen").WaitForAsync();
        await Page.GetByLabel($"Choose {ids[3]}").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Page.GetByText("3 chosen").WaitForAsync();
        await Page.ReloadAsync();
        await Page.GetByText("3 chosen").WaitForAsync();
        await Person.PressAsync("j", "x");
        await Page.GetByText("2 chosen").WaitForAsync();

        await Person.PressAsync("e");
        await Page.GetByLabel("Which documents").WaitForAsync();
        await Person.PressAsync("e");
        await Page.GetByTestId("report").GetByText("project.jsonl would hold 2 documents.").WaitForAsync();
        var file = await Page.RunAndWaitForDownloadAsync(() => Person.PressAsync("d"));
        Assert.Equal("project.jsonl", file.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await file.PathAsync());
        Assert.Equal(["Rash.", "Gout."], lines.Select(line => (string)JsonNode.Parse(line)!["text"]!));

        await Person.PressAsync("B");
        await Page.GetByText("2 chosen").WaitForAsync();
        await Person.PressAsync("g");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Give out 2 chosen documents" }).ClickAsync();
        await Page.GetByText("4 readings added.").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Give out all unfinished documents" }).WaitForAsync();
    }
}
