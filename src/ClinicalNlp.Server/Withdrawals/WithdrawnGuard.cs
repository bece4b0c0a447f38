using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Withdrawals;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Withdrawals;

/// <summary>Middleware after authorisation: whoever does not manage the project no longer reads or changes what was withdrawn.</summary>
public static class WithdrawnGuard
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (
            AccessGuard.DocumentOf(context) is { } id
            && context.RequestServices.GetRequiredService<WithdrawalStore>().IsWithdrawn(id)
            && context.RequestServices.GetRequiredService<MembershipStore>().ProjectOf("documents", id) is { } project
            && !(context.User.Rights().In(project) >= ProjectRole.Manager)
        )
        {
            throw new ProblemException("document_withdrawn", "The document was withdrawn. Whoever manages the project can say why.");
        }

        return next(context);
    }
}
