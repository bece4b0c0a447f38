using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

/// <param name="Name">What the audit log and corrections call the person; never changed, never given to somebody else.</param>
/// <param name="Administrator">May everything.</param>
public sealed record NewAccountRequest(string Name, bool Administrator = false, IReadOnlyList<ProjectMembership>? Roles = null);

/// <param name="Disabled">True ends the person's sessions and lets them in no more.</param>
public sealed record AccountChangeRequest(bool Administrator, bool Disabled);

/// <param name="Token">For <c>POST /v1/accept-invitation</c>; shown this once.</param>
/// <param name="Path">Where the workbench takes it: appended to the address of the service it makes the link.</param>
public sealed record InvitationAnswer(Account Account, string Token, string Path, DateTimeOffset Expires);

public static class AccountEndpoints
{
    /// <summary>Over a long weekend.</summary>
    private static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    private const string Sample = """
        {"id":"0192f0c7-0000-7c4a-8f00-3a1b2c3d4e5f","name":"ana","administrator":false,"hasPassword":false,
         "roles":[{"projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","role":"annotator"}],"created":"2026-11-22T09:00:00+00:00","createdBy":"owner",
         "invitedUntil":"2026-11-29T09:00:00+00:00"}
        """;

    private const string InvitationSample = $$"""
        {"account":{{Sample}},"token":"sent this once","path":"/#/invitation/sent%20this%20once","expires":"2026-11-29T09:00:00+00:00"}
        """;

    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("People").RequireAdministrator();
        accounts
            .MapGet("", List)
            .Describe("listAccounts", "Everybody, with their roles; disabled people too.")
            .Fails(body: false)
            .Example(null, Samples.Listed(Sample));
        accounts
            .MapPost("", Invite)
            .Describe(
                "invite",
                "Makes an account and the one-time link with which its person chooses a password.",
                "The first password closes the service to programmes on its machine that send no key."
            )
            .Fails(body: true, "name_missing", "name_taken", "bad_role", "not_found")
            .Example(
                """{"name":"ana","roles":[{"projectId":"0192f0c1-0000-7c4a-8f00-3a1b2c3d4e5f","role":"annotator"}]}""",
                InvitationSample
            );
        accounts
            .MapPut("/{id}", Change)
            .Describe("changeAccount", "Makes somebody an administrator or not, lets them in or not.")
            .Fails(body: true, "not_found", "last_administrator")
            .Example("""{"administrator":false,"disabled":true}""", Sample);
        accounts
            .MapPost("/{id}/invitation", InviteAgain)
            .Describe(
                "inviteAgain",
                "A new link for somebody who lost theirs, or their password.",
                "Links made before end; the password stays until the new link is used."
            )
            .Fails(body: false, "not_found", "state_conflict")
            .Example(null, InvitationSample);
    }

    private static Ok<Listing<Account>> List(AccountStore store) => TypedResults.Ok(new Listing<Account>(store.List(), null));

    private static Created<InvitationAnswer> Invite(NewAccountRequest request, AccountStore store, ClaimsPrincipal user)
    {
        var made = store.Invite(request.Name, request.Administrator, request.Roles ?? [], InvitationLifetime, user.Actor());
        return TypedResults.Created($"/v1/accounts/{made.Account.Id}", Answer(made));
    }

    private static Ok<InvitationAnswer> InviteAgain(string id, AccountStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(Answer(store.InviteAgain(id, InvitationLifetime, user.Actor())));

    private static Ok<Account> Change(string id, AccountChangeRequest request, AccountStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Change(id, request.Administrator, request.Disabled, user.Actor()));

    // After the #, so that the token reaches no server log on its way.
    private static InvitationAnswer Answer(Invitation made) =>
        new(
            made.Account,
            made.Token,
            $"/#/invitation/{Uri.EscapeDataString(made.Token)}/{Uri.EscapeDataString(made.Account.Name)}",
            made.Expires
        );
}
