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
        // And forth again, over another reload.
        await _visitor.PressAsync("Control+y");
        await _visitor.SavedAsync();
        await _visitor.Page.ReloadAsync();
        await _visitor.Page.Locator(".utterance-row").First.WaitForAsync();
        await _visitor.PressAsync("Control+y", "Control+y", "Control+y", "Control+y", "Control+y", "Control+y");
        await _visitor.SavedAsync();
        Assert.Equal(
            decided.OrderBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.Text, StringComparer.Ordinal),
            (await DecisionsAsync()).OrderBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.Text, StringComparer.Ordinal)
        );
        await _visitor.PressAsync("Control+y");
        await _visitor.Page.GetByText("There is nothing to redo.").WaitForAsync();
    }

    [Fact]
    public async Task What_a_closed_tab_had_not_sent_is_sent_by_the_next_page_whatever_it_shows()
    {
        var id = await _server.NewTranscriptAsync(_project, ("patient", "i need a refill of my tablets", "refill_prescription"));
        await _visitor.Page.RouteAsync("**/inbox/decisions", route => route.AbortAsync());
        await OpenAsync();
        await _visitor.PressAsync("a");
        await _visitor.StateAsync("offline");

        await _visitor.CloseAndOpenAgainAsync();
        await _visitor.Page.GotoAsync("/"); // the list of documents
        await _visitor.Page.Locator("table.list").WaitForAsync();
        await _visitor.SentAllAsync();
        var turn = (await _server.DocumentAsync(id))["turns"]![0]!;
        Assert.Equal("refill_prescription", (string?)turn["intent"]);
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

    [Fact]
    public async Task Transcripts_are_completed_and_set_aside_by_keys_from_where_an_utterance_is()
    {
        var first = await _server.NewTranscriptAsync(
            _project,
            ("patient", "my father cannot breathe and his lips are blue", "book_appointment"),
            ("bot", "Since when?", null),
            ("patient", "since this morning he feels weak", "refill_prescription")
        );
        var test = await _server.NewTranscriptAsync(_project, ("patient", "hello is this thing on", "billing_question"));
        var last = await _server.NewTranscriptAsync(
            _project,
            ("patient", "the invoice is wrong", "billing_question"),
            ("patient", "where can i park", "book_appointment")
        );
        await OpenAsync();
        Assert.Contains("5 utterances left in 3 transcripts, 0 done", await ProgressAsync(), StringComparison.Ordinal);

        // The emergency is first; the rest of its transcript is gone to, decided, and the whole offered.
        await _visitor.PressAsync("a");
        await GoToAsync("since this morning");
        Assert.Contains("1 left in it", await CurrentAsync(), StringComparison.Ordinal);
        await _visitor.PressAsync("2");
        await _visitor.Page.GetByTestId("offered").WaitForAsync();
        await _visitor.PressAsync("Control+Enter");
        await _visitor.Page.GetByText("is done.").WaitForAsync();
        var document = await _server.DocumentAsync(first);
        Assert.Equal(
            ("done", "book_appointment", "billing_question"),
            ((string)document["status"]!, (string)document["turns"]![0]!["intent"]!, (string)document["turns"]![2]!["intent"]!)
        );
        await _visitor.Page.GetByText("3 utterances left in 2 transcripts, 1 done").WaitForAsync();

        await GoToAsync("hello is this thing on");
        await _visitor.PressAsync("x");
        await _visitor.Page.GetByLabel("Reason").FillAsync("A test call.");
        await _visitor.PressAsync("Enter");
        await _visitor.Page.GetByText("is set aside.").WaitForAsync();
        await _visitor.Page.GetByText("2 utterances left in 1 transcript, 1 done").WaitForAsync();
        Assert.Equal("new", (string)(await _server.DocumentAsync(test))["status"]!);

        // With suggestions that are open it is asked what becomes of them.
        await GoToAsync("the invoice is wrong");
        await _visitor.PressAsync("a");
        await GoToAsync("where can i park");
        await _visitor.PressAsync("Control+Enter");
        await _visitor.Page.GetByText("1 suggestion is undecided.").WaitForAsync();
        await _visitor.PressAsync("x");
        await _visitor.Page.GetByText("is done.").WaitForAsync();
        document = await _server.DocumentAsync(last);
        Assert.Equal(
            ("done", "billing_question", "rejected"),
            ((string)document["status"]!, (string)document["turns"]![0]!["intent"]!, (string)document["turns"]![1]!["state"]!)
        );

        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Set aside" }).ClickAsync();
        await _visitor.Page.GetByText("A test call.").WaitForAsync();
        await _visitor.Page.GetByText("Take back").ClickAsync();
        await _visitor.Page.GetByText("No transcript is set aside").WaitForAsync();
        await _visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Utterances" }).ClickAsync();
        await _visitor.Page.GetByText("1 utterance left in 1 transcript, 2 done").WaitForAsync();
    }

    [Fact]
    public async Task What_was_decided_before_is_completed_at_once_reopened_and_commented_on()
    {
        var chat = await _server.NewTranscriptAsync(_project, ("patient", "more pills", "refill_prescription"));
        await _server.NewTranscriptAsync(_project, ("patient", "a slot on monday", "book_appointment"));
        await OpenAsync();
        await GoToAsync("more pills");
        await _visitor.PressAsync("a");
        await _visitor.Page.GetByTestId("offered").WaitForAsync();
        await _visitor.SavedAsync();
        await _visitor.Page.ReloadAsync();
        await _visitor.Page.Locator(".utterance-row").First.WaitForAsync();
        await _visitor.PressAsync("f");
        await _visitor.Page.GetByText("Complete it").WaitForAsync();
        await _visitor.PressAsync("Enter");
        await _visitor.Page.GetByText("1 transcript is done.").WaitForAsync();
        Assert.Equal("done", (string)(await _server.DocumentAsync(chat))["status"]!);

        await _visitor.Page.GetByLabel("Which utterances").SelectOptionAsync("all");
        await _visitor.Page.Locator(".utterance-row.decided").WaitForAsync();
        await GoToAsync("more pills");
        await _visitor.PressAsync("O");
        await _visitor.Page.GetByText("is open again.").WaitForAsync();
        Assert.Equal("in_progress", (string)(await _server.DocumentAsync(chat))["status"]!);

        await _visitor.PressAsync("\"");
        await _visitor.Page.GetByRole(AriaRole.Textbox, new() { Name = "Comment" }).FillAsync("Which pills?");
        await _visitor.PressAsync("Control+Enter");
        await _visitor.Page.GetByTestId("thread").GetByText("patient: “more pills”").WaitForAsync();
        var comments = await _server.Client.GetJsonAsync($"/v1/documents/{chat}/comments");
        Assert.Equal((0, 10), ((int)comments["items"]![0]!["start"]!, (int)comments["items"]![0]!["end"]!));
    }

    private Task<string> ProgressAsync() => _visitor.Page.GetByTestId("progress").InnerTextAsync();

    private async Task GoToAsync(string words)
    {
        await _visitor.PressAsync("k", "k", "k", "k", "k");
        for (var i = 0; i < 6 && !await AskedAsync(); i++)
        {
            await _visitor.PressAsync("j");
        }

        Assert.True(await AskedAsync());

        async Task<bool> AskedAsync() =>
            (await _visitor.Page.Locator(".nearby-turn.asked").InnerTextAsync()).Contains(words, StringComparison.Ordinal);
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
