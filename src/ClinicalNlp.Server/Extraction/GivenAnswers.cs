using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Annotation.Lineage;
using ClinicalNlp.Models;
using ClinicalNlp.Server.Access;

namespace ClinicalNlp.Server.Extraction;

/// <summary>Gives the answer of the present request its id, in the answer's header and in the log.</summary>
public sealed class GivenAnswers(AnswerLog log, IHttpContextAccessor request)
{
    public const string Header = "Answer-Id";

    /// <returns>The id, for the body of the answer.</returns>
    public string Record(AnswerKind kind, ModelBundle bundle, int texts, int findings)
    {
        var context = request.HttpContext ?? throw new InvalidOperationException("An answer is given to a request.");
        var model = new ModelStamp(bundle.Card.Name, bundle.Card.Version);
        var id = log.Record(kind, model, bundle.Fingerprint, context.User.Actor(), texts, findings);
        Name(context.Response, id);
        return id;
    }

    public static void Name(HttpResponse response, string? id)
    {
        if (id is not null)
        {
            response.Headers[Header] = id;
        }
    }
}
