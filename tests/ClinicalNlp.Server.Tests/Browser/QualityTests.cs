using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Suggestions;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class QualityTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: options => options with { Demo = true });
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
    public async Task The_demo_projects_quality_is_drawn_read_by_keys_and_told_in_tables()
    {
        await CorrectSomeAsync();
        var page = _visitor.Page;
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Navigation).GetByText("Quality").ClickAsync();
        await page.Locator(".figure").First.WaitForAsync();

        Assert.Equal(7, await page.Locator(".figure").CountAsync());
        var scores = page.GetByRole(AriaRole.Region, new() { Name = "F1 57.1" });
        await scores.GetByText("clinical-entities 1: F1 57.1 (57.1–57.1) on 6 documents").WaitForAsync(); // 2 right, 2 wrong, 1 missed in each
        await page.GetByText("50.0 % of 24 suggestions were right as they were").WaitForAsync();

        // One stop for Tab, arrow keys inside, and what has the focus is read out.
        var acceptance = page.Locator(".figure").Filter(new() { HasText = "Acceptance of suggestions" });
        await acceptance.Locator("[data-mark][tabindex='0']").FocusAsync();
        Assert.Equal(1, await acceptance.Locator("[data-mark][tabindex='0']").CountAsync());
        var first = await acceptance.Locator(".readout").InnerTextAsync();
        await _visitor.PressAsync("ArrowRight");
        var second = await acceptance.Locator(".readout").InnerTextAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(second, await acceptance.Locator("[data-mark]:focus").GetAttributeAsync("aria-label"));

        await acceptance.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        Assert.Equal(["MEDICATION", "12", "6", "6", "0", "0", "0"], (await CellsAsync(acceptance, "MEDICATION"))[..7]);

        var coverage = page.Locator(".figure").Filter(new() { HasText = "Coverage by group" });
        await coverage.GetByRole(AriaRole.Button, new() { Name = "site" }).ClickAsync();
        Assert.Equal(4, await coverage.Locator("[data-mark]").CountAsync());
        Assert.Equal(4, await coverage.Locator("[data-mark] .fill-hatch").CountAsync()); // a dozen gold mentions at most in each

        await page.GetByRole(AriaRole.Button, new() { Name = "Intents" }).ClickAsync();
        await page.GetByText("No suggestion has been decided yet").WaitForAsync();
    }

    /// <summary>Six notes with four suggestions each: two are right, one has another label, one is nothing.</summary>
    private async Task CorrectSomeAsync()
    {
        var client = _server.Client;
        var project = (await client.GetJsonAsync("/v1/projects"))["items"]![0]!.Id();
        var notes = (await client.GetJsonAsync($"/v1/projects/{project}/documents?limit=6"))["items"]!.AsArray();
        foreach (var note in notes.Select(note => note!.Id()))
        {
            _server
                .App.Services.GetRequiredService<SuggestionStore>()
                .ReplaceMentions(
                    note,
                    new ModelStamp("clinical-entities", "1"),
                    [
                        new Mention(new TextSpan(0, 1), "MEDICATION", 0.9),
                        new Mention(new TextSpan(2, 3), "PROBLEM", 0.8),
                        new Mention(new TextSpan(4, 5), "MEDICATION", 0.7),
                        new Mention(new TextSpan(6, 7), "PROBLEM", 0.6),
                    ],
                    "model"
                );
            var mentions = (await _server.DocumentAsync(note))["mentions"]!;
            JsonObject Change(int mention, string action) => new() { ["action"] = action, ["mentionId"] = mentions[mention]!.Id() };
            var relabel = Change(2, "relabel");
            relabel["label"] = "DOSAGE";
            await client.PostAsync(
                $"/v1/documents/{note}/corrections",
                new JsonObject { ["revision"] = 0, ["changes"] = new JsonArray(Change(0, "accept"), Change(1, "accept")) }
            );
            await client.PostAsync(
                $"/v1/documents/{note}/corrections",
                new JsonObject { ["revision"] = 1, ["changes"] = new JsonArray(relabel, Change(3, "reject")) }
            );
            await client.PostAsync($"/v1/documents/{note}/complete", new JsonObject { ["revision"] = 2 });
        }
    }

    private static async Task<List<string>> CellsAsync(ILocator figure, string row) =>
        [.. await figure.GetByRole(AriaRole.Row).Filter(new() { HasText = row }).Locator("th, td").AllInnerTextsAsync()];
}
