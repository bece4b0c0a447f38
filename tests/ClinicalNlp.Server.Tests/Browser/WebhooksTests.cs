using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Tests.Access;
using ClinicalNlp.Server.Tests.Webhooks;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class WebhooksTests(Chromium chromium) : IAsyncLifetime
{
    private RunningServer _server = null!;
    private Receiver _receiver = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _server = await RunningServer.StartAsync(change: options => options with { WebhookHosts = ["127.0.0.1"] });
        _project = await _server.NewProjectAsync("Letters");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_address_is_added_tested_and_its_deliveries_are_seen()
    {
        await using var owner = await chromium.VisitAsync(_server.Url);
        await owner.Page.GotoAsync("/#/people");
        var hooks = owner.Page.GetByRole(AriaRole.Region, new() { Name = "Webhooks of Letters" });
        await hooks.GetByLabel("Address").FillAsync("http://example.org/hooks");
        await owner.PressAsync("Enter");
        await hooks.GetByText("webhook_refused").WaitForAsync();
        await hooks.GetByLabel("Address").FillAsync(_receiver.Url);
        await hooks.GetByLabel("a document is withdrawn").CheckAsync();
        await hooks.GetByRole(AriaRole.Button, new() { Name = "Add a webhook" }).ClickAsync();
        string secret = await hooks.GetByLabel($"Secret for {_receiver.Url}.").InputValueAsync();

        var hook = hooks.GetByTestId("webhook");
        await hook.GetByRole(AriaRole.Button, new() { Name = "Deliveries" }).ClickAsync();
        await hook.GetByText("Nothing was sent yet.").WaitForAsync();
        await hook.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        Assert.True((await _receiver.NextAsync()).IsSignedBy(secret));
        await hook.GetByText("delivered").WaitForAsync();
        await ShotAsync(owner, "webhooks");

        await owner.Page.ReloadAsync();
        await hook.WaitForAsync();
        Assert.Equal(0, await owner.Page.GetByLabel($"Secret for {_receiver.Url}.").CountAsync());
        await hook.GetByRole(AriaRole.Button, new() { Name = $"Remove {_receiver.Url}" }).ClickAsync();
        await hooks.GetByText("No programme is told anything yet.").WaitForAsync();
    }

    [Fact]
    public async Task An_address_is_changed_paused_and_given_a_new_secret()
    {
        await _server.Client.PostAsync(
            $"/v1/projects/{_project}/webhooks",
            new JsonObject { ["url"] = _receiver.Url, ["events"] = new JsonArray("document.completed") }
        );
        await using var owner = await chromium.VisitAsync(_server.Url);
        await owner.Page.GotoAsync("/#/people");
        var hook = owner.Page.GetByTestId("webhook");
        await Button("New secret…").ClickAsync();
        await ShotAsync(owner, "webhook-rotate");
        await Button("Make a new secret").ClickAsync();
        string secret = await owner.Page.GetByLabel($"Secret for {_receiver.Url}.").InputValueAsync();
        await hook.GetByText("Signed with the old secret too").WaitForAsync();

        await Button("Pause").ClickAsync();
        await hook.GetByText("messages wait").WaitForAsync();
        await Button("Send a test").ClickAsync();
        await Button("Change…").ClickAsync();
        await hook.GetByLabel("New address").FillAsync($"{_receiver.Url}?to=letters");
        await hook.GetByLabel("a document is withdrawn").CheckAsync();
        await ShotAsync(owner, "webhook-change");
        await Button("Save").ClickAsync();
        await hook.GetByText($"{_receiver.Url}?to=letters").WaitForAsync();
        await hook.GetByText("a document is finished, a document is withdrawn").WaitForAsync();
        Assert.False(_receiver.HasMore);
        await Button("Resume").ClickAsync();
        var message = await _receiver.NextAsync();
        Assert.True(message.IsSignedBy(secret));
        Assert.Equal(2, message.Signature.Split(' ').Length);
        await hook.GetByText("active").WaitForAsync();

        ILocator Button(string name) => hook.GetByRole(AriaRole.Button, new() { Name = name });
    }

    [Fact]
    public async Task Withdrawn_documents_are_listed_and_restored_by_those_who_may()
    {
        string back = await AddAsync("back-1");
        string gone = await AddAsync("gone-1");
        foreach (string id in new[] { back, gone })
        {
            await _server.Client.PostAsync($"/v1/documents/{id}/withdraw", JsonNode.Parse("""{"reason":"wrong_patient"}""")!);
        }

        await _server.Client.PostAsync($"/v1/documents/{gone}/erase", new JsonObject());
        await using var owner = await chromium.VisitAsync(_server.Url);
        await owner.Page.GotoAsync($"/#/projects/{_project}");
        await owner.Page.GetByText("No documents yet").WaitForAsync();
        await owner.Page.GetByLabel("withdrawn ones").CheckAsync();
        await owner.Page.GetByText("erased on").WaitForAsync();
        Assert.Equal(1, await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).CountAsync());
        await ShotAsync(owner, "withdrawn");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Restore back-1" }).ClickAsync();
        await owner.Page.GetByText("back-1 is in use again.").WaitForAsync();
        await owner.Page.GetByLabel("External id of an erased document").FillAsync("gone-2");
        await owner.PressAsync("Enter");
        await owner.Page.GetByText("not_found").WaitForAsync();
        await owner.Page.GetByLabel("External id of an erased document").FillAsync("gone-1");
        await owner.PressAsync("Enter");
        await owner.Page.GetByText("A document may come in under this id again.").WaitForAsync();
        await AddAsync("gone-1");
        await owner.Page.GetByLabel("withdrawn ones").UncheckAsync();
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "back-1" }).WaitForAsync();

        var account = Annotator();
        await using var annotator = await chromium.VisitAsync(_server.Url);
        await annotator.Page.Context.AddCookiesAsync([account]);
        await annotator.Page.GotoAsync($"/#/projects/{_project}");
        await annotator.Page.GetByRole(AriaRole.Link, new() { Name = "back-1" }).WaitForAsync();
        Assert.Equal(0, await annotator.Page.GetByLabel("withdrawn ones").CountAsync());

        async Task<string> AddAsync(string externalId) =>
            (
                await _server.Client.PostAsync(
                    $"/v1/projects/{_project}/documents",
                    new JsonObject { ["documents"] = new JsonArray(new JsonObject { ["text"] = "A letter.", ["externalId"] = externalId }) }
                )
            )["items"]![0]!.Id();
    }

    /// <summary>The cookie of somebody who only annotates.</summary>
    private Cookie Annotator()
    {
        using var client = _server.SignInAs("anna", _project);
        string[] cookie = client.DefaultRequestHeaders.GetValues("Cookie").Single().Split('=', 2);
        return new Cookie
        {
            Name = cookie[0],
            Value = cookie[1],
            Url = _server.Url.ToString(),
        };
    }

    [Fact]
    public async Task Who_has_a_document_open_hears_that_somebody_else_saved_it()
    {
        string note = await _server.NewNoteAsync(_project, "Takes metformin for gout.", ("gout", "MEDICATION", 0.6));
        await using var reader = await chromium.VisitAsync(_server.Url);
        await reader.OpenNoteAsync(note);
        using var ana = _server.SignInAs("ana", _project, ProjectRole.Reviewer);
        var mention = (await _server.DocumentAsync(note))["mentions"]![0]!.Id();
        await ana.PostAsync(
            $"/v1/documents/{note}/corrections",
            new JsonObject
            {
                ["revision"] = 0,
                ["changes"] = new JsonArray(
                    new JsonObject
                    {
                        ["action"] = "relabel",
                        ["mentionId"] = mention,
                        ["label"] = "PROBLEM",
                    }
                ),
            }
        );
        var notice = reader.Page.GetByTestId("saved-elsewhere");
        await notice.GetByText("Somebody else has saved this document.").WaitForAsync();
        await ShotAsync(reader, "saved-elsewhere");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Show theirs" }).ClickAsync();
        await notice.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await reader.Page.Locator(".current-facts .tag").GetByText("PROBLEM").WaitForAsync();
    }

    [Fact]
    public async Task A_list_of_documents_shows_what_others_finish()
    {
        string note = await _server.NewNoteAsync(_project, "Nothing to mark.");
        await using var reader = await chromium.VisitAsync(_server.Url);
        await reader.Page.GotoAsync($"/#/projects/{_project}");
        await reader.Page.GetByRole(AriaRole.Heading, new() { Name = "Letters" }).WaitForAsync();
        Assert.Equal(0, await reader.Page.Locator("tbody .chip.status-done").CountAsync());
        await _server.Client.PostAsync($"/v1/documents/{note}/complete", new JsonObject { ["revision"] = 0 });
        await reader.Page.Locator("tbody .chip.status-done").WaitForAsync();
    }

    /// <summary>Pictures for people to look at, where a folder for them is named.</summary>
    private static async Task ShotAsync(Visitor visitor, string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (theme, scheme) in new[] { ("light", ColorScheme.Light), ("dark", ColorScheme.Dark) })
        {
            await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}.png"), FullPage = true });
        }
    }
}
