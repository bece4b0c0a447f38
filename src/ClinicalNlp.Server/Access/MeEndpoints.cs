using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

/// <param name="Kind">session, key, header or loopback.</param>
/// <param name="Administrator">May everything.</param>
/// <param name="Role">In every project; administrators and keys that are not of one project have one.</param>
/// <param name="Roles">Project by project.</param>
/// <param name="HasPassword">Whether the person has a password here.</param>
public sealed record MeAnswer(
    string Name,
    string Kind,
    bool Administrator,
    ProjectRole? Role,
    IReadOnlyList<ProjectMembership> Roles,
    bool HasPassword
);

/// <param name="Current">The present one; needed when there is one.</param>
public sealed record PasswordRequest(string Password, string? Current = null);

/// <param name="Way">How it was opened: link, password, invitation or single_sign_on.</param>
/// <param name="Browser">What the browser said of itself.</param>
/// <param name="Present">The one that asks.</param>
public sealed record SessionAnswer(
    string Id,
    string Name,
    SignInWay Way,
    DateTimeOffset Created,
    DateTimeOffset Expires,
    string? Address,
    string? Browser,
    bool Present
);

/// <summary>What a person sees and changes of themselves; administrators see everybody's sessions.</summary>
public static class MeEndpoints
{
    private const string SessionSample = """
        {"id":"0192f0c6-0000-7c4a-8f00-3a1b2c3d4e5f","name":"ana","way":"password","created":"2026-11-22T09:00:00+00:00","expires":"2026-11-23T09:00:00+00:00",
         "address":"192.0.2.7","browser":"Mozilla/5.0","present":true}
        """;

    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("").WithTags("Access").RequireIdentity();
        me.MapGet("/me", Me)
            .Describe("getMe", "Who this request comes from, and what they may do.")
            .Fails(body: false)
            .Example(
                null,
                """
                {"name":"ana","kind":"session","administrator":false,"roles":[{"projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","role":"reviewer"}],
                 "hasPassword":true}
                """
            );
        me.MapPut("/me/password", ChangePassword)
            .Describe("changePassword", "Changes one's own password.", "One's other sessions end.")
            .Fails(body: true, "password_too_short", "password_refused", "too_many_attempts", "state_conflict")
            .Example("""{"current":"what only Ana knew","password":"what only Ana knows"}""", null);
        me.MapGet("/me/sessions", OwnSessions)
            .Describe("listOwnSessions", "One's own open sessions, newest first.")
            .Fails(body: false)
            .Example(null, Samples.Listed(SessionSample));
        me.MapDelete("/me/sessions/{id}", RevokeOwn)
            .Describe("revokeOwnSession", "Ends one of one's own sessions at once.")
            .Fails(body: false, "not_found");

        var all = api.MapGroup("/sessions").WithTags("Access").RequireAdministrator();
        all.MapGet("", AllSessions)
            .Describe("listSessions", "Everybody's open sessions, newest first.")
            .Fails(body: false)
            .Example(null, Samples.Listed(SessionSample));
        all.MapDelete("/{id}", Revoke).Describe("revokeSession", "Ends a session at once.").Fails(body: false, "not_found");
    }

    private static Ok<MeAnswer> Me(ClaimsPrincipal user, AccountStore accounts)
    {
        var rights = user.Rights();
        return TypedResults.Ok(
            new MeAnswer(
                user.Actor(),
                user.Kind(),
                rights.IsAdministrator,
                rights.Everywhere,
                [.. rights.Projects.Select(p => new ProjectMembership(p.Key, p.Value))],
                user.AccountId() is { } id && accounts.Get(id).HasPassword
            )
        );
    }

    private static async Task<NoContent> ChangePassword(
        PasswordRequest request,
        HttpContext context,
        ClaimsPrincipal user,
        AccountStore accounts,
        Passwords passwords,
        SignInThrottle throttle,
        CancellationToken cancellation
    )
    {
        var account = accounts.Get(AccountOf(user));
        if (account.HasPassword)
        {
            // Whoever finds a browser left open does not get to guess.
            var attempt = throttle.Begin(context.Connection.RemoteIpAddress, account.Name);
            if (await passwords.CheckAsync(account.Name, request.Current ?? "", cancellation) is null)
            {
                throw new ProblemException("password_refused", "The present password is wrong.");
            }

            attempt.Succeeded();
        }

        accounts.SetPassword(account.Id, await passwords.HashAsync(request.Password, cancellation), user.SessionId(), user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<Listing<SessionAnswer>> OwnSessions(ClaimsPrincipal user, SessionStore store) =>
        Answer(user, user.AccountId() is { } id ? store.List(id) : []);

    private static Ok<Listing<SessionAnswer>> AllSessions(ClaimsPrincipal user, SessionStore store) => Answer(user, store.List(null));

    private static NoContent RevokeOwn(string id, ClaimsPrincipal user, SessionStore store)
    {
        store.Revoke(id, AccountOf(user), user.Actor());
        return TypedResults.NoContent();
    }

    private static NoContent Revoke(string id, ClaimsPrincipal user, SessionStore store)
    {
        store.Revoke(id, null, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<Listing<SessionAnswer>> Answer(ClaimsPrincipal user, IReadOnlyList<Session> sessions) =>
        TypedResults.Ok(
            new Listing<SessionAnswer>(
                [
                    .. sessions.Select(s => new SessionAnswer(
                        s.Id,
                        s.Name,
                        s.Way,
                        s.Created,
                        s.Expires,
                        s.Address,
                        s.Browser,
                        s.Id == user.SessionId()
                    )),
                ],
                null
            )
        );

    private static string AccountOf(ClaimsPrincipal user) =>
        user.AccountId() ?? throw new ProblemException("state_conflict", "Only a person has a password and sessions; this is a programme.");
}
