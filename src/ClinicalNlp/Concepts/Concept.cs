namespace ClinicalNlp.Concepts;

/// <summary>One concept of a terminology as its file states it.</summary>
/// <param name="Code">As the terminology writes it, for example <c>DB00945</c> or <c>DOID:1612</c>.</param>
/// <param name="Name">The preferred name.</param>
/// <param name="Synonyms">Other names, in the file's order.</param>
/// <param name="Parents">Codes or names of broader concepts, as the file has them.</param>
public sealed record Concept(string Code, string Name, IReadOnlyList<string> Synonyms, IReadOnlyList<string> Parents);

/// <summary>A short form and what it may stand for.</summary>
public sealed record Abbreviation(string Short, IReadOnlyList<string> Expansions);

/// <summary>What one place of a terminology file holds: one of the two.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="BytesRead">How much of the file was read by then; for progress.</param>
public sealed record TerminologyEntry(int Line, long BytesRead, Concept? Concept, Abbreviation? Abbreviation = null);

/// <summary>What a terminology is about; it decides which labels ask it first.</summary>
public enum TerminologyKind
{
    Drug,
    Disease,
    Phenotype,
    Procedure,
    Test,
    Anatomy,

    /// <summary>Short forms with their expansions, by which other terminologies are asked.</summary>
    Abbreviation,
    Other,
}

/// <summary>Which kinds of terminology a label's mentions are looked up in first.</summary>
public static class TerminologyKinds
{
    /// <summary>Canonical labels, and the usual names of the same in other schemas. A label that is not here prefers nothing.</summary>
    public static IReadOnlyList<TerminologyKind> PreferredBy(string? label) =>
        label?.ToUpperInvariant() switch
        {
            "MEDICATION" or "DRUG" or "CHEMICAL" => [TerminologyKind.Drug],
            "PROBLEM" or "DISEASE" or "DIAGNOSIS" or "CONDITION" or "SYMPTOM" => [TerminologyKind.Disease, TerminologyKind.Phenotype],
            "TEST" or "LAB_VALUE" => [TerminologyKind.Test],
            "PROCEDURE" or "TREATMENT" => [TerminologyKind.Procedure],
            "ANATOMY" or "BODY_PART" => [TerminologyKind.Anatomy],
            _ => [],
        };

    /// <summary>By how words in the names of well-known terminologies begin; <see cref="TerminologyKind.Other"/> for the rest.</summary>
    public static TerminologyKind Guess(string name)
    {
        foreach (string word in ConceptText.Words(name))
        {
            foreach (var (beginning, kind) in Known)
            {
                if (word.StartsWith(beginning, StringComparison.Ordinal))
                    return kind;
            }
        }
        return TerminologyKind.Other;
    }

    private static readonly (string Beginning, TerminologyKind Kind)[] Known =
    [
        ("abbreviation", TerminologyKind.Abbreviation),
        ("drug", TerminologyKind.Drug),
        ("rxnorm", TerminologyKind.Drug),
        ("atc", TerminologyKind.Drug),
        ("chebi", TerminologyKind.Drug),
        ("hpo", TerminologyKind.Phenotype),
        ("phenotype", TerminologyKind.Phenotype),
        ("disease", TerminologyKind.Disease),
        ("icd", TerminologyKind.Disease),
        ("mondo", TerminologyKind.Disease),
        ("loinc", TerminologyKind.Test),
        ("ops", TerminologyKind.Procedure),
        ("cpt", TerminologyKind.Procedure),
        ("uberon", TerminologyKind.Anatomy),
    ];
}
