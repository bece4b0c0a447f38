using System.Globalization;
using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Concepts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>
/// Finds concepts by what somebody types: the database gives candidates (names that are equal, that begin so, that hold the words, whose first letters
/// they are), <see cref="ConceptQuery"/> says how well each answers.
/// </summary>
public sealed class ConceptStore(TerminologyStore terminologies)
{
    /// <summary>UTF-16 code units of a query.</summary>
    public const int LongestQuery = 200;

    public const int MostResults = 50;

    private const int MostWords = 12;

    /// <summary>A name of a system that the label does not ask first counts this much.</summary>
    private const double OtherSystem = 0.85;

    /// <summary>What is found by way of a short form counts this much of what the long form would.</summary>
    private const double ByExpansion = 0.9;

    // Candidates of a kind from a terminology; ids grow with the length of names, so these are the shortest.
    private const int Candidates = 50;
    private const int Expansions = 5;

    private const string Columns = """
        n.id, n.name AS matched, n.folded, n.preferred, c.id AS concept_id, c.code, c.name, t.name AS system, t.kind
        FROM names n JOIN concepts c ON c.id = n.concept_id JOIN terminologies t ON t.id = c.terminology_id
        """;

    private readonly StoredWords vocabulary = new();

    /// <param name="label">Of the mention; decides which systems come first.</param>
    /// <param name="system">The one system to look in.</param>
    public IReadOnlyList<FoundConcept> Search(string query, string? label, string? system, int limit)
    {
        var asked = ConceptQuery.Of(query);
        if (asked.Words.Count is 0 or > MostWords)
            return [];
        limit = Math.Clamp(limit, 1, MostResults);
        var preferred = TerminologyKinds.PreferredBy(label);
        return terminologies.Read(
            connection =>
            {
                var ranges = Ranges(connection, system);
                var found = new Dictionary<long, FoundConcept>();
                Take(found, asked, Names(connection, asked, ranges), preferred);
                if (asked.MayBeInitials)
                    Take(found, asked, ByInitials(connection, asked, ranges), preferred);
                TakeExpansions(connection, found, asked, ranges, preferred);
                if (found.Values.Count(concept => concept.Match != ConceptMatch.Abbreviation) < limit)
                    Take(found, asked, Nearly(connection, asked, ranges), preferred);
                return (IReadOnlyList<FoundConcept>)
                    [
                        .. found
                            .Values.OrderByDescending(concept => concept.Score)
                            .ThenBy(concept => concept.Name.Length)
                            .ThenBy(concept => concept.Reference, StringComparer.Ordinal)
                            .Take(limit),
                    ];
            },
            []
        );
    }

    /// <summary>The concepts that references of mentions name, in their order; unknown ones are left out. A bare code is looked for in all systems.</summary>
    public IReadOnlyList<FoundConcept> Resolve(IReadOnlyList<string> references) =>
        terminologies.Read(
            connection =>
                (IReadOnlyList<FoundConcept>)
                    [
                        .. references
                            .Select(reference =>
                            {
                                string[] parts = reference.Split(':', 2);
                                var row = connection.QueryFirstOrDefault<(string Code, string Name, string System)>(
                                    """
                                    SELECT c.code, c.name, t.name FROM concepts c JOIN terminologies t ON t.id = c.terminology_id
                                    WHERE c.code = @reference OR (c.code = @code AND t.name = @system) ORDER BY t.name = @system DESC, t.id LIMIT 1
                                    """,
                                    new
                                    {
                                        reference,
                                        system = parts[0],
                                        code = parts[^1],
                                    }
                                );
                                return row.Code is null
                                    ? null
                                    : new FoundConcept(row.System, row.Code, row.Name, row.Name, ConceptMatch.Exact, 1, reference);
                            })
                            .OfType<FoundConcept>(),
                    ],
            []
        );

    /// <summary>The names' ids of each terminology that is asked.</summary>
    private static List<(long First, long Last)> Ranges(SqliteConnection connection, string? system) =>
        [
            .. connection.Query<(long, long)>(
                "SELECT first_name, last_name FROM terminologies WHERE @system IS NULL OR name = @system",
                new { system }
            ),
        ];

    private static List<NameRow> Names(SqliteConnection connection, ConceptQuery asked, List<(long First, long Last)> ranges)
    {
        var ids = new HashSet<long>();
        ids.UnionWith(
            connection.Query<long>(
                "SELECT id FROM names WHERE folded >= @from AND folded < @until ORDER BY length(folded), id LIMIT @count",
                new
                {
                    from = asked.Folded,
                    // After every word that begins so; U+10FFFF is no character.
                    until = asked.Folded + "\U0010FFFF",
                    count = Candidates * Math.Max(1, ranges.Count),
                }
            )
        );
        ids.UnionWith(Matching(connection, AllWords(asked), ranges));
        return Rows(connection, ids, ranges);
    }

