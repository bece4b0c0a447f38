using System.Net.Http.Json;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

public class TrustedProxyTests
{
    [Theory]
    [InlineData("127.0.0.1", true, "https")]
    [InlineData("198.51.100.1, ::ffff:127.0.0.1", true, "HTTPS")]
    [InlineData("127.0.0.1", true, "http, https")] // the proxy's own is the last
    [InlineData("127.0.0.1", true, "http", "https")]
    [InlineData("127.0.0.1", false, "https, http")]
    [InlineData("127.0.0.1", false, "http")]
    [InlineData("127.0.0.1", false)]
    [InlineData("192.0.2.1", false, "https")] // from elsewhere than the proxy
    [InlineData(null, false, "https")] // no proxy is known
    public async Task Cookies_are_secure_when_the_known_proxy_says_that_the_browser_came_over_tls(
        string? proxies,
        bool secure,
        params string[] schemes
    )
    {
        var given = ServerOptions.Parse(proxies is null ? [] : ["--trusted-proxy", proxies], null, "/");
        await using var server = await RunningServer.StartAsync(change: o => o with { TrustedProxies = given.TrustedProxies });
        var token = server.App.Services.GetRequiredService<SessionStore>().CreateSignInToken(TimeSpan.FromMinutes(1), "test");

        var cookie = await SetCookie(server, "/v1/sign-in", new { token }, null, schemes);
        Assert.StartsWith(SessionCookie.Name, cookie, StringComparison.Ordinal);
        Assert.Equal(secure, IsSecure(cookie));
        // A browser replaces a secure cookie by a secure one only.
        Assert.Equal(secure, IsSecure(await SetCookie(server, "/v1/sign-out", null, cookie.Split(';')[0], schemes)));
    }

    private static bool IsSecure(string cookie) =>
        cookie.Split(';', StringSplitOptions.TrimEntries).Contains("secure", StringComparer.OrdinalIgnoreCase);

    private static async Task<string> SetCookie(RunningServer server, string path, object? body, string? cookie, string[] schemes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        foreach (var scheme in schemes)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", scheme);
        }

        using var response = await server.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return Assert.Single(response.Headers.GetValues("Set-Cookie"));
    }
}
