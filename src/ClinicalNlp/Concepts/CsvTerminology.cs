using ClinicalNlp.Corpora;

namespace ClinicalNlp.Concepts;

/// <summary>
/// A terminology as comma-, tab- or semicolon-separated values with a header: <c>code</c>, <c>name</c> and, when there are any, <c>synonyms</c> and
/// <c>parents</c>, several of which stand in one cell with <c>|</c> between. Rows of one code add names to it.
/// </summary>
internal static class CsvTerminology
{
    private static readonly string[] Codes = ["code", "id", "concept_code", "conceptid"];
    private static readonly string[] Names = ["name", "term", "concept_name", "preferred_name", "display"];
    private static readonly string[] Synonyms = ["synonyms", "synonym"];
    private static readonly string[] Parents = ["parents", "parent"];

    public static IEnumerable<TerminologyEntry> Read(Stream stream, string file)
    {
        var rows = new CsvRows(TextFile.Decode(stream, file), file);
        string[] header = [.. (rows.Header ?? []).Select(cell => cell.Trim().ToLowerInvariant().Replace(' ', '_'))];
        int code = Column(header, Codes);
        int name = Column(header, Names);
        if (code < 0 || name < 0)
            throw new UnusableInputException(
                "invalid_csv",
                $"The header names no {(code < 0 ? "code" : "name")}: columns are code, name and, when there are any, synonyms and parents.",
                file,
                1
            );
        int synonyms = Column(header, Synonyms);
        int parents = Column(header, Parents);
        foreach (var row in rows.Read())
        {
            row.RequireWidth(header.Length);
            yield return new TerminologyEntry(
                row.Line,
                0,
                TerminologyFile.Concept(row[code], row[name], Several(row, synonyms), Several(row, parents), file, row.Line)
            );
        }
    }

    private static int Column(string[] header, string[] names) => Array.FindIndex(header, names.Contains);

    private static string[] Several(CsvRows.Row row, int column) => column < 0 ? [] : row[column].Split('|');
}
