using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public class InboxTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Visitor _visitor = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _visitor = await chromium.VisitAsync(_server.Url);
        _project = await _server.NewProjectAsync("Chats");
    }

    public async ValueTask DisposeAsync()
    {
        await _visitor.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Ten_utterances_are_labelled_by_keys()
    {
        // Two wordings of one request in five transcripts, one emergency, six that differ.
        string[] refills = ["i need a refill of my tablets", "i need a refill of my tablets please", "i need a refill of my tablets!"];
        var ids = new List<string>();
        foreach (var text in refills)
        {
            ids.Add(await _server.NewTranscriptAsync(_project, ("patient", text, "refill_prescription")));
        }

        var urgent = await _server.NewTranscriptAsync(
            _project,
            ("bot", "How can I help?", null),
            ("patient", "my father cannot breathe and his lips are blue", "book_appointment"),
            ("bot", "Please call the emergency number.", null)
        );
        string[] others =
        [
            "where can i park",
            "the invoice is wrong",
            "a slot on monday morning",
            "move my visit",
            "is coffee healthy",
            "my card expired",
        ];
        foreach (var text in others)
        {
            ids.Add(await _server.NewTranscriptAsync(_project, ("patient", text, "book_appointment")));
        }

        await OpenAsync();
        Assert.Contains("my father cannot breathe", await CurrentAsync(), StringComparison.Ordinal);
        Assert.Contains("How can I help?", await CurrentAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await _visitor.Page.Locator(".utterance-row .red-flag.urgent").CountAsync());

        await _visitor.PressAsync("a");
        // The largest group comes next: one key shows it, one labels it.
        Assert.Contains("refill of my tablets", await CurrentAsync(), StringComparison.Ordinal);
        await _visitor.PressAsync("g");
        await _visitor.Page.GetByText("One decision labels 3 utterances.").WaitForAsync();
        await _visitor.PressAsync("1");
        await _visitor.PressAsync("Enter", "2", "o", "a", "a");
        await _visitor.PressAsync("/");
        await _visitor.Page.Keyboard.TypeAsync("bill");
        await _visitor.PressAsync("Enter");
        await _visitor.SavedAsync();

        var decided = await DecisionsAsync();
        Assert.Equal(10, decided.Count);
        Assert.Equal(
            ["refill_prescription"],
            decided.Where(d => d.Text.Contains("refill", StringComparison.Ordinal)).Select(d => d.Intent).Distinct()
        );
        Assert.Equal(
            ["billing_question", "billing_question", "book_appointment", "book_appointment", "book_appointment", "oos"],
            decided.Where(d => others.Contains(d.Text)).Select(d => d.Intent).Order(StringComparer.Ordinal)
        );
        Assert.Equal("book_appointment", decided.Single(d => d.Id == urgent).Intent);

        await _visitor.PressAsync("u");
        await _visitor.SavedAsync();
        Assert.Equal(9, (await DecisionsAsync()).Count);
        await _visitor.Page.ReloadAsync();
        await _visitor.Page.Locator(".utterance-row").First.WaitForAsync();
        // The undo reaches back before the reload; what it changes is stored, and the group is one step.
        await _visitor.PressAsync("u", "u", "u", "u", "u", "u");
        await _visitor.SavedAsync();
        Assert.Equal([urgent], (await DecisionsAsync()).Select(d => d.Id));
    }

    [Fact]
    public async Task Intents_are_merged_after_a_preview()
    {
        var done = await _server.NewTranscriptAsync(_project, ("patient", "a slot on monday", "book_appointment"));
        await _server.Client.PostAsync($"/v1/documents/{done}/complete", new JsonObject { ["revision"] = 0, ["undecided"] = "accept" });
        await _server.NewTranscriptAsync(_project, ("patient", "a slot on friday", "book_appointment"));

        await OpenAsync();
        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Intents", Exact = true }).ClickAsync();
        await _visitor.Page.GetByLabel("Merge book appointment").ClickAsync();
        await _visitor.Page.GetByLabel("Into").SelectOptionAsync("refill_prescription");
        await _visitor.Page.GetByText("See what changes").ClickAsync();
        var effect = await _visitor.Page.GetByTestId("effect").InnerTextAsync();
        Assert.Contains(
            "1 utterance in 1 transcript changes from book appointment to refill prescription.",
            effect,
            StringComparison.Ordinal
        );
        Assert.Contains("1 open suggestion follows.", effect, StringComparison.Ordinal);
        Assert.Contains("1 of the transcripts is done and stays done.", effect, StringComparison.Ordinal);
        Assert.Equal("book_appointment", (string)(await _server.DocumentAsync(done))["turns"]![0]!["intent"]!);

        await _visitor.PressAsync("Enter");
        await _visitor.Page.GetByLabel("Former intents").WaitForAsync();

        var document = await _server.DocumentAsync(done);
        Assert.Equal(("refill_prescription", "done"), ((string)document["turns"]![0]!["intent"]!, (string)document["status"]!));
        Assert.Equal(0, await _visitor.Page.Locator("[data-intent=book_appointment]").CountAsync());
    }

    [Fact]
    public async Task A_confusion_cell_opens_its_utterances()
    {
        await _server.NewTranscriptAsync(
            _project,
            ("patient", "a slot on monday", "book_appointment"),
            ("patient", "more pills", "refill_prescription")
        );
        await _server.NewTranscriptAsync(_project, ("patient", "the invoice is wrong", "book_appointment"));
        await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var isInvoice = (await CurrentAsync()).Contains("invoice", StringComparison.Ordinal);
            await _visitor.PressAsync(isInvoice ? "2" : "a");
        }

        await _visitor.SavedAsync();
        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Confusion" }).ClickAsync();
        await _visitor.Page.GetByText("2 of 3 agree").WaitForAsync();
        await _visitor.Page.GetByLabel("1 decided billing question, suggested book appointment").ClickAsync();

        await _visitor.Page.Locator(".utterance-row").First.WaitForAsync();
        Assert.Equal(["the invoice is wrong"], await _visitor.Page.Locator(".utterance-text").AllInnerTextsAsync());
        // Changed from here it is another cell.
        await _visitor.PressAsync("1");
        await _visitor.SavedAsync();
        Assert.Equal(3, (await DecisionsAsync()).Count(d => d.Intent is "book_appointment" or "refill_prescription"));
    }

    private async Task OpenAsync()
    {
        await _visitor.Page.GotoAsync("/#/inbox");
        await _visitor.Page.Locator(".utterance-row").First.WaitForAsync();
    }

    private Task<string> CurrentAsync() => _visitor.Page.GetByTestId("utterance").InnerTextAsync();

    private async Task<List<(string Id, string Text, string? Intent)>> DecisionsAsync()
    {
        var inbox = await _server.Client.GetJsonAsync($"/v1/projects/{_project}/inbox?state=decided&limit=100");
        return
        [
            .. inbox["items"]!.AsArray().Select(item => ((string)item!["documentId"]!, (string)item["text"]!, (string?)item["intent"])),
        ];
    }
}
