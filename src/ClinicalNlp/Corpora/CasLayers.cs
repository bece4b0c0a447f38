namespace ClinicalNlp.Corpora;

/// <summary>How spans with features of any type (UIMA, WebAnno) are spans with a label, and back.</summary>
/// <remarks>
/// The label is the feature <c>value</c> (or <c>label</c>, or what DKPro calls it on its own layers), and the type's short name where there is none. A type other than
/// DKPro's named entity is kept in the attribute <c>uima.type</c>, together with <c>uima.label</c>, the name of the feature that is the label.
/// </remarks>
internal static class CasLayers
{
    public const string TypeAttribute = "uima.type";
    public const string LabelAttribute = "uima.label";
    public const string NamedEntity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
    public const string Relation = "clinicalnlp.Relation";
    public const string Value = "value";
    public const string Identifier = "identifier";
    public const string Assertion = "assertion";
    public const string Confidence = "confidence";
    public const string Governor = "Governor";
    public const string Dependent = "Dependent";

    private static readonly string[] LabelFeatures = [Value, "label", "PosValue", "DependencyType", "referenceType"];

    public static string ShortName(string type) => type[(type.LastIndexOf('.') + 1)..];

    /// <summary>The name of the feature that holds the label; null when none of them has a value.</summary>
    public static string? LabelFeature(IReadOnlyCollection<(string Name, string Value)> features) =>
        LabelFeatures.FirstOrDefault(name => features.Any(feature => feature.Name == name && feature.Value.Length > 0));

    /// <summary>The span with its label, and everything else that its features say.</summary>
    public static AnnotatedSpan Labelled(AnnotatedSpan span, string type, IReadOnlyCollection<(string Name, string Value)> features)
    {
        var labelFeature = LabelFeature(features);
        span = span with { Label = labelFeature is null ? ShortName(type) : features.First(feature => feature.Name == labelFeature).Value };
        if (type != NamedEntity || labelFeature != Value)
        {
            span = DocumentBuilder.WithAttribute(span, TypeAttribute, type);
            if (labelFeature is not null)
                span = DocumentBuilder.WithAttribute(span, LabelAttribute, labelFeature);
        }
        foreach (var (name, value) in features)
        {
            if (name == labelFeature)
                continue;
            if (name == Identifier && value.Length > 0)
                span = span with { Concepts = value.Split('|') };
            else if (name == Assertion && AssertionWords.Split(value) is { } assertion)
                span = span with { Assertion = assertion };
            else if (
                name == Confidence
                && double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var confidence)
                && confidence is >= 0 and <= 1
            )
                span = span with { Confidence = confidence };
            else
                span = DocumentBuilder.WithAttribute(span, name, value);
        }
        return span;
    }

    /// <summary>The span's type and features; the other way round of <see cref="Labelled"/>.</summary>
    public static (string Type, List<(string Name, string Value)> Features) Of(AnnotatedSpan span, LossTally tally)
    {
        var attributes = span.Attributes ?? new Dictionary<string, string>();
        var features = new List<(string Name, string Value)>();
        var type = NamedEntity;
        var labelFeature = Value;
        if (attributes.TryGetValue(TypeAttribute, out var given) && IsTypeName(given))
        {
            type = given;
            labelFeature = attributes.TryGetValue(LabelAttribute, out var feature) && LabelFeatures.Contains(feature) ? feature : null;
            // Somebody has changed the label since it was the type's name.
            if (labelFeature is null && span.Label != ShortName(type))
                labelFeature = Value;
        }
        if (labelFeature is not null)
            features.Add((labelFeature, span.Label));
        if (span.Concepts is { Count: > 0 } concepts)
        {
            features.Add((Identifier, string.Join('|', concepts)));
            tally.Add("concept with a | in it cut", concepts.Count(concept => concept.Contains('|', StringComparison.Ordinal)));
        }
        if (span.Assertion is { } assertion)
            features.Add((Assertion, AssertionWords.Join(assertion)));
        if (span.Confidence is { } confidence)
            features.Add((Confidence, confidence.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        foreach (var (name, value) in attributes)
        {
            if (name is TypeAttribute or LabelAttribute)
                continue;
            if (IsFeatureName(name) && !features.Exists(feature => feature.Name == name))
                features.Add((name, value));
            else
                tally.Add("attribute whose name is no feature's dropped");
        }
        return (type, features);
    }

    /// <summary>Names that a Java class and an XML attribute can both have, and that are not the annotation's own.</summary>
    public static bool IsFeatureName(string name) => name is not ("begin" or "end" or "sofa") && IsIdentifier(name);

    public static bool IsTypeName(string type) => type.Split('.').All(IsIdentifier);

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
