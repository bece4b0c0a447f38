using ClinicalNlp.Annotation.Access;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Server.Problems;

namespace ClinicalNlp.Server.Access;

/// <summary>A caller who is known, and may not.</summary>
public sealed class ForbiddenException(AccessNeed need)
    : ProblemException(
        "forbidden",
        $"This needs {AccessNeeds.InWords(need)}.",
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["neededRole"] = StoredNames.Of((need as AccessNeed.OfRole)?.Role ?? ProjectRole.Annotator),
        }
    );
