using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Tests.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace ClinicalNlp.Server.Tests.Browser;

[Collection(Chromium.Name)]
public sealed class PeopleTests(Chromium chromium) : IAsyncLifetime
{
    private const string Secret = "correct horse battery";
    private RunningServer _server = null!;
    private string _project = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _project = await _server.NewProjectAsync("Letters");
        await _server.NewNoteAsync(_project, "Seen for chest pain.", ("chest pain", "PROBLEM", 0.9));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_owner_invites_a_person_who_chooses_a_password_and_works()
    {
        await using var owner = await OwnerAsync();
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "People", Exact = true }).ClickAsync();
        var everybody = owner.Page.GetByRole(AriaRole.Region, new() { Name = "Everybody" });
        await everybody.GetByLabel("Name", new() { Exact = true }).FillAsync("ana");
        await everybody.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        var link = await owner.Page.GetByLabel("Link for ana.").InputValueAsync();
        await owner.Page.Locator("[data-testid=account][data-name=ana] .chip", new() { HasText = "invited" }).WaitForAsync();
        await ShotAsync(owner, "people");

        await using var ana = await chromium.VisitAsync(_server.Url);
        await ana.Page.GotoAsync(link);
        await ana.Page.GetByRole(AriaRole.Heading, new() { Name = "Welcome, ana" }).WaitForAsync();
        await ana.Page.GetByLabel("Password").FillAsync("too short");
        await ana.PressAsync("Enter");
        await ana.Page.GetByText("password_too_short").WaitForAsync();
        await ShotAsync(ana, "invitation");
        await ana.Page.GetByLabel("Password").FillAsync(Secret);
        await ana.PressAsync("Enter");
        await ana.Page.GetByRole(AriaRole.Heading, new() { Name = "Letters" }).WaitForAsync();
        Assert.DoesNotContain("invitation", ana.Page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await ana.Page.GetByRole(AriaRole.Link, new() { Name = "People", Exact = true }).CountAsync());
        Assert.Equal(0, await ana.Page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).CountAsync());

        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await ana.Page.GetByLabel("Name").FillAsync("ana");
        await ana.Page.GetByLabel("Password").FillAsync("not " + Secret);
        await ana.PressAsync("Enter");
        await ana.Page.GetByText("sign_in_refused").WaitForAsync();
        await ShotAsync(ana, "sign-in");
        await ana.Page.GetByLabel("Password").FillAsync(Secret);
        await ana.PressAsync("Enter");
        await ana.Page.GetByRole(AriaRole.Link, new() { Name = "ana" }).ClickAsync();
        await ana.Page.GetByTestId("session").GetByText("this one").WaitForAsync();
        await ShotAsync(ana, "account");

        await owner.Page.ReloadAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Disable ana" }).ClickAsync();
        await owner.Page.Locator("[data-testid=account][data-name=ana] .chip", new() { HasText = "disabled" }).WaitForAsync();
        await ana.Page.ReloadAsync();
        await ana.Page.GetByLabel("Sign-in link or token").WaitForAsync();
    }

    [Fact]
    public async Task A_manager_gives_out_the_roles_of_the_own_project()
    {
        _server.SignInAs("ana").Dispose();
        await using var max = await ManagerAsync("max");
        await max.Page.GetByRole(AriaRole.Link, new() { Name = "People", Exact = true }).ClickAsync();
        var members = max.Page.GetByRole(AriaRole.Region, new() { Name = "In Letters" });
        await members.GetByLabel("Name", new() { Exact = true }).FillAsync("ana");
        await members.GetByRole(AriaRole.Button, new() { Name = "Add to the project" }).ClickAsync();
        await members.GetByLabel("Role of ana").SelectOptionAsync("reviewer");
        await members.GetByLabel("Role of ana").WaitForAsync();
        Assert.Equal(0, await max.Page.GetByRole(AriaRole.Heading, new() { Name = "API keys" }).CountAsync());
        await ShotAsync(max, "members");

        await Eventually(() => _server.App.Services.GetRequiredService<MembershipStore>().List(_project)[0].Role == ProjectRole.Reviewer);
        await members.GetByRole(AriaRole.Button, new() { Name = "Remove ana from Letters" }).ClickAsync();
        await Eventually(() => _server.App.Services.GetRequiredService<MembershipStore>().List(_project).Count == 1);
    }

    [Fact]
    public async Task A_key_is_shown_once_and_revoked()
    {
        await using var owner = await OwnerAsync();
        await owner.Page.GotoAsync("/#/people");
        var keys = owner.Page.GetByRole(AriaRole.Region, new() { Name = "API keys" });
        await keys.GetByLabel("Name", new() { Exact = true }).FillAsync("bot");
        await keys.GetByRole(AriaRole.Checkbox, new() { Name = "annotate" }).CheckAsync();
        await keys.GetByLabel("Where").SelectOptionAsync("Letters");
        await keys.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).ClickAsync();
        using var bot = _server.WithKey(await keys.GetByLabel("Key for bot.").InputValueAsync());
        Assert.Equal("bot", (string)(await bot.GetJsonAsync("/v1/me"))["name"]!);
        await ShotAsync(owner, "keys");

        await keys.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await keys.GetByRole(AriaRole.Button, new() { Name = "Revoke bot" }).ClickAsync();
        await keys.GetByRole(AriaRole.Button, new() { Name = "Show 1 that ended" }).ClickAsync();
        await keys.GetByText("revoked").WaitForAsync();
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await bot.SendAsync(HttpMethod.Get, "/v1/me")).Status);
    }

    [Fact]
    public async Task The_audit_log_is_searched_and_verified()
    {
        _server.SignInAs("ana", _project).Dispose();
        await using var owner = await OwnerAsync();
        await owner.Page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await owner.Page.GetByTestId("entry").First.WaitForAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Verify the chain" }).ClickAsync();
        await owner.Page.GetByText("all as they were written").WaitForAsync();
        await ShotAsync(owner, "audit");

        await owner.Page.GetByLabel("Action").FillAsync("role");
        await owner
            .Page.Locator("[data-testid=entry]")
            .Filter(new() { HasText = "project.created" })
            .WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Contains(
            "role annotator",
            await owner.Page.GetByTestId("entry").Filter(new() { HasText = "role.granted" }).InnerTextAsync(),
            StringComparison.Ordinal
        );
        await owner.Page.GetByLabel("Person or key").FillAsync("nobody");
        await owner.Page.GetByText("Nothing matches the filter").WaitForAsync();
    }

    private async Task<Visitor> OwnerAsync()
    {
        var visitor = await chromium.VisitAsync(_server.Url);
        var link = SignInLink.Create(_server.App.Services.GetRequiredService<SessionStore>(), _server.Url.ToString());
        await visitor.Page.GotoAsync(link);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "owner" }).WaitForAsync();
        return visitor;
    }

    private async Task<Visitor> ManagerAsync(string name)
    {
        var invited = await _server.Client.PostAsync(
            "/v1/accounts",
            new JsonObject { ["name"] = name, ["roles"] = new JsonArray(new JsonObject { ["projectId"] = _project, ["role"] = "manager" }) }
        );
        var visitor = await chromium.VisitAsync(_server.Url);
        await visitor.Page.GotoAsync((string)invited["path"]!);
        await visitor.Page.GetByLabel("Password").FillAsync(Secret);
        await visitor.PressAsync("Enter");
        await visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Letters" }).WaitForAsync();
        return visitor;
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 1200 && !condition(); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(condition());
    }

    /// <summary>Pictures in both themes, for people to look at, when a folder for them is named.</summary>
    private static async Task ShotAsync(Visitor visitor, string name)
    {
        if (Environment.GetEnvironmentVariable("CLINICALNLP_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (theme, scheme) in new[] { ("light", ColorScheme.Light), ("dark", ColorScheme.Dark) })
        {
            await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}.png") });
        }

        await visitor.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }
}
