using System.Globalization;
using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

public sealed record SignInRequest(string Token);

/// <param name="Kind">session, key, header or loopback.</param>
/// <param name="Administrator">May everything.</param>
/// <param name="Role">In every project; administrators and keys that are not of one project have one.</param>
/// <param name="Roles">Project by project.</param>
public sealed record MeAnswer(string Name, string Kind, bool Administrator, ProjectRole? Role, IReadOnlyList<ProjectMembership> Roles);

public static class SignInEndpoints
{
    private const string Refused = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in · ClinicalNlp</title>
        <body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
        <h1>This sign-in link does not work any more</h1>
        <p>Each link opens one session. A new link is printed, as the last line, each time the service starts: stop it, start it again with
        <code>./run.sh</code>, and open that link. If you are signed in already, just go to the <a href="/">workbench</a>.</p></body></html>
        """;

    /// <summary>The link of the terminal, outside <c>/v1</c>.</summary>
    public static void MapSignInLink(this IEndpointRouteBuilder app) =>
        app.MapGet("/sign-in", OpenLink).AllowAnonymous().ExcludeFromDescription();

    public static void MapSignIn(this IEndpointRouteBuilder api)
    {
        var access = api.MapGroup("").WithTags("Access");
        access
            .MapPost("/sign-in", SignIn)
            .AllowAnonymous()
            .Describe("signIn", "Spends a one-time token for a session cookie.")
            .Fails(body: true, "sign_in_refused", "too_many_attempts")
            .Example("""{"token":"the token of the link that the service printed"}""", null);
        access.MapPost("/sign-out", SignOut).RequireIdentity().Describe("signOut", "Ends the session.").Fails(body: false);
        access
            .MapGet("/me", Me)
            .RequireIdentity()
            .Describe("getMe", "Who this request comes from.")
            .Fails(body: false)
            .Example(null, """{"name":"owner","kind":"session","administrator":true,"role":"administrator","roles":[]}""");
    }

    private static NoContent SignIn(SignInRequest request, HttpContext context, SessionStore store, FailedSignIns failures)
    {
        if (failures.IsBlocked(context.Connection.RemoteIpAddress))
        {
            throw new TooManyAttemptsException((int)FailedSignIns.Window.TotalSeconds);
        }

        return TrySignIn(request.Token, context, store, failures)
            ? TypedResults.NoContent()
            : throw new ProblemException("sign_in_refused", "The token is wrong, was used, or is too old.");
    }

    private static IResult OpenLink(HttpContext context, SessionStore store, FailedSignIns failures, string token = "")
    {
        context.Response.Headers.CacheControl = "no-store";
        if (failures.IsBlocked(context.Connection.RemoteIpAddress))
        {
            context.Response.Headers.RetryAfter = RetryAfter;
            return Results.Content(Refused, "text/html; charset=utf-8", statusCode: StatusCodes.Status429TooManyRequests);
        }

        if (!TrySignIn(token, context, store, failures))
        {
            return Results.Content(Refused, "text/html; charset=utf-8", statusCode: StatusCodes.Status401Unauthorized);
        }

        context.Response.Headers.Location = "/";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static bool TrySignIn(string token, HttpContext context, SessionStore store, FailedSignIns failures)
    {
        if (store.SignIn(token, SessionCookie.Lifetime, SessionCookie.PlaceOf(context)) is not { } session)
        {
            failures.Add(context.Connection.RemoteIpAddress);
            return false;
        }

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

    private static Ok<MeAnswer> Me(ClaimsPrincipal user) =>
        TypedResults.Ok(
            new MeAnswer(
                user.Actor(),
                user.Kind(),
                user.Rights().IsAdministrator,
                user.Rights().Everywhere,
                [.. user.Rights().Projects.Select(p => new ProjectMembership(p.Key, p.Value))]
            )
        );

    private static string RetryAfter => FailedSignIns.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
