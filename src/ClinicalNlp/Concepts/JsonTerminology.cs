using System.Text.Json;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Concepts;

/// <summary>
/// A terminology as JSON lines: <c>{"id":"DB00945","name":"Acetylsalicylic acid","synonyms":["Aspirin"],"parents":[]}</c>, <c>code</c> being
/// another word for <c>id</c> and <c>short</c> one more name; or short forms: <c>{"abbr":"HTN","expansions":["hypertension"]}</c>.
/// </summary>
/// <remarks>Terminologies state much else of a concept; other fields are passed over. Concepts with <c>"obsolete":true</c> are left out.</remarks>
internal static class JsonTerminology
{
    private const string Where = "the concept";

    public static IEnumerable<TerminologyEntry> Read(Stream stream, string file)
    {
        foreach (var line in JsonLine.Read(stream, file))
        {
            if (JsonLine.TryGet(line.Root, "obsolete", out var obsolete) && obsolete.ValueKind == JsonValueKind.True)
                continue;
            yield return Entry(line, stream.CanSeek ? stream.Position : 0);
        }
    }

    private static TerminologyEntry Entry(JsonLine line, long read)
    {
        if (line.OptionalString(line.Root, "abbr", "the line") is { } abbreviation)
        {
            var expansions = line.OptionalStrings(line.Root, "expansions", "the abbreviation") ?? [];
            if (abbreviation.Trim().Length == 0 || expansions.Count == 0)
                throw line.Unusable("missing_field", "An abbreviation has \"abbr\" and at least one of \"expansions\".");
            return new TerminologyEntry(line.Number, read, null, new Abbreviation(abbreviation.Trim(), expansions));
        }
        string code =
            line.OptionalString(line.Root, "id", Where)
            ?? line.OptionalString(line.Root, "code", Where)
            ?? throw line.Unusable("missing_field", "The line has neither \"id\" nor \"code\".");
        string name = line.RequiredString(line.Root, "name", Where);
        List<string> synonyms = line.OptionalStrings(line.Root, "synonyms", Where) ?? [];
        if (line.OptionalString(line.Root, "short", Where) is { } brief)
            synonyms.Add(brief);
        var parents = line.OptionalStrings(line.Root, "parents", Where) ?? [];
        return new TerminologyEntry(line.Number, read, TerminologyFile.Concept(code, name, synonyms, parents, line.File, line.Number));
    }
}
