namespace ClinicalNlp.Annotation.Projects;

/// <param name="From">Labels that the relation may start at; empty for any.</param>
/// <param name="To">Labels that it may lead to; empty for any.</param>
public sealed record RelationDefinition(
    string Name,
    IReadOnlyList<string>? From = null,
    IReadOnlyList<string>? To = null,
    string? Description = null
)
{
    internal bool Joins(string from, string to) =>
        (From is not { Count: > 0 } || From.Contains(from)) && (To is not { Count: > 0 } || To.Contains(to));
}

/// <param name="Name">One of the five assertions, or any other name.</param>
/// <param name="Values">What it may be; empty for anything. A flag is <c>true</c> or not there.</param>
/// <param name="Labels">What it may be said of; empty for any label.</param>
public sealed record AttributeDefinition(
    string Name,
    IReadOnlyList<string>? Values = null,
    IReadOnlyList<string>? Labels = null,
    string? Description = null
)
{
    internal bool Allows(string label, string value) =>
        (Labels is not { Count: > 0 } || Labels.Contains(label)) && (Values is not { Count: > 0 } || Values.Contains(value));
}

/// <summary>What spans, turns and relations of a project may carry.</summary>
internal sealed record ProjectSchema(
    IReadOnlySet<string> Labels,
    IReadOnlySet<string> Intents,
    IReadOnlyDictionary<string, RelationDefinition> Relations,
    IReadOnlyDictionary<string, AttributeDefinition> Attributes
)
{
    /// <summary>Names that labels had before, to those they have now.</summary>
    public IReadOnlyDictionary<string, string> LabelsNow { get; init; } = new Dictionary<string, string>();

    /// <summary>Names that relation types had before, to those they have now.</summary>
    public IReadOnlyDictionary<string, string> RelationsNow { get; init; } = new Dictionary<string, string>();

    /// <summary>Names that attributes had before, to those they have now.</summary>
    public IReadOnlyDictionary<string, string> AttributesNow { get; init; } = new Dictionary<string, string>();

    /// <summary>Values that were renamed or merged, by attribute.</summary>
    public IReadOnlyDictionary<(string Attribute, string Value), string> ValuesNow { get; init; } =
        new Dictionary<(string, string), string>();

    public void Deconstruct(out IReadOnlySet<string> labels, out IReadOnlySet<string> intents) => (labels, intents) = (Labels, Intents);
}
