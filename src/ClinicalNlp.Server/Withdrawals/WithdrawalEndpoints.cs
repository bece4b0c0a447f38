using System.Security.Claims;
using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Documents;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicalNlp.Server.Withdrawals;

/// <param name="Reason">A code: words would be clinical text in the log.</param>
public sealed record WithdrawalRequest(WithdrawalReason Reason);

/// <param name="ExternalId">Of a document that was erased.</param>
public sealed record AllowErasedIdRequest(string ExternalId);

/// <summary>Takes documents out of use, back, and their words out of the database.</summary>
public static class WithdrawalEndpoints
{
    private const string Withdrawn = """{"reason":"consent_withdrawn","at":"2026-11-22T10:00:00+00:00","by":"ana"}""";

    public static void MapWithdrawals(this IEndpointRouteBuilder api)
    {
        var document = api.MapGroup("/documents/{id}").WithTags("Withdrawals").RequireRole(ProjectRole.Manager);
        document
            .MapPost("/withdraw", Withdraw)
            .Describe(
                "withdrawDocument",
                "Takes a document out of use and says what had seen it.",
                "It leaves lists, queues, gold questions, held-out sets, replayed notes, new snapshots and exports; its working copies are closed; no run trains "
                    + "from a snapshot that holds it. `GET /v1/lineage/documents/{id}` says beforehand what has seen it."
            )
            .Fails(body: true, "not_found", "state_conflict", "storage_full", "storage_read_only")
            .Example(
                """{"reason":"consent_withdrawn"}""",
                $$"""{"withdrawal":{{Withdrawn}},"workingCopies":1,"reach":{{Lineage.LineageSamples.Reach}} }"""
            );
        document
            .MapPost("/restore", Restore)
            .Describe("restoreDocument", "Takes a withdrawn document back into use, as it was, unless its words were erased.")
            .Fails(body: false, "not_found", "state_conflict", "storage_full", "storage_read_only")
            .Example(null, Samples.Document);
        document
            .MapPost("/erase", Erase)
            .RequireAdministrator()
            .Describe(
                "eraseDocument",
                "Takes the words of a withdrawn document out of the database file, for ever.",
                "Text, speakers, external id, group, metadata, attributes and comments go, also from snapshots and working copies, and the file is written anew. "
                    + "Ids, places, labels, the log, the audit chain and every hash stay. Models that learnt from it keep what they learnt, and backups keep "
                    + "everything. After `storage_busy` ask again."
            )
            .Fails(body: false, "not_found", "state_conflict", "storage_busy", "storage_damaged", "storage_full", "storage_read_only")
            .Example(null, $$"""{"withdrawal":{{Withdrawn}},"snapshots":2,"documents":3,"versions":1}""");
        api.MapPost("/projects/{projectId}/erased-ids/allow", Allow)
            .WithTags("Withdrawals")
            .RequireRole(ProjectRole.Manager)
            .Describe(
                "allowErasedId",
                "Lets a document come in again under the external id of one that was erased.",
                "After an erasure its external id is refused (`external_id_erased`), so that an import that is repeated does not bring the document back. "
                    + "The erased one stays erased."
            )
            .Fails(body: true, "not_found", "storage_damaged", "storage_full", "storage_read_only")
            .Example("""{"externalId":"note-17"}""", null);
    }

    private static NoContent Allow(string projectId, AllowErasedIdRequest request, ErasureStore store, ClaimsPrincipal user)
    {
        store.AllowAgain(projectId, request.ExternalId, user.Actor());
        return TypedResults.NoContent();
    }

    private static Ok<WithdrawalOutcome> Withdraw(
        string id,
        WithdrawalRequest request,
        AnswerLog log,
        WithdrawalStore store,
        ClaimsPrincipal user
    )
    {
        log.Flush();
        return TypedResults.Ok(store.Withdraw(id, request.Reason, user.Actor()));
    }

    private static Ok<DocumentAnswer> Restore(string id, WithdrawalStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(DocumentAnswer.Of(store.Restore(id, user.Actor()), OffsetUnit.UnicodeCodePoint));

    private static Ok<ErasureOutcome> Erase(string id, ErasureStore store, ClaimsPrincipal user) =>
        TypedResults.Ok(store.Erase(id, user.Actor()));
}
