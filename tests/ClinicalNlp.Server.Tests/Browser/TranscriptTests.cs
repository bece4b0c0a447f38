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
}
