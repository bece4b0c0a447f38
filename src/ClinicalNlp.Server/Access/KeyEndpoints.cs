using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

/// <param name="Scopes">What it may be used for: extract asks the models; annotate, review and manage are as the roles; admin is everything. Without any it is admin.</param>
/// <param name="ProjectId">The one project it may be used in.</param>
/// <param name="Expires">When it stops being accepted.</param>
public sealed record NewKeyRequest(
    string Name,
    IReadOnlyList<KeyScope>? Scopes = null,
    string? ProjectId = null,
    DateTimeOffset? Expires = null
);

/// <param name="Key">Shown this once; only its hash is kept.</param>
public sealed record NewKeyAnswer(
    string Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    string? ProjectId,
    DateTimeOffset? Expires,
    string Key
);

public static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Access").RequireAdministrator();
        keys.MapGet("", List)
            .Describe("listKeys", "Lists the API keys, revoked and expired ones too.")
            .Fails(body: false)
            .Example(
                null,
                Samples.Listed(
                    """
                    {"id":"0192f0c5-0000-7c4a-8f00-3a1b2c3d4e5f","name":"appointment bot","scopes":["extract"],"created":"2026-11-22T09:00:00+00:00",
                     "createdBy":"owner","expires":"2027-11-22T09:00:00+00:00"}
                    """
                )
            );
        keys.MapPost("", Create)
            .Describe(
                "createKey",
                "Makes an API key.",
                "From the first key on, nobody is let in without a key or a sign-in, also on loopback. Its name is what the audit log and corrections call it."
            )
            .Fails(body: true, "name_missing", "name_taken", "bad_scope", "bad_expiry", "not_found")
            .Example(
                """{"name":"appointment bot","scopes":["extract"],"expires":"2027-11-22T09:00:00+00:00"}""",
                """
                {"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","name":"appointment bot","scopes":["extract"],"expires":"2027-11-22T09:00:00+00:00",
                 "key":"sent this once"}
                """
            );
        keys.MapDelete("/{id}", Revoke).Describe("revokeKey", "Revokes an API key at once.").Fails(body: false, "not_found");
    }

    private static Ok<Listing<ApiKey>> List(KeyStore store) => TypedResults.Ok(new Listing<ApiKey>(store.List(), null));

    private static Created<NewKeyAnswer> Create(NewKeyRequest request, KeyStore store, ClaimsPrincipal user)
    {
        var (key, secret) = store.Create(
            request.Name,
            request.Scopes ?? [KeyScope.Admin],
            request.ProjectId,
            request.Expires,
            user.Actor()
        );
        return TypedResults.Created(
            $"/v1/keys/{key.Id}",
            new NewKeyAnswer(key.Id, key.Name, key.Scopes, key.ProjectId, key.Expires, secret)
        );
    }

    private static NoContent Revoke(string id, KeyStore store, ClaimsPrincipal user)
    {
        store.Revoke(id, user.Actor());
        return TypedResults.NoContent();
    }
}
