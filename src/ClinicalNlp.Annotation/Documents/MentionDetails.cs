using System.Text.Json.Serialization;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>What is said of a mention beside its place and label. Two are equal when they say the same.</summary>
public sealed record MentionDetails
{
    public static readonly MentionDetails None = new();

    /// <summary>Null when nobody said anything; all false says that the text affirms it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpanAssertion? Assertion { get; init; }

    /// <summary>By name; a flag's value is <c>true</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Codes of terminologies, the best one first.</summary>
    public IReadOnlyList<string> Concepts { get; init; } = [];

    [JsonIgnore]
    public bool IsNone => Assertion is null && Attributes.Count == 0 && Concepts.Count == 0;

    public bool Equals(MentionDetails? other) =>
        other is not null
        && Assertion == other.Assertion
        && Concepts.SequenceEqual(other.Concepts)
        && Attributes.Count == other.Attributes.Count
        && Attributes.All(pair => other.Attributes.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    public override int GetHashCode() => HashCode.Combine(Assertion, Attributes.Count, Concepts.Count);
}

/// <summary>A directed relation of two mentions of one document, by their ids.</summary>
public sealed record DocumentRelation(string Id, string From, string To, string Type);
