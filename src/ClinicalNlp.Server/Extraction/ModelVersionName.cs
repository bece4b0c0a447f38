using ClinicalNlp.Annotation.Documents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Server.Extraction;

/// <summary>Which version of which model made an answer.</summary>
public sealed record ModelVersionName(string Name, string Version)
{
    public static ModelVersionName? Of(ModelStamp? stamp) => stamp is null ? null : new(stamp.Name, stamp.Version);

    public static ModelVersionName Of(ModelBundle bundle) => new(bundle.Card.Name, bundle.Card.Version);
}
