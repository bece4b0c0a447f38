namespace ClinicalNlp.Annotation.Projects;

/// <summary>What a project may say beside labels when nobody chose otherwise.</summary>
public static class DefaultSchema
{
    /// <summary>The names of the five flags of <see cref="Corpora.SpanAssertion"/>.</summary>
    public static readonly IReadOnlyList<string> Assertions = ["negated", "uncertain", "historical", "hypothetical", "family"];

    /// <summary>The canonical types of clinical text, which the models that are shipped know.</summary>
    public static readonly IReadOnlyList<LabelDefinition> Labels =
    [
        new("PROBLEM", "#c1443c", "p", "Diseases, signs, symptoms, findings."),
        new("MEDICATION", "#2a6f97", "m", "Drugs and classes of drugs."),
        new("DOSAGE", "#5a8f3c", "d", "How much: strength, amount."),
        new("ROUTE", "#7a5195", "r", "How it is given."),
        new("FREQUENCY", "#b5651d", "f", "How often."),
        new("DURATION", "#8a6d3b", "u", "For how long."),
        new("TEST", "#00798c", "t", "Examinations and measurements."),
        new("LAB_VALUE", "#4f6d7a", "v", "What a test said."),
        new("PROCEDURE", "#a23b72", "o", "What was done."),
        new("ANATOMY", "#6b705c", "b", "Parts of the body standing on their own."),
        new("AGE", "#555b6e", "g", "Ages."),
        new("DATE", "#9a8c98", "e", "Dates and times."),
    ];

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
