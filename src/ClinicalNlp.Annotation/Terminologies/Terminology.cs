using ClinicalNlp.Concepts;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>A terminology that a house imported.</summary>
/// <param name="Concepts">How many; of abbreviation lists how many short forms.</param>
/// <param name="Names">Preferred names and synonyms together.</param>
public sealed record Terminology(
    string Name,
    string Version,
    string Licence,
    TerminologyKind Kind,
    int Concepts,
    int Names,
    DateTimeOffset ImportedAt
);

/// <summary>What to import as what.</summary>
public sealed record NewTerminology(string Name, string Version, string Licence, TerminologyKind Kind);

/// <summary>A concept as it is stored.</summary>
public sealed record StoredConcept(string System, string Version, string Licence, Concept Concept)
{
    /// <summary>What stands in a mention's list of concepts.</summary>
    public string Reference => ReferenceOf(System, Concept.Code);

    /// <summary><c>System:code</c>; a code that names its terminology itself, as <c>DOID:1612</c> does, stays as it is.</summary>
    public static string ReferenceOf(string system, string code) =>
        code.Contains(':', StringComparison.Ordinal) ? code : $"{system}:{code}";
}

/// <param name="Matched">The name or synonym that answers the query best.</param>
/// <param name="Reference">See <see cref="StoredConcept.Reference"/>.</param>
/// <param name="Score">In [0, 1], for the order only.</param>
public sealed record FoundConcept(
    string System,
    string Code,
    string Name,
    string Matched,
    ConceptMatch Match,
    double Score,
    string Reference
);
