using System.Text.Encodings.Web;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ClinicalNlp.Server.Access;

/// <summary>Says who makes a request: an API key, a signed-in session, or a programme on this machine while no key was ever made.</summary>
public sealed class AccessHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AccessStore store
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "access";
    private const string BearerPrefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemAnswer.WriteAsync(
            Context,
            "sign_in_required",
            "Open the sign-in link that the service printed when it started, or send an API key as Authorization: Bearer."
        );
    }

    private AuthenticateResult Authenticate()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.Length > 0)
        {
            // A wrong key is not made good by where it was sent from.
            return
                authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
                && store.FindKey(authorization[BearerPrefix.Length..].Trim()) is { } key
                ? Success(key.Name, Caller.Key)
                : AuthenticateResult.Fail("unknown key");
        }

        return SessionCookie.Read(Request) is { } secret && store.FindSession(secret) is { } session ? Success(session.Name, Caller.Session)
            : LoopbackGuard.IsLocal(Context) && !store.AnyKeyEverMade() ? Success("local", Caller.Loopback)
            : AuthenticateResult.NoResult();
    }

    private static AuthenticateResult Success(string name, string kind) =>
        AuthenticateResult.Success(new AuthenticationTicket(Caller.Principal(name, kind), SchemeName));
}
