namespace ClinicalNlp.Scoring;

/// <summary>The units of one document (tokens, turns, whole documents) and the category that each rater gave each of them.</summary>
/// <param name="Units">One array a unit, one place a rater in the same order for all documents; null: the rater did not judge the unit.</param>
public sealed record RatedDocument(IReadOnlyList<string?[]> Units)
{
    /// <summary>Numbers for the categories in use, the same whatever order raters and documents come in.</summary>
    internal static Dictionary<string, int> Categories(IEnumerable<RatedDocument> documents) =>
        documents
            .SelectMany(document => document.Units)
            .SelectMany(unit => unit)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Index()
            .ToDictionary(item => item.Item, item => item.Index);
}
