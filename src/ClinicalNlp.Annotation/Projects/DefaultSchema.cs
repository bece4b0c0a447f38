namespace ClinicalNlp.Annotation.Projects;

/// <summary>What a project may say beside labels when nobody chose otherwise.</summary>
public static class DefaultSchema
{
    /// <summary>The names of the five flags of <see cref="Corpora.SpanAssertion"/>.</summary>
    public static readonly IReadOnlyList<string> Assertions = ["negated", "uncertain", "historical", "hypothetical", "family"];

    private static readonly RelationDefinition[] BetweenKnownLabels =
    [
        new("HAS_DOSAGE", ["MEDICATION"], ["DOSAGE"]),
        new("HAS_ROUTE", ["MEDICATION"], ["ROUTE"]),
        new("HAS_FREQUENCY", ["MEDICATION"], ["FREQUENCY"]),
        new("HAS_DURATION", ["MEDICATION"], ["DURATION"]),
        new("TREATS", ["MEDICATION", "PROCEDURE"], ["PROBLEM"]),
        new("HAS_RESULT", ["TEST"], ["LAB_VALUE"]),
        new("REVEALS", ["TEST"], ["PROBLEM"]),
        new("LOCATED_AT", ["PROBLEM", "PROCEDURE", "TEST"], ["ANATOMY"]),
    ];

    /// <summary>Those that the project's labels make possible, and one between anything.</summary>
    public static IReadOnlyList<RelationDefinition> Relations(IReadOnlyList<string> labels) =>
        [
            .. BetweenKnownLabels
                .Select(relation =>
                    relation with
                    {
                        From = [.. relation.From!.Intersect(labels)],
                        To = [.. relation.To!.Intersect(labels)],
                    }
                )
                .Where(relation => relation is { From.Count: > 0, To.Count: > 0 }),
            new("RELATED_TO"),
        ];

    /// <summary>The five assertions on any label, and how severe a problem is.</summary>
    public static IReadOnlyList<AttributeDefinition> Attributes(IReadOnlyList<string> labels) =>
        [
            .. Assertions.Select(name => new AttributeDefinition(name)),
            .. labels.Contains("PROBLEM")
                ? [new AttributeDefinition("severity", ["mild", "moderate", "severe"], ["PROBLEM"])]
                : Array.Empty<AttributeDefinition>(),
        ];
}
