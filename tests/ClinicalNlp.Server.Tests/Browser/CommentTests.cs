using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Comments on the note page, by keys: what is typed is not lost, and open threads show at their mentions.</summary>
[Collection(Chromium.Name)]
public sealed class CommentTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _id = "";

    private IPage Page => _visitor.Page;
    private ILocator Box => Page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" });

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _id = await _server.NewNoteAsync(
            await _server.NewProjectAsync("Comments"),
            "Takes aspirin for chest pain.",
            ("aspirin", "MEDICATION", 0.9),
            ("chest pain", "PROBLEM", 0.8)
        );
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
    public async Task A_comment_survives_a_reload_and_a_failed_send_and_its_thread_is_resolved_and_opened_again()
    {
        await OpenAsync();
        await Box.FillAsync("Brand or substance?");
        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await OpenBoxAsync();
        Assert.Equal("Brand or substance?", await Box.InputValueAsync());

        await Page.RouteAsync("**/comments", route => route.AbortAsync());
        await _visitor.PressAsync("Control+Enter");
        await Page.GetByText("What you wrote is kept.").WaitForAsync();
        Assert.Equal("Brand or substance?", await Box.InputValueAsync());
        Assert.Empty(await CommentsAsync());

        await Page.UnrouteAsync("**/comments");
        await _visitor.PressAsync("Control+Enter");
        await Page.GetByTestId("thread").WaitForAsync();
        Assert.Equal("", await Box.InputValueAsync());
        var comment = Assert.Single(await CommentsAsync())!;
        Assert.Equal("Brand or substance?", (string)comment["text"]!);
        Assert.Equal((6, 13), ((int)comment["start"]!, (int)comment["end"]!));

        await _visitor.PressAsync("Escape");
        Assert.Equal(1, await Page.Locator(".cm-content .comment-sign").CountAsync());
        await _visitor.PressAsync("\"");
        await Box.FillAsync("The substance.");
        await _visitor.PressAsync("Control+Enter");
        await Page.GetByTestId("thread").GetByText("The substance.").WaitForAsync();
        Assert.Equal(1, await Page.GetByTestId("thread").CountAsync());

        await Page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await Page.GetByText("✓ resolved by").WaitForAsync();
        Assert.Equal(0, await Page.Locator(".cm-content .comment-sign").CountAsync());
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reopen" }).ClickAsync();
        await Page.Locator(".cm-content .comment-sign").WaitForAsync();
    }

    private async Task OpenAsync()
    {
        await _visitor.OpenNoteAsync(_id);
        await OpenBoxAsync();
    }

    private async Task OpenBoxAsync()
    {
        await _visitor.CurrentAsync();
        await _visitor.PressAsync("\"");
        await Box.WaitForAsync();
    }

    private async Task<JsonArray> CommentsAsync() =>
        (await _server.Client.GetJsonAsync($"/v1/documents/{_id}/comments"))["items"]!.AsArray();
}
