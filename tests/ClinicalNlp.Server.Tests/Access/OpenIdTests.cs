using System.Net;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class OpenIdTests : IAsyncLifetime
{
    private TinyProvider _provider = null!;
    private RunningServer _server = null!;

    private AccountStore Accounts => _server.App.Services.GetRequiredService<AccountStore>();

    public async ValueTask InitializeAsync()
    {
        _provider = await TinyProvider.StartAsync();
        _server = await StartAsync(create: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_person_whom_the_provider_vouches_for_is_in_and_stays_the_same_by_another_name()
    {
        Accounts.Invite("ana", false, [], TimeSpan.FromDays(1), "test");
        Assert.Equal("Single sign-on", (string)(await _server.Client.GetJsonAsync("/v1/sign-in"))["singleSignOn"]!);
        using var ana = await SignIn("subject-1", "ana");
        Assert.Equal("ana", (string)(await ana!.GetJsonAsync("/v1/me"))["name"]!);
        using var renamed = await SignIn("subject-1", "ana.lopez");
        Assert.Equal("ana", (string)(await renamed!.GetJsonAsync("/v1/me"))["name"]!);

        // Somebody else who is called ana now is not she.
        Assert.Null(await SignIn("subject-2", "ana"));
        Accounts.Invite("ben", true, [], TimeSpan.FromDays(1), "test");
        Accounts.Change(Accounts.List().Single(a => a.Name == "ana").Id, administrator: false, disabled: true, "test");
        Assert.Null(await SignIn("subject-1", "ana"));
    }

    [Fact]
    public async Task Nobody_takes_over_an_account_by_being_called_like_it()
    {
        Accounts.Invite("boss", true, [], TimeSpan.FromDays(1), "test");
        var invited = Accounts.Invite("ana", false, [], TimeSpan.FromDays(1), "test");
        Accounts.Accept(invited.Token, "a hash", TimeSpan.FromHours(1), SessionPlace.Unknown);
        Assert.Null(await SignIn("subject-1", "boss"));
        Assert.Null(await SignIn("subject-1", "ana"));
        Assert.Null(await SignIn("subject-1", "owner"));
        Assert.Null(await SignIn("subject-1", "unknown"));
    }

    [Fact]
    public async Task Unknown_people_are_made_without_a_role_when_the_service_is_told_to()
    {
        await _server.DisposeAsync();
        _server = await StartAsync(create: true);
        using var carl = await SignIn("subject-3", "carl");
        var me = await carl!.GetJsonAsync("/v1/me");
        Assert.Equal(("carl", false, 0), ((string)me["name"]!, (bool)me["administrator"]!, me["roles"]!.AsArray().Count));
        Assert.Null(await SignIn("subject-4", "system"));
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("audience")]
    [InlineData("nonce")]
    public async Task A_token_that_is_not_for_this_sign_in_is_refused(string how)
    {
        Accounts.Invite("ana", false, [], TimeSpan.FromDays(1), "test");
        _provider.Forges = how == "forged";
        _provider.Audience = how == "audience" ? "another client" : TinyProvider.Client;
        _provider.Nonce = how == "nonce" ? "of another sign-in" : null;
        Assert.Null(await SignIn("subject-1", "ana"));
        Assert.Empty(_server.App.Services.GetRequiredService<SessionStore>().List(null));
    }

    [Fact]
    public async Task An_answer_to_a_sign_in_that_began_in_another_browser_is_refused()
    {
        Accounts.Invite("ana", false, [], TimeSpan.FromDays(1), "test");
        var (asked, _) = await Begin();
        Assert.Null(await End(_provider.Vouch(asked, "subject-1", "ana"), cookies: ""));
        Assert.Null(await End($"{_server.Url}sign-in/openid/callback?code=1&state=2", cookies: ""));
    }

    [Fact]
    public async Task With_single_sign_on_this_machine_is_not_open() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Client.SendAsync(HttpMethod.Get, "/v1/me")).Status);

    [Theory]
    [InlineData("--openid-authority", "http://provider.example", "--openid-client", "x")]
    [InlineData("--openid-authority", "https://provider.example")]
    [InlineData("--openid-client", "x")]
    [InlineData("--openid-authority", "provider", "--openid-client", "x")]
    public void Options_that_make_no_sense_are_refused(params string[] arguments) =>
        Assert.Equal("bad_option", Assert.Throws<UnusableInputException>(() => ServerOptions.Parse(arguments, null, "/")).Code);

    private Task<RunningServer> StartAsync(bool create)
    {
        var given = ServerOptions.Parse(["--openid-authority", _provider.Issuer, "--openid-client", TinyProvider.Client], null, "/");
        return RunningServer.StartAsync(change: o => o with { OpenId = given.OpenId, CreateUnknownPeople = create });
    }

    private async Task<HttpClient?> SignIn(string subject, string name)
    {
        var (asked, cookies) = await Begin();
        return await End(_provider.Vouch(asked, subject, name), cookies);
    }

    private async Task<(Uri Asked, string Cookies)> Begin()
    {
        using var response = await _server.Client.GetAsync(new Uri(OpenIdProvider.Path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        return (response.Headers.Location!, string.Join("; ", response.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0])));
    }

    private async Task<HttpClient?> End(string callback, string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, callback);
        if (cookies.Length > 0)
        {
            request.Headers.Add("Cookie", cookies);
        }

        using var response = await _server.Client.SendAsync(request);
        var session = response.Headers.TryGetValues("Set-Cookie", out var set)
            ? set.FirstOrDefault(c => c.StartsWith(SessionCookie.Name, StringComparison.Ordinal))
            : null;
        Assert.Equal(session is null ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, response.StatusCode);
        return session is null ? null : _server.WithCookie(session.Split(';')[0].Split('=', 2)[1]);
    }
}
