using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Access;

public sealed record NewKeyRequest(string Name);

/// <param name="Key">Shown this once; only its hash is kept.</param>
public sealed record NewKeyAnswer(string Id, string Name, string Key);

public static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Access");
        keys.MapGet("", List)
            .Describe("listKeys", "Lists the API keys, revoked ones too.")
            .Fails(body: false)
            .Example(
                null,
                Samples.Listed(
                    """{"id":"0192f0c5-0000-7c4a-8f00-3a1b2c3d4e5f","name":"appointment bot","created":"2026-11-22T09:00:00+00:00","createdBy":"owner"}"""
                )
            );
        keys.MapPost("", Create)
            .Describe(
                "createKey",
                "Makes an API key.",
                "From the first key on, nobody is let in without a key or a sign-in, also on loopback."
            )
            .Fails(body: true, "name_missing")
            .Example(
                """{"name":"appointment bot"}""",
                """{"id":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","name":"appointment bot","key":"sent this once"}"""
            );
        keys.MapDelete("/{id}", Revoke).Describe("revokeKey", "Revokes an API key at once.").Fails(body: false, "not_found");
    }

    private static Ok<Listing<ApiKey>> List(AccessStore store) => TypedResults.Ok(new Listing<ApiKey>(store.ListKeys(), null));

    private static Created<NewKeyAnswer> Create(NewKeyRequest request, AccessStore store, ClaimsPrincipal user)
    {
        var made = store.CreateKey(request.Name, user.Actor());
        return TypedResults.Created($"/v1/keys/{made.Key.Id}", new NewKeyAnswer(made.Key.Id, made.Key.Name, made.Secret));
    }

    private static NoContent Revoke(string id, AccessStore store, ClaimsPrincipal user)
    {
        store.RevokeKey(id, user.Actor());
        return TypedResults.NoContent();
    }
}