    private static List<NameRow> ByInitials(SqliteConnection connection, ConceptQuery asked, List<(long First, long Last)> ranges) =>
        Rows(
            connection,
            [
                .. ranges.SelectMany(range =>
                    connection.Query<long>(
                        "SELECT name_id FROM initials WHERE letters = @letters AND name_id BETWEEN @First AND @Last LIMIT @count",
                        new
                        {
                            letters = asked.Folded,
                            range.First,
                            range.Last,
                            count = Candidates,
                        }
                    )
                ),
            ],
            ranges
        );

    private static void TakeExpansions(
        SqliteConnection connection,
        Dictionary<long, FoundConcept> found,
        ConceptQuery asked,
        List<(long First, long Last)> ranges,
        IReadOnlyList<TerminologyKind> preferred
    )
    {
        var expansions = connection.Query<string>(
            "SELECT DISTINCT expansion FROM abbreviations WHERE folded = @Folded ORDER BY length(expansion) LIMIT @Expansions",
            new { asked.Folded, Expansions }
        );
        foreach (string expansion in expansions)
        {
            var longer = ConceptQuery.Of(expansion);
            if (longer.Words.Count is > 0 and <= MostWords)
                Take(found, longer, Names(connection, longer, ranges), preferred, byExpansion: true);
        }
    }

    /// <summary>Words that no name has are exchanged for those that are nearly the same.</summary>
    private List<NameRow> Nearly(SqliteConnection connection, ConceptQuery asked, List<(long First, long Last)> ranges)
    {
        vocabulary.Refresh(connection);
        var clauses = new List<string>();
        bool changed = false;
        foreach (var (i, word) in asked.Words.Index())
        {
            var near = vocabulary.Near(word);
            bool last = i == asked.Words.Count - 1;
            changed |= near.Count > 0;
            clauses.Add($"({string.Join(" OR ", near.Select(Quoted).Prepend(last ? Quoted(word) + "*" : Quoted(word)))})");
        }
        return changed ? Rows(connection, Matching(connection, string.Join(" AND ", clauses), ranges), ranges) : [];
    }

    private static HashSet<long> Matching(SqliteConnection connection, string match, List<(long First, long Last)> ranges)
    {
        var ids = new HashSet<long>();
        foreach (var (first, last) in ranges)
        {
            ids.UnionWith(
                connection.Query<long>(
                    "SELECT rowid FROM name_words WHERE name_words MATCH @match AND rowid BETWEEN @first AND @last LIMIT @count",
                    new
                    {
                        match,
                        first,
                        last,
                        count = Candidates,
                    }
                )
            );
        }
        return ids;
    }

    /// <summary>Ids are numbers of ours, so they may stand in the statement: thousands of parameters would be slower than the query.</summary>
    private static List<NameRow> Rows(SqliteConnection connection, HashSet<long> ids, List<(long First, long Last)> ranges) =>
        [
            .. connection.Query<NameRow>(
                $"SELECT {Columns} WHERE n.id IN ({string.Join(',', ids.Where(id => ranges.Exists(range => id >= range.First && id <= range.Last)).Select(id => id.ToString(CultureInfo.InvariantCulture)))})"
            ),
        ];

    private static void Take(
        Dictionary<long, FoundConcept> found,
        ConceptQuery asked,
        List<NameRow> rows,
        IReadOnlyList<TerminologyKind> preferred,
        bool byExpansion = false
    )
    {
        foreach (var row in rows)
        {
            if (asked.Rate(row.Folded, row.Preferred != 0) is not { } rating || (byExpansion && rating.Match == ConceptMatch.Typo))
                continue;
            bool first = preferred.Count == 0 || preferred.Contains(StoredNames.Parse<TerminologyKind>(row.Kind));
            double score = rating.Score * (first ? 1 : OtherSystem) * (byExpansion ? ByExpansion : 1);
            if (found.TryGetValue(row.ConceptId, out var known) && known.Score >= score)
                continue;
            found[row.ConceptId] = new FoundConcept(
                row.System,
                row.Code,
                row.Name,
                row.Matched,
                byExpansion ? ConceptMatch.Abbreviation : rating.Match,
                Math.Round(score, 4),
                StoredConcept.ReferenceOf(row.System, row.Code)
            );
        }
    }

    private static string AllWords(ConceptQuery asked) => string.Join(" AND ", asked.Words.Select(Quoted)) + "*";

    // Words are letters and digits alone, so nothing needs escaping.
    private static string Quoted(string word) => $"\"{word}\"";

    private sealed record NameRow
    {
        public required string Matched { get; init; }
        public required string Folded { get; init; }
        public required long Preferred { get; init; }
        public required long ConceptId { get; init; }
        public required string Code { get; init; }
        public required string Name { get; init; }
        public required string System { get; init; }
        public required string Kind { get; init; }
    }
}
