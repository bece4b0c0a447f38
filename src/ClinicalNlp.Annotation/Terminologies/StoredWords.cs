using ClinicalNlp.Concepts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>The different words of all names, kept in memory to look for those that are nearly what was typed; read again after an import.</summary>
/// <remarks>Measured against every word of like length: 60,000 words take a few milliseconds, and no index of deletions has to be kept.</remarks>
internal sealed class StoredWords
{
    private const int MostNear = 8;

    private readonly Lock gate = new();
    private volatile State state = new("", []);

    public void Refresh(SqliteConnection connection)
    {
        string version = connection.ExecuteScalar<string>(
            "SELECT coalesce(group_concat(id || ':' || imported_at), '') FROM (SELECT id, imported_at FROM terminologies ORDER BY id)"
        )!;
        if (state.Version == version)
            return;
        lock (gate)
        {
            if (state.Version == version)
                return;
            var byLength = connection
                .Query<string>("SELECT term FROM words WHERE length(term) BETWEEN 3 AND 40", buffered: false)
                .GroupBy(word => word.Length)
                .ToDictionary(words => words.Key, words => words.ToArray());
            state = new State(version, byLength);
        }
    }

    /// <summary>The nearest other words, the nearest first; those that begin with another letter after those that do not.</summary>
    public IReadOnlyList<string> Near(string word)
    {
        int most = ConceptQuery.Tolerance(word);
        if (most == 0)
            return [];
        var near = new List<(int Distance, string Word)>();
        for (int length = word.Length - most; length <= word.Length + most; length++)
        {
            foreach (string known in state.ByLength.GetValueOrDefault(length, []))
            {
                int distance = EditDistance.Of(word, known, most);
                if (distance > 0 && distance <= most)
                    near.Add((distance, known));
            }
        }
        return
        [
            .. near.OrderBy(each => each.Distance)
                .ThenBy(each => each.Word[0] == word[0] ? 0 : 1)
                .ThenBy(each => each.Word, StringComparer.Ordinal)
                .Take(MostNear)
                .Select(each => each.Word),
        ];
    }

    private sealed record State(string Version, Dictionary<int, string[]> ByLength);
}
