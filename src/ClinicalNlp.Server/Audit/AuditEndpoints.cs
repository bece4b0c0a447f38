using System.Text.Json.Nodes;
using ClinicalNlp.Annotation.Audit;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Audit;

/// <summary>Who did what to which record, and when; never clinical text.</summary>
/// <param name="Sequence">Without gaps from 1.</param>
/// <param name="Details">Identifiers, counts and names of schema elements.</param>
/// <param name="Hash">Covers this record and the hash before it, so that a record changed or cut out later shows.</param>
public sealed record AuditEntry(
    long Sequence,
    DateTimeOffset At,
    string By,
    string Action,
    string Subject,
    JsonObject Details,
    string Hash
);

public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapGet("/audit", List)
            .WithTags("Audit")
            .RequireAdministrator()
            .Describe("listAudit", "What was done, newest first.")
            .Fails(body: false, "invalid_value")
            .Example(
                null,
                """
                {"items":[{"sequence":7,"at":"2026-11-22T09:30:00+00:00","by":"local","action":"document.corrected",
                "subject":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","details":{"revision":3},"hash":"9f2c…"}],"next":null}
                """
            );

    private static Ok<Listing<AuditEntry>> List(AuditStore store, int limit = 100, string? after = null) =>
        TypedResults.Ok(
            Listing<AuditEntry>.Of(
                store.List(limit, after),
                r => new AuditEntry(r.Sequence, r.At, r.Actor, r.Action, r.Subject, r.Details, r.Hash)
            )
        );
}
