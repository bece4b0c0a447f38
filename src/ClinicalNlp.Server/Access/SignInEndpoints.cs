using System.Globalization;
using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.Hosting;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

/// <summary>Either the token of the link that the service printed, or a name and a password.</summary>
public sealed record SignInRequest(string? Token = null, string? Name = null, string? Password = null);

/// <param name="Token">Of the invitation's link.</param>
/// <param name="Password">The one that is to be theirs from now on.</param>
public sealed record AcceptRequest(string Token, string Password);

/// <param name="SingleSignOn">What the button of single sign-on says; null without.</param>
/// <param name="SingleSignOnPath">Where it leads.</param>
/// <param name="ByProxy">A proxy in front says who people are.</param>
/// <param name="UnknownName">What the proxy calls the caller, who has no account that may come in; null when they have, and without a proxy.</param>
public sealed record SignInWays(string? SingleSignOn, string? SingleSignOnPath, bool ByProxy, string? UnknownName);

public static class SignInEndpoints
{
    private const string Refused = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in · ClinicalNlp</title>
        <body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
        <h1>This sign-in link does not work any more</h1>
        <p>Each link opens one session. A new link is printed, as the last line, each time the service starts: stop it, start it again with
        <code>./run.sh</code>, and open that link. If you have a password, or are signed in already, just go to the <a href="/">workbench</a>.</p>
        </body></html>
        """;

    /// <summary>The link of the terminal, outside <c>/v1</c>.</summary>
    public static void MapSignInLink(this IEndpointRouteBuilder app) =>
        app.MapGet("/sign-in", OpenLink).AllowAnonymous().ExcludeFromDescription();

    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access
            .MapGet("/sign-in", Ways)
            .AllowAnonymous()
            .Describe("getSignIn", "How people sign in, beside the link and a password.")
            .Fails(body: false)
            .Example(
                null,
                """{"singleSignOn":"Hospital account","singleSignOnPath":"/sign-in/openid","byProxy":false,"unknownName":null}"""
            );
        access
            .MapPost("/sign-in", SignIn)
            .AllowAnonymous()
            .Describe(
                "signIn",
                "Opens a session: for a name and a password, or for the one-time token of the link.",
                "Answered with the session's cookie."
            )
            .Fails(body: true, "sign_in_refused", "too_many_attempts")
            .Example("""{"name":"ana","password":"what only Ana knows"}""", null);
        access
            .MapPost("/accept-invitation", Accept)
            .AllowAnonymous()
            .Describe("acceptInvitation", "Spends an invitation: sets the person's password and opens a session.")
            .Fails(body: true, "sign_in_refused", "too_many_attempts", "password_too_short")
            .Example("""{"token":"the token of the invitation's link","password":"what only Ana knows"}""", null);
        access.MapPost("/sign-out", SignOut).RequireIdentity().Describe("signOut", "Ends the session.").Fails(body: false);
    }

    private static Ok<SignInWays> Ways(HttpContext context, ServerOptions options, ClaimsPrincipal user) =>
        TypedResults.Ok(
            new SignInWays(
                options.OpenId?.Title,
                options.OpenId is null ? null : OpenIdProvider.Path,
                options.TrustedHeader is not null,
                user.Identity?.IsAuthenticated == true ? null : options.TrustedHeader?.Read(context)
            )
        );

    private static async Task<NoContent> SignIn(
        SignInRequest request,
        HttpContext context,
        SessionStore sessions,
        Passwords passwords,
        SignInThrottle throttle,
        CancellationToken cancellation
    )
    {
        if (request.Token is { } token)
        {
            return TrySignIn(token, context, sessions, throttle)
                ? TypedResults.NoContent()
                : throw new ProblemException("sign_in_refused", "The token is wrong, was used, or is too old.");
        }

        if (request is not { Name: { } name, Password: { } password })
        {
            throw new ProblemException("missing_field", "Send a name and a password, or a token.");
        }

        var attempt = throttle.Begin(context.Connection.RemoteIpAddress, name);
        var (accountId, actor) =
            await passwords.CheckAsync(name, password, cancellation)
            ?? throw new ProblemException("sign_in_refused", "The name or the password is wrong.");
        attempt.Succeeded();
        SessionCookie.Write(
            context,
            sessions.Open(accountId, SignInWay.Password, SessionCookie.Lifetime, SessionCookie.PlaceOf(context), actor)
        );
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Accept(
        AcceptRequest request,
        HttpContext context,
        AccountStore accounts,
        Passwords passwords,
        SignInThrottle throttle,
        CancellationToken cancellation
    )
    {
        var attempt = throttle.Begin(context.Connection.RemoteIpAddress, null);
        if (accounts.FindInvitation(request.Token) is null)
        {
            throw RefusedInvitation();
        }

        attempt.Succeeded(); // what is wrong from here on is the new password, not who asks
        var hash = await passwords.HashAsync(request.Password, cancellation);
        var session =
            accounts.Accept(request.Token, hash, SessionCookie.Lifetime, SessionCookie.PlaceOf(context)) ?? throw RefusedInvitation();
        SessionCookie.Write(context, session);
        return TypedResults.NoContent();
    }

    private static ProblemException RefusedInvitation() =>
        new("sign_in_refused", "The invitation is wrong, was used, or is too old. An administrator can make a new one.");

    private static IResult OpenLink(HttpContext context, SessionStore store, SignInThrottle throttle, string token = "")
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            if (!TrySignIn(token, context, store, throttle))
            {
                return Results.Content(Refused, "text/html; charset=utf-8", statusCode: StatusCodes.Status401Unauthorized);
            }
        }
        catch (TooManyAttemptsException e)
        {
            context.Response.Headers.RetryAfter = e.RetryAfterSeconds!.Value.ToString(CultureInfo.InvariantCulture);
            return Results.Content(Refused, "text/html; charset=utf-8", statusCode: StatusCodes.Status429TooManyRequests);
        }

        context.Response.Headers.Location = "/";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static bool TrySignIn(string token, HttpContext context, SessionStore store, SignInThrottle throttle)
    {
        var attempt = throttle.Begin(context.Connection.RemoteIpAddress, null);
        if (store.SignIn(token, SessionCookie.Lifetime, SessionCookie.PlaceOf(context)) is not { } session)
        {
            return false;
        }

        attempt.Succeeded();
        SessionCookie.Write(context, session);
        return true;
    }

    private static NoContent SignOut(HttpContext context, SessionStore store, ClaimsPrincipal user)
    {
        if (SessionCookie.Read(context.Request) is { } secret)
        {
            store.SignOut(secret, user.Actor());
        }

        SessionCookie.Clear(context);
        return TypedResults.NoContent();
    }
}
