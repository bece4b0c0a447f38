using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Extraction;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>The loop as a person goes through it: ask the model, correct, complete, train again, see the version change.</summary>
[Collection(Chromium.Name)]
public sealed class ModelsTests(Chromium chromium, TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));
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
    public async Task A_version_is_trained_watched_put_into_use_and_rolled_back()
    {
        await ProjectAsync(gold: 40);
        var page = _visitor.Page;
        await page.GotoAsync("/#/models");
        await page.Locator("[data-testid=version][data-version='2'] .chip.in-use").WaitForAsync();

        await page.GetByLabel("At most").FillAsync("0.2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start training" }).ClickAsync();
        await page.GetByTestId("snapshot").WaitForAsync();
        await page.Locator("[data-testid=run] [role=progressbar]").WaitForAsync();
        await page.Locator("[data-testid=version][data-version='2.1'] .chip.in-use").WaitForAsync(new() { Timeout = 60_000 });
        await page.GetByText("from clinical-entities 2")
            .Or(page.Locator("dd", new() { HasText = "clinical-entities 2" }))
            .First.WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await page.Locator("[data-testid=version][data-version='2'] .chip.in-use").WaitForAsync();
        await page.Locator("[data-testid=version][data-version='2.1']").GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await page.Locator("[data-testid=version][data-version='2.1'] .chip.in-use").WaitForAsync();
    }

    [Fact]
    public async Task A_training_is_cancelled()
    {
        await ProjectAsync(gold: 30);
        await _visitor.Page.GotoAsync("/#/models");
        await _visitor.Page.GetByLabel("At most").FillAsync("5");
        await _visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Start training" }).ClickAsync();
        await _visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await _visitor.Page.Locator("tbody .chip.cancelled").WaitForAsync(new() { Timeout = 60_000 });
        await _visitor.Page.GetByText("No training is going on.").WaitForAsync();
    }

    [Fact]
    public async Task The_model_is_asked_on_a_note_without_suggestions()
    {
        var project = await ProjectAsync(gold: 0);
        var added = await _server.Client.PostAsync(
            $"/v1/projects/{project}/documents",
            JsonNode.Parse("""{"documents":[{"text":"Seen 😀.\r\nTakes metformin for gout."}]}""")!
        );
        var id = added["items"]![0]!.Id();
        await _visitor.OpenNoteAsync(id);

        await _visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ask the model" }).ClickAsync();
        await _visitor.Page.Locator(".mention.suggested").First.WaitForAsync();
        await _visitor.PressAsync("j", "a");
        await _visitor.SavedAsync();

        Assert.Equal(["metformin MEDICATION accepted"], await _server.MarkedAsync(id));
    }

    private async Task<string> ProjectAsync(int gold)
    {
        var project = await _server.Client.PostAsync(
            "/v1/projects",
            JsonNode.Parse("""{"name":"Loop","labels":[{"name":"MEDICATION"},{"name":"PROBLEM"}]}""")!
        );
        if (gold > 0)
        {
            var notes = Enumerable.Range(0, gold).Select(i => TinyModels.Note(i, "PROBLEM", "MEDICATION"));
            await _server.Client.PostAsync(
                $"/v1/projects/{project.Id()}/documents",
                new JsonObject
                {
                    ["offsetUnit"] = "utf16CodeUnit",
                    ["documents"] = new JsonArray([
                        .. notes.Select(note => new JsonObject
                        {
                            ["text"] = note.Text,
                            ["spans"] = new JsonArray([
                                .. note.Spans.Select(span => new JsonObject
                                {
                                    ["start"] = span.Span.Start,
                                    ["end"] = span.Span.End,
                                    ["label"] = span.Label,
                                }),
                            ]),
                        }),
                    ]),
                }
            );
        }

        return project.Id();
    }
}
