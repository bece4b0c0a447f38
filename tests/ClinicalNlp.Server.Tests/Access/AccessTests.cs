using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class AccessTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    private HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(configure: new ShiftedTime(frozen: true).Register);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Open_on_loopback_until_the_first_key_is_made()
    {
        Assert.Equal("loopback", (string)(await Client.GetJsonAsync("/v1/me"))["kind"]!);
        var key = await Client.PostAsync("/v1/keys", new JsonObject { ["name"] = "bot" });
        var secret = (string)key["key"]!;

        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_required"), await Get("/v1/me"));
        var (status, me) = await Client.SendAsync(HttpMethod.Get, "/v1/me", bearer: secret);
        Assert.Equal((HttpStatusCode.OK, "bot", "key"), (status, (string)me["name"]!, (string)me["kind"]!));
        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_required"), await Get("/v1/me", bearer: secret + "x"));

        var (_, keys) = await Client.SendAsync(HttpMethod.Get, "/v1/keys", bearer: secret);
        Assert.DoesNotContain(secret, keys.ToJsonString(), StringComparison.Ordinal);

        await Client.SendAsync(HttpMethod.Delete, $"/v1/keys/{key.Id()}", bearer: secret);
        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_required"), await Get("/v1/me", bearer: secret));
        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_required"), await Get("/v1/me")); // the last key gone does not open it again
    }

    [Fact]
    public async Task Every_endpoint_but_health_and_sign_in_asks_who_is_there()
    {
        await Client.PostAsync("/v1/keys", new JsonObject { ["name"] = "bot" });
        foreach (
            var (method, path) in _server
                .Routes()
                .Where(r => r.Path.StartsWith("/v1", StringComparison.Ordinal) && r.Path is not ("/v1/sign-in" or "/v1/accept-invitation"))
        )
        {
            var (status, body) = await Client.SendAsync(method, path, method == HttpMethod.Get ? null : new JsonObject());
            Assert.True((status, body.Code()) == (HttpStatusCode.Unauthorized, "sign_in_required"), $"{method} {path}: {status}");
        }

        Assert.Equal(HttpStatusCode.OK, (await Get("/health")).Status);
    }

    [Fact]
    public async Task The_link_works_once()
    {
        await Client.PostAsync("/v1/keys", new JsonObject { ["name"] = "bot" });
        var link = SignInLink.Create(_server.App.Services.GetRequiredService<SessionStore>(), _server.Url.ToString());
        using var first = await Client.GetAsync(link);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal("/", first.Headers.Location!.OriginalString);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        using var second = await Client.GetAsync(link);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Contains("does not work any more", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var pair = cookie.Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, (await Get("/v1/me", cookie: pair)).Status);
        using var signOut = new HttpRequestMessage(HttpMethod.Post, "/v1/sign-out");
        signOut.Headers.Add("Cookie", pair);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.SendAsync(signOut)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get("/v1/me", cookie: pair)).Status);
    }

    [Fact]
    public async Task A_token_can_be_spent_over_the_api()
    {
        var token = _server.App.Services.GetRequiredService<SessionStore>().CreateSignInToken(TimeSpan.FromMinutes(1), "test");
        var (status, _) = await Client.SendAsync(HttpMethod.Post, "/v1/sign-in", new JsonObject { ["token"] = token });
        Assert.Equal(HttpStatusCode.NoContent, status);
        var (again, problem) = await Client.SendAsync(HttpMethod.Post, "/v1/sign-in", new JsonObject { ["token"] = token });
        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_refused"), (again, problem.Code()));
    }

    [Fact]
    public async Task Guessing_tokens_is_slowed_down()
    {
        for (var i = 0; i < SignInThrottle.AllowedPerAddress; i++)
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                (await Client.SendAsync(HttpMethod.Post, "/v1/sign-in", new JsonObject { ["token"] = $"guess {i}" })).Status
            );
        }

        using var refused = await Client.PostAsync(new Uri("/v1/sign-in", UriKind.Relative), JsonContent.Create(new { token = "guess" }));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("too_many_attempts", JsonNode.Parse(await refused.Content.ReadAsStringAsync())!.Code());
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("Host", "evil.example")] // a DNS name rebound to 127.0.0.1
    [InlineData("X-Forwarded-For", "203.0.113.9")] // a proxy on this machine
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    public async Task Loopback_is_open_only_to_direct_local_requests(string header, string value) =>
        Assert.Equal((HttpStatusCode.Unauthorized, "sign_in_required"), await Get("/v1/me", header: (header, value)));

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    public async Task A_page_of_another_site_is_refused(string origin) =>
        Assert.Equal((HttpStatusCode.Forbidden, "cross_origin"), await Get("/v1/me", header: ("Origin", origin)));

    [Fact]
    public async Task The_own_page_is_not() =>
        Assert.Equal(HttpStatusCode.OK, (await Get("/v1/me", header: ("Origin", _server.Url.GetLeftPart(UriPartial.Authority)))).Status);

    [Theory]
    [InlineData("http://0.0.0.0:80", "http://127.0.0.1:80")]
    [InlineData("http://[::]:5080", "http://127.0.0.1:5080")]
    [InlineData("http://+:5080", "http://127.0.0.1:5080")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    public void The_printed_address_can_be_opened(string listening, string printed) =>
        Assert.Equal(printed, SignInLink.Reachable(listening));

    private async Task<(HttpStatusCode Status, string Code)> Get(
        string path,
        string? bearer = null,
        string? cookie = null,
        (string Name, string Value)? header = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (bearer is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {bearer}");
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (header is { } h)
        {
            request.Headers.TryAddWithoutValidation(h.Name, h.Value);
        }

        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.Code() : "");
    }
}
