using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Extraction;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>What came in is marked up from the page.</summary>
[Collection(Chromium.Name)]
public sealed class PreannotationTests(Chromium chromium, TinyModels models) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(change: ServerWithModels.WithModels(models));
        _visitor = await chromium.VisitAsync(_server.Url);
        _project = await _server.NewProjectAsync("Clinic");
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
    public async Task Documents_are_marked_up_and_again_once_another_version_is_in_use()
    {
        var page = _visitor.Page;
        await page.GotoAsync($"/#/projects/{_project}");
        await page.GetByText("No documents yet").WaitForAsync();
        var bar = page.GetByTestId("preannotation");
        Assert.Equal(0, await bar.CountAsync());

        // The page sees what comes in.
        var documents = Enumerable
            .Range(0, 40)
            .Select(i => new JsonObject { ["text"] = TinyModels.Note(i, "PROBLEM").Text, ["externalId"] = $"n{i}" });
        await _server.Client.PostAsync(
            $"/v1/projects/{_project}/documents",
            new JsonObject { ["documents"] = new JsonArray([.. documents]) }
        );
        await bar.GetByText("40 documents carry no suggestions of a model yet.").WaitForAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = "Pre-annotate them" }).ClickAsync();
        await bar.GetByText("Done: 40 documents marked up.").WaitForAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await bar.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        var listed = (await _server.Client.GetJsonAsync($"/v1/projects/{_project}/documents?limit=200"))["items"]!.AsArray();
        Assert.All(listed, item => Assert.True((int)item!["openSuggestions"]! > 0));

        // What somebody has begun stays as it is.
        await _visitor.OpenNoteAsync(listed[0]!.Id());
        await _visitor.PressAsync("a");
        await _visitor.SavedAsync();
        await _server.Client.PostAsync($"/v1/models/{TinyModels.Entities}/1/promote", new JsonObject());
        await page.GotoAsync($"/#/projects/{_project}");
        await bar.GetByText("39 documents that nobody has begun carry suggestions of another version than the one in use.").WaitForAsync();
        await bar.GetByRole(AriaRole.Button, new() { Name = "Suggest anew" }).ClickAsync();
        await bar.GetByText("Done: 39 documents marked up.").WaitForAsync();
    }
}
