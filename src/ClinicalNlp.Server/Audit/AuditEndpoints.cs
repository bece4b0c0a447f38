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

/// <param name="Whole">Whether every record is as it was written.</param>
/// <param name="Records">How many are whole, from the first on.</param>
/// <param name="Head">The hash of the last of them. Noted elsewhere, it also shows a log that was replaced as a whole.</param>
/// <param name="FirstBroken">The first record that does not fit.</param>
public sealed record AuditVerificationAnswer(bool Whole, long Records, string Head, long? FirstBroken, string? Reason);

public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit").RequireAdministrator();
        audit
            .MapGet("", List)
            .Describe(
                "listAudit",
                "What was done, newest first.",
                "`action` is a whole action, or the part before its dot: `document` is all that happened to documents. `from` is inclusive, `until` is not."
            )
            .Fails(body: false, "invalid_value")
            .Example(
                null,
                """
                {"items":[{"sequence":7,"at":"2026-11-22T09:30:00+00:00","by":"local","action":"document.corrected",
                "subject":"0192f0c1-7d3e-7c4a-8f00-3a1b2c3d4e5f","details":{"revision":3},"hash":"9f2c…"}],"next":null}
                """
            );
        audit
            .MapGet("/verification", Verify)
            .Describe("verifyAudit", "Recomputes the hash chain of the whole log.", "The same as `clinicalnlp audit verify`.")
            .Fails(body: false)
            .Example(null, """{"whole":true,"records":1207,"head":"9f2c…"}""");
    }

    private static Ok<Listing<AuditEntry>> List(
        AuditStore store,
        int limit = 100,
        string? after = null,
        string? by = null,
        string? action = null,
        string? subject = null,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null
    ) =>
        TypedResults.Ok(
            Listing<AuditEntry>.Of(
                store.List(limit, after, new AuditFilter(by, action, subject, from, until)),
                r => new AuditEntry(r.Sequence, r.At, r.Actor, r.Action, r.Subject, r.Details, r.Hash)
            )
        );

    private static Ok<AuditVerificationAnswer> Verify(AuditStore store)
    {
        var result = store.Verify();
        return TypedResults.Ok(
            new AuditVerificationAnswer(result.FirstBroken is null, result.Records, result.Head, result.FirstBroken, result.Reason)
        );
    }
}
