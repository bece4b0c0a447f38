using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Access;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>Comments on the note page, by keys: what is typed is not lost, and open threads show at their mentions.</summary>
[Collection(Chromium.Name)]
public sealed class CommentTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _project = "";
    private string _id = "";

    private IPage Page => _visitor.Page;
    private ILocator Box => Page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" });

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _project = await _server.NewProjectAsync("Comments");
        _id = await _server.NewNoteAsync(
            _project,
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
        // Asked for before the page is loaded: a browser under load lets requests of a page that it has already pass for a while.
        var broken = false;
        var answerLost = false;
        await Page.RouteAsync(
            "**/comments",
            async route =>
            {
                if (broken)
                {
                    await route.AbortAsync();
                }
                else if (answerLost)
                {
                    await route.FetchAsync();
                    await route.AbortAsync();
                }
                else
                {
                    await route.ContinueAsync();
                }
            }
        );
        await OpenAsync();
        await Box.FillAsync("Brand or substance?");
        await Page.ReloadAsync();
        await Page.Locator(".cm-content").WaitForAsync();
        await OpenBoxAsync();
        Assert.Equal("Brand or substance?", await Box.InputValueAsync());

        broken = true;
        await _visitor.PressAsync("Control+Enter");
        // Says what is there instead.
        await Assertions
            .Expect(Page.GetByTestId("comment-state"))
            .ToContainTextAsync("What you wrote is kept.", new() { Timeout = 30_000 });
        Assert.Equal("Brand or substance?", await Box.InputValueAsync());
        Assert.Empty(await CommentsAsync());

        // It comes to the service, whose answer is lost: sent again, it is said once.
        (broken, answerLost) = (false, true);
        await _visitor.PressAsync("Control+Enter");
        for (var i = 0; i < 300 && (await CommentsAsync()).Count == 0; i++)
        {
            await Task.Delay(100);
        }

        await Assertions
            .Expect(Page.GetByTestId("comment-state"))
            .ToContainTextAsync("What you wrote is kept.", new() { Timeout = 30_000 });
        Assert.Equal("Brand or substance?", await Box.InputValueAsync());
        answerLost = false;
        await _visitor.PressAsync("Control+Enter");
        await Assertions.Expect(Box).ToHaveValueAsync("", new() { Timeout = 30_000 });
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

    [Fact]
    public async Task What_somebody_has_said_meanwhile_is_marked_at_its_mention_until_it_is_read()
    {
        using var ben = _server.SignInAs("ben of the margin", _project);
        await ben.PostAsync(
            $"/v1/documents/{_id}/comments",
            new JsonObject
            {
                ["text"] = "Which dose?",
                ["start"] = 6,
                ["end"] = 13,
            }
        );
        await _visitor.OpenNoteAsync(_id);
        await Page.Locator(".cm-content .comment-sign.new").WaitForAsync();
        await Page.Locator(".mention-row").GetByText("“” new").WaitForAsync();
        await PictureAsync("comment-margin");
        await OpenBoxAsync();
        await Page.GetByTestId("thread").GetByText("Which dose?").WaitForAsync();
        await _visitor.PressAsync("Escape");
        await Page.Locator(".cm-content .comment-sign:not(.new)").WaitForAsync();
        Assert.Equal(0, await Page.Locator(".comment-sign.new").CountAsync());

        // What stands on a reading comes when it is finished; it is read here and answered nowhere else.
        await _server.Client.PostAsync(
            $"/v1/projects/{_project}/assignments",
            new JsonObject { ["people"] = new JsonArray("ben of the margin"), ["perDocument"] = 1 }
        );
        var copy = (string)(await ben.PostAsync($"/v1/projects/{_project}/assignments/next", new JsonObject()))["assignment"]!["copyId"]!;
        await ben.PostAsync(
            $"/v1/documents/{copy}/comments",
            new JsonObject
            {
                ["text"] = "Only in my reading.",
                ["start"] = 18,
                ["end"] = 28,
            }
        );
        await ben.PostAsync($"/v1/documents/{copy}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        await Page.GotoAsync($"/#/projects/{_project}");
        await Page.GetByTestId("new-comments").GetByText("1 new comment").WaitForAsync();
        await _visitor.OpenNoteAsync(_id);
        await Page.Locator(".cm-content .comment-sign.new").WaitForAsync();
        await OpenBoxAsync();
        var reading = Page.GetByTestId("thread").Filter(new() { HasText = "Only in my reading." });
        await reading.GetByText("on the reading of ben of the margin").WaitForAsync();
        Assert.Equal(0, await reading.GetByRole(AriaRole.Button).CountAsync());
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PictureAsync("comment-reading-dark");
        await _visitor.PressAsync("Escape");
        await Page.Locator(".comment-sign.new").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Page.GotoAsync($"/#/projects/{_project}");
        await Page.Locator("table.list").WaitForAsync();
        Assert.Equal(0, await Page.GetByTestId("new-comments").CountAsync());
    }

    [Fact]
    public async Task Keys_of_the_box_act_when_a_button_took_the_focus_along_and_follow_a_change()
    {
        await OpenAsync();
        await Box.FillAsync("Brand or substance?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Close" }).FocusAsync();
        await _visitor.PressAsync("Control+Enter");
        await Page.GetByTestId("thread").GetByText("Brand or substance?").WaitForAsync();
        await _visitor.PressAsync("Escape", "?");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        await Page.Locator("[data-command=settleThread] button").First.ClickAsync();
        await _visitor.PressAsync("Alt+r", "Escape");
        await OpenBoxAsync();
        await Page.Locator("dialog kbd").GetByText("Alt+r", new() { Exact = true }).WaitForAsync();
        await _visitor.PressAsync("Control+.");
        await _visitor.PressAsync("Alt+r");
        await Page.GetByText("✓ resolved by").WaitForAsync();
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

    /// <summary>For looking at: written only where a folder for pictures is named.</summary>
    private async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }
}
