using System.Text.Json.Nodes;
using ClinicalNlp.Server.Tests.Access;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class TranscriptTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _id = await _server.NewTranscriptAsync(
            await _server.NewProjectAsync("Chat"),
            ("patient", "can i come monday 😀", "book_appointment"),
            ("bot", "Which time suits you?", null),
            ("patient", "what did the last visit cost", "refill_prescription"),
            ("patient", "my pills\r\nare empty", "book_appointment"),
            ("patient", "is there parking", "billing_question")
        );
        await _visitor.OpenTranscriptAsync(_id);
    }

    public async ValueTask DisposeAsync()
    {
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    private async Task<List<string?>> IntentsAsync() =>
        [.. (await _server.DocumentAsync(_id))["turns"]!.AsArray().Select(t => (string?)t!["intent"])];

    [Fact]
    public async Task Intents_are_accepted_chosen_and_looked_up_by_keys()
    {
        await _visitor.PressAsync("a"); // as suggested
        await _visitor.PressAsync("2"); // the second choice
        await _visitor.PressAsync("/");
        await _visitor.Page.Keyboard.TypeAsync("refill");
        await _visitor.PressAsync("Enter");
        await _visitor.PressAsync("i");
        await _visitor.Page.Keyboard.TypeAsync("oos");
        await _visitor.PressAsync("Enter");
        await _visitor.SavedAsync();

        Assert.Equal(["book_appointment", null, "billing_question", "refill_prescription", "oos"], await IntentsAsync());
    }

    [Fact]
    public async Task A_decision_is_undone_and_a_suggestion_rejected()
    {
        await _visitor.PressAsync("a", "x", "Control+z", "Control+z");
        await _visitor.SavedAsync();
        var turns = (await _server.DocumentAsync(_id))["turns"]!.AsArray();
        Assert.All(turns, t => Assert.Null(t!["state"]));

        await _visitor.PressAsync("x");
        await _visitor.SavedAsync();
        Assert.Equal("rejected", (string)(await _server.DocumentAsync(_id))["turns"]![0]!["state"]!);
    }

    [Fact]
    public async Task By_mouse_and_then_complete()
    {
        await _visitor.Page.Locator("[data-turn='2'] .bubble").ClickAsync();
        await _visitor.Page.Locator(".alternatives button").Nth(1).ClickAsync();
        await _visitor.PressAsync("Control+Enter");
        await _visitor.Page.Locator("dialog[open]").WaitForAsync();
        await _visitor.PressAsync("a");
        await _visitor.Page.Locator(".chip.status-done").WaitForAsync();

        Assert.Equal(["book_appointment", null, "billing_question", "book_appointment", "billing_question"], await IntentsAsync());
        Assert.Equal("done", (string)(await _server.DocumentAsync(_id))["status"]!);
    }

    [Fact]
    public async Task Entities_of_turns_are_marked_relabelled_resized_and_removed_by_keys()
    {
        await _visitor.PressAsync("E");
        await _visitor.Page.Locator(".cm-content").WaitForAsync();
        Assert.Equal(5, await _visitor.Page.Locator(".speaker-name").CountAsync());
        // "come monday": one word by n, the next with Shift.
        await _visitor.PressAsync("n", "ArrowRight", "ArrowRight", "Shift+ArrowRight");
        Assert.Equal("come monday", await _visitor.SelectedAsync());
        await _visitor.PressAsync("p");
        await _visitor.SavedAsync();
        Assert.Equal(["PROBLEM come monday"], await EntitiesAsync());
        await _visitor.PressAsync("m", "]");
        await _visitor.SavedAsync();
        Assert.Equal(["MEDICATION monday"], await EntitiesAsync());

        await _visitor.PressAsync("E");
        await _visitor.Page.Locator(".turn mark.entity").WaitForAsync();
        Assert.Contains("monday", await _visitor.Page.Locator(".turn mark.entity").InnerTextAsync(), StringComparison.Ordinal);
        await _visitor.PressAsync("E");
        await _visitor.Page.Locator(".cm-content").WaitForAsync();
        await _visitor.PressAsync("j", "x");
        await _visitor.SavedAsync();
        Assert.Empty(await EntitiesAsync());
        await _visitor.PressAsync("Control+z", "E");
        await _visitor.Page.Locator(".turn mark.entity").WaitForAsync();
        await _visitor.SavedAsync();
        Assert.Equal(["MEDICATION monday"], await EntitiesAsync());
        // Deciding intents goes on where it was.
        await _visitor.PressAsync("a");
        await _visitor.SavedAsync();
        Assert.Equal("book_appointment", (await IntentsAsync())[0]);
    }

    [Fact]
    public async Task A_turn_is_commented_on_and_what_is_new_is_marked_until_it_was_read()
    {
        await _visitor.PressAsync("\"");
        var box = _visitor.Page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" });
        await box.FillAsync("Monday which week?");
        await _visitor.PressAsync("Control+Enter");
        await _visitor.Page.GetByTestId("thread").GetByText("can i come monday").WaitForAsync();
        await _visitor.PressAsync("Escape");
        Assert.Equal("“” open comment", await _visitor.Page.Locator("[data-turn='0']").GetByTestId("talk").InnerTextAsync());

        // Somebody else answers.
        using var ben = _server.SignInAs("ben of turns", (string)(await _server.DocumentAsync(_id))["projectId"]!);
        var first = (await ben.GetJsonAsync($"/v1/documents/{_id}/comments"))["items"]![0]!;
        Assert.Equal((0, 19), ((int)first["start"]!, (int)first["end"]!));
        await ben.PostAsync($"/v1/documents/{_id}/comments", new JsonObject { ["text"] = "The next.", ["threadId"] = first.Id() });
        await _visitor.Page.ReloadAsync();
        await _visitor.Page.Locator("[data-turn='0']").GetByText("new comment").WaitForAsync();
        Assert.Contains("1 open, 1 new", await _visitor.Page.GetByTestId("comments").InnerTextAsync(), StringComparison.Ordinal);
        await _visitor.PressAsync("\"");
        await _visitor.Page.Locator(".thread .new-comment").WaitForAsync();
        // The thread is answered first, and settled by a key.
        await _visitor.PressAsync("Control+.");
        await _visitor.Page.GetByText("✓ resolved by").WaitForAsync();
        await _visitor.PressAsync("Escape");
        Assert.Equal(0, await _visitor.Page.GetByTestId("talk").CountAsync());
        await _visitor.Page.ReloadAsync();
        await _visitor.Page.Locator(".turn").First.WaitForAsync();
        Assert.DoesNotContain("new", await _visitor.Page.GetByTestId("comments").InnerTextAsync(), StringComparison.Ordinal);
    }

    private async Task<List<string>> EntitiesAsync() =>
        [.. (await _server.DocumentAsync(_id))["mentions"]!.AsArray().Select(m => $"{m!["label"]} {m["text"]}")];

    [Fact]
    public async Task A_transcript_set_aside_says_so_and_is_brought_back()
    {
        var page = _visitor.Page;
        using var ben = _server.SignInAs("ben of the inbox", (string)(await _server.DocumentAsync(_id))["projectId"]!);
        await ben.SendAsync(HttpMethod.Put, $"/v1/documents/{_id}/set-aside", new JsonObject { ["reason"] = "A test call." });
        await page.ReloadAsync();
        var box = page.GetByTestId("set-aside");
        await box.GetByText("ben of the inbox set this transcript aside").WaitForAsync();
        await box.GetByText("A test call.").WaitForAsync();
        await PictureAsync("set-aside");
        await box.GetByRole(AriaRole.Button, new() { Name = "Bring it back into the inbox" }).ClickAsync();
        await box.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Null((await _server.DocumentAsync(_id))["setAside"]);
    }

    [Fact]
    public async Task Digits_and_the_keys_of_dialogs_are_changed_and_printed_as_they_are_now()
    {
        var page = _visitor.Page;
        await _visitor.PressAsync("?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change keys" }).ClickAsync();
        foreach (var (command, key) in new[] { ("choose2", "h"), ("complete", "Alt+e"), ("acceptRest", "y"), ("keys", "F1") })
        {
            await page.Locator($"[data-command={command}] button").First.ClickAsync();
            await _visitor.PressAsync(key);
        }

        await PictureAsync("keys-changed");
        await _visitor.PressAsync("Escape");
        Assert.Equal(["1", "h", "/"], await page.Locator(".alternatives kbd").AllInnerTextsAsync());
        Assert.Equal("F1", await page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).Locator("kbd").InnerTextAsync());
        Assert.Equal("Alt+e", await page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).Locator("kbd").InnerTextAsync());
        await _visitor.PressAsync("2", "h");
        await _visitor.SavedAsync();
        Assert.Equal(["billing_question", null, null, null, null], await IntentsAsync());

        await _visitor.PressAsync("Alt+e");
        Assert.Equal(["y", "x", "Esc"], await page.Locator("dialog[open] kbd").AllInnerTextsAsync());
        await _visitor.PressAsync("a", "y");
        await page.Locator(".chip.status-done").WaitForAsync();
        Assert.Equal("done", (string)(await _server.DocumentAsync(_id))["status"]!);
        Assert.Equal(["billing_question", null, "refill_prescription", "book_appointment", "billing_question"], await IntentsAsync());
    }

    /// <summary>For looking at: written only where a folder for pictures is named.</summary>
    private async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_PICTURES") is { Length: > 0 } folder)
        {
            await _visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
        }
    }
}
