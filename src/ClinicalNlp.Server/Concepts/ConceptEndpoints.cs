using ClinicalNlp.Annotation.Terminologies;
using ClinicalNlp.Concepts;
using ClinicalNlp.Server.Access;
using ClinicalNlp.Server.OpenApi;
using ClinicalNlp.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ClinicalNlp.Server.Concepts;

/// <param name="System">The terminology's name.</param>
/// <param name="Matched">The name or synonym that answers best.</param>
/// <param name="Score">In [0, 1], for the order only.</param>
/// <param name="Concept">What stands in a mention's list of concepts.</param>
public sealed record ConceptAnswer(
    string System,
    string Code,
    string Name,
    string Matched,
    ConceptMatch Match,
    double Score,
    string Concept
);

/// <param name="Licence">As the house named it at the import.</param>
public sealed record TerminologyAnswer(
    string Name,
    string Version,
    string Licence,
    TerminologyKind Kind,
    int Concepts,
    int Names,
    DateTimeOffset ImportedAt
);

/// <param name="Items">The best first; empty when nothing fits or nothing was imported.</param>
/// <param name="Terminologies">All that were imported.</param>
public sealed record ConceptsAnswer(IReadOnlyList<ConceptAnswer> Items, IReadOnlyList<TerminologyAnswer> Terminologies);

/// <param name="Parents">Codes or names of broader concepts, as the terminology has them.</param>
public sealed record ConceptDetails(
    string System,
    string Code,
    string Name,
    IReadOnlyList<string> Synonyms,
    IReadOnlyList<string> Parents,
    string Version,
    string Licence,
    string Concept
);

/// <summary>Codes of terminologies for what stands in a text. A query is often a piece of a document: it goes into no log and no error.</summary>
public static class ConceptEndpoints
{
    private const int DefaultLimit = 10;

    private const string Sample = """
        {"items":[{"system":"DrugBank","code":"DB00945","name":"Acetylsalicylic acid","matched":"Aspirin","match":"exact","score":0.99,
        "concept":"DrugBank:DB00945"}],"terminologies":[{"name":"DrugBank","version":"5.1.13","licence":"CC0","kind":"drug","concepts":14315,
        "names":41022,"importedAt":"2026-11-22T09:00:00+00:00"}]}
        """;

    public static void MapConcepts(this IEndpointRouteBuilder api)
    {
        var concepts = api.MapGroup("/concepts").WithTags("Concepts").RequireIdentity();
        concepts
            .MapGet("", Find)
            .Describe(
                "findConcepts",
                "Concepts by their names, or by the codes that mentions have.",
                "Give `query` (1 to 200 characters), or `concept` up to 50 times to learn the names of codes. A `label` asks the terminologies of its kind first: drugs for MEDICATION, diseases for PROBLEM. `match` says how a name answered: exact, prefix, words (in any order), abbreviation, typo."
            )
            .Fails(body: false, "invalid_value")
            .Example(null, Sample);
        concepts
            .MapGet("/{system}/{code}", Get)
            .Describe("getConcept", "A concept with all its names.")
            .Fails(body: false, "not_found")
            .Example(
                null,
                """
                {"system":"DrugBank","code":"DB00945","name":"Acetylsalicylic acid","synonyms":["Aspirin"],"parents":[],"version":"5.1.13",
                "licence":"CC0","concept":"DrugBank:DB00945"}
                """
            );
    }

    private static Ok<ConceptsAnswer> Find(
        ConceptStore store,
        TerminologyStore terminologies,
        string? query = null,
        string? label = null,
        string? system = null,
        [FromQuery(Name = "concept")] string[]? references = null,
        int limit = DefaultLimit
    )
    {
        if (limit is < 1 or > ConceptStore.MostResults)
        {
            throw new ProblemException("invalid_value", $"The limit is between 1 and {ConceptStore.MostResults}.");
        }

        bool byCode = references is { Length: > 0 };
        if (byCode == query is not null || references?.Length > ConceptStore.MostResults)
        {
            throw new ProblemException("invalid_value", $"Give either a query or 1 to {ConceptStore.MostResults} concepts.");
        }

        if (query is { Length: 0 or > ConceptStore.LongestQuery })
        {
            throw new ProblemException("invalid_value", $"A query has 1 to {ConceptStore.LongestQuery} characters.");
        }

        var found = byCode ? store.Resolve(references!) : store.Search(query!, label, system, limit);
        return TypedResults.Ok(
            new ConceptsAnswer(
                [.. found.Select(c => new ConceptAnswer(c.System, c.Code, c.Name, c.Matched, c.Match, c.Score, c.Reference))],
                [
                    .. terminologies
                        .List()
                        .Select(t => new TerminologyAnswer(t.Name, t.Version, t.Licence, t.Kind, t.Concepts, t.Names, t.ImportedAt)),
                ]
            )
        );
    }

    private static Ok<ConceptDetails> Get(string system, string code, TerminologyStore terminologies)
    {
        var found = terminologies.Get(system, code) ?? throw new ProblemException("not_found", "There is no concept by this code.");
        return TypedResults.Ok(
            new ConceptDetails(
                found.System,
                found.Concept.Code,
                found.Concept.Name,
                found.Concept.Synonyms,
                found.Concept.Parents,
                found.Version,
                found.Licence,
                found.Reference
            )
        );
    }
}
