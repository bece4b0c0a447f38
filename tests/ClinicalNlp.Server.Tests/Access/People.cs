using ClinicalNlp.Annotation.Access;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicalNlp.Server.Tests.Access;

/// <summary>People with roles, and clients that are signed in as them.</summary>
public static class People
{
    /// <summary>Makes an account with a role in a project, signs it in, and returns a client that sends its cookie.</summary>
    public static HttpClient SignInAs(
        this RunningServer server,
        string name,
        string? projectId = null,
        ProjectRole role = ProjectRole.Annotator
    )
    {
        var services = server.App.Services;
        var roles = projectId is null ? [] : new[] { new ProjectMembership(projectId, role) };
        var invited = services.GetRequiredService<AccountStore>().Invite(name, false, roles, TimeSpan.FromDays(1), "test");
        return server.WithSession(invited.Account.Id);
    }

    public static HttpClient WithSession(this RunningServer server, string accountId) =>
        server.WithCookie(
            server
                .App.Services.GetRequiredService<SessionStore>()
                .Open(accountId, SignInWay.Password, TimeSpan.FromHours(1), SessionPlace.Unknown, "test")
                .Secret
        );

    /// <summary>Sends an API key with every request.</summary>
    public static HttpClient WithKey(this RunningServer server, string secret) => server.With("Authorization", $"Bearer {secret}");

    public static HttpClient WithCookie(this RunningServer server, string secret) =>
        server.With("Cookie", $"{Server.Access.SessionCookie.Name}={secret}");

    private static HttpClient With(this RunningServer server, string header, string value)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server.Url };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        return client;
    }
}
