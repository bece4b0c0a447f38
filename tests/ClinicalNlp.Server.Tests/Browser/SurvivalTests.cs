using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

/// <summary>The service as a process of its own, killed without warning while somebody works.</summary>
[Collection(Chromium.Name)]
public sealed class SurvivalTests(Chromium chromium) : IAsyncLifetime
{
    private const string Text = "Started metformin 500 mg for diabetes 😀.\r\nNo chest pain.";

    private readonly string _data = Directory.CreateTempSubdirectory("clinicalnlp-kill-").FullName;
    private readonly int _port = FreePort.Take();
    private ServerProcess? _process;
    private string _id = "";

    private HttpClient Client => _process!.Client;

    private Uri Url => new($"http://127.0.0.1:{_port}/");

    public async ValueTask InitializeAsync()
    {
        // Written by a service in this process, because only there a test can put suggestions in.
        await using (var server = await RunningServer.StartAsync(_data))
        {
            _id = await server.NewNoteAsync(
                await server.NewProjectAsync("Survival"),
                Text,
                ("metformin", "MEDICATION", 0.9),
                ("500 mg", "DOSAGE", 0.9),
                ("diabetes", "MEDICATION", 0.5)
            );
        }

        await StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_service_is_killed_and_what_was_pending_is_sent_when_it_is_back()
    {
        await using var visitor = await chromium.VisitAsync(Url);
        await visitor.OpenNoteAsync(_id);
        await visitor.PressAsync("a");
        await visitor.SavedAsync();

        await KillAsync();
        await visitor.PressAsync("x", "p");
        await visitor.StateAsync("offline");
        Assert.Equal("2", await visitor.Page.GetByTestId("saving").GetAttributeAsync("data-waiting"));

        await StartAsync();
        await visitor.SavedAsync();
        Assert.Equal(["metformin MEDICATION accepted", "diabetes PROBLEM accepted"], await MarkedAsync());
    }

    [Fact]
    public async Task What_was_pending_survives_the_closing_of_the_page_too()
    {
        await using var visitor = await chromium.VisitAsync(Url);
        await visitor.OpenNoteAsync(_id);
        await KillAsync();
        await visitor.PressAsync("a", "j", "p");
        await visitor.DragOverAsync("chest pain");
        await visitor.PressAsync("p", "{"); // chest pain, then only chest: built upon a mention that the service has not seen
        await visitor.StateAsync("offline");
        await visitor.CloseAndOpenAgainAsync();

        await StartAsync();
        await visitor.Page.GotoAsync("/"); // not even the document: the list is enough
        await visitor.SentAllAsync();

        Assert.Equal(
            ["metformin MEDICATION accepted", "500 mg DOSAGE suggested", "diabetes PROBLEM accepted", "chest PROBLEM added"],
            await MarkedAsync()
        );
    }

    [Fact]
    public async Task An_answer_that_was_lost_does_not_make_the_change_twice()
    {
        await using var visitor = await chromium.VisitAsync(Url);
        var lost = false;
        await visitor.Page.RouteAsync(
            "**/corrections",
            async route =>
            {
                await route.FetchAsync();
                if (lost)
                {
                    await route.ContinueAsync();
                    return;
                }

                lost = true;
                await route.AbortAsync(); // the service has stored it; the page never hears of it
            }
        );
        await visitor.OpenNoteAsync(_id);

        await visitor.DragOverAsync("chest pain");
        await visitor.PressAsync("p");
        await visitor.SavedAsync();

        Assert.True(lost);
        Assert.Single(await MarkedAsync(), m => m == "chest pain PROBLEM added");
        var history = await Client.GetJsonAsync($"/v1/documents/{_id}/history");
        Assert.Single(history["items"]!.AsArray());
    }

    [Fact]
    public async Task Completed_without_a_word_back_is_shown_as_done_once_the_line_is_back()
    {
        await using var visitor = await chromium.VisitAsync(Url);
        await visitor.Page.RouteAsync(
            "**/complete",
            async route =>
            {
                await route.FetchAsync(); // the service does it; the page never hears of it
                await route.AbortAsync();
            }
        );
        await visitor.OpenNoteAsync(_id);
        await visitor.PressAsync("Control+Enter");
        await visitor.PressAsync("a"); // what is undecided is accepted
        await visitor.Page.GetByText("unreachable").WaitForAsync();
        Assert.Equal("done", (string)(await Client.GetJsonAsync($"/v1/documents/{_id}"))["status"]!);

        await visitor.Page.Locator(".status-done").WaitForAsync();
        await visitor.Page.GetByText("unreachable").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [Fact]
    public async Task Signing_in_is_asked_for_once_a_key_exists_and_pasting_the_link_is_enough()
    {
        await Client.PostAsync("/v1/keys", new JsonObject { ["name"] = "robot" });
        await KillAsync();
        await StartAsync();
        await using var visitor = await chromium.VisitAsync(Url);

        await visitor.Page.GotoAsync($"/#/documents/{_id}");
        await visitor.Page.GetByLabel("Sign-in link or token").FillAsync("not the token");
        await visitor.PressAsync("Enter");
        await visitor.Page.GetByText("sign_in_refused").WaitForAsync();
        await visitor.Page.GetByLabel("Sign-in link or token").FillAsync(_process!.Link.ToString());
        await visitor.PressAsync("Enter");
        await visitor.Page.Locator(".cm-content").WaitForAsync();
        await visitor.PressAsync("a");
        await visitor.SavedAsync();

        // The session outlives the service.
        await KillAsync();
        await StartAsync();
        await visitor.PressAsync("a");
        await visitor.SavedAsync();
    }

    [Fact]
    public async Task A_session_that_ends_while_somebody_works_loses_nothing()
    {
        await Client.PostAsync("/v1/keys", new JsonObject { ["name"] = "robot" });
        await KillAsync();
        await StartAsync();
        await using var visitor = await chromium.VisitAsync(Url);
        await visitor.Page.GotoAsync(_process!.Link.ToString());
        await visitor.OpenNoteAsync(_id);
        await visitor.PressAsync("a");
        await visitor.SavedAsync();

        await visitor.Page.Context.ClearCookiesAsync();
        await visitor.PressAsync("x");
        var token = visitor.Page.GetByLabel("Sign-in link or token");
        await token.WaitForAsync();
        await KillAsync(); // each start makes a new link
        await StartAsync();
        await token.FillAsync(_process!.Link.ToString());
        await visitor.PressAsync("Enter");
        await visitor.SavedAsync();
        Assert.Equal(["metformin MEDICATION accepted", "diabetes MEDICATION suggested"], await SeenAsync(visitor));

        await visitor.Page.Locator(".cm-content").WaitForAsync();
        await visitor.PressAsync("Control+z", "Control+z"); // what was done before it ended can be taken back after it
        await visitor.SavedAsync();
        Assert.All(await SeenAsync(visitor), m => Assert.EndsWith(" suggested", m, StringComparison.Ordinal));
    }

    /// <summary>What the service holds, asked with the visitor's own session.</summary>
    private async Task<List<string>> SeenAsync(Visitor visitor) =>
        Desk.Marked(
            JsonNode.Parse(
                await visitor.Page.EvaluateAsync<string>(
                    "id => fetch(`/v1/documents/${id}?offsetUnit=utf16CodeUnit`).then((answer) => answer.text())",
                    _id
                )
            )!
        );

    private async Task<List<string>> MarkedAsync() =>
        Desk.Marked(await Client.GetJsonAsync($"/v1/documents/{_id}?offsetUnit=utf16CodeUnit"));

    private async Task StartAsync() =>
        _process = await ServerProcess.StartAsync(
            "--port",
            $"{_port}",
            "--data",
            _data,
            "--models",
            Path.Combine(_data, "no-models"),
            "--no-demo"
        );

    private async Task KillAsync()
    {
        await _process!.KillAsync();
        _process.Dispose();
        _process = null;
    }
}
