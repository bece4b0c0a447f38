using System.Text.Encodings.Web;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ClinicalNlp.Server.Access;

/// <summary>Says who makes a request: an API key, a signed-in session, or a programme on this machine while no key and no password was ever made.</summary>
public sealed class AccessHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    KeyStore keys,
    SessionStore sessions,
    AccountStore accounts,
    KnownPeople people,
    ServerOptions server
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
            "Sign in, open the sign-in link that the service printed when it started, or send an API key as Authorization: Bearer."
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
                && keys.Find(authorization[BearerPrefix.Length..].Trim()) is { } key
                ? Success(Caller.Programme(key.Name, Caller.Key, Rights.OfKey(key.Scopes, key.ProjectId)))
                : AuthenticateResult.Fail("unknown key");
        }

        if (server.TrustedHeader?.Read(Context) is { } name)
        {
            return people.Find(name) is { } known
                ? Success(Caller.Person(known, Caller.Header))
                : AuthenticateResult.Fail("unknown person");
        }

        return SessionCookie.Read(Request) is { } secret && sessions.Find(secret) is { } person
                ? Success(Caller.Person(person, Caller.Session))
            : server is { TrustedHeader: null, OpenId: null } && LoopbackGuard.IsLocal(Context) && !accounts.MustSignIn()
                ? Success(Caller.Programme("local", Caller.Loopback, Rights.Administrator))
            : AuthenticateResult.NoResult();
    }

    private static AuthenticateResult Success(System.Security.Claims.ClaimsPrincipal caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(caller, SchemeName));
}
