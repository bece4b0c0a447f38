using System.Numerics;
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
                .ToDictionary(words => words.Key, words => words.Select(word => (word, LettersOf(word))).ToArray());
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
        uint letters = LettersOf(word);
        for (int length = word.Length - most; length <= word.Length + most; length++)
        {
            foreach (var (known, itsLetters) in state.ByLength.GetValueOrDefault(length, []))
            {
                // An edit adds or removes at most one letter on each side: most words are out by this alone.
                if (BitOperations.PopCount(letters ^ itsLetters) > 2 * most)
                    continue;
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

    /// <summary>Which letters a word has: a bit for each of a to z, the other characters together on five.</summary>
    private static uint LettersOf(string word)
    {
        uint letters = 0;
        foreach (char c in word)
            letters |= 1u << (c is >= 'a' and <= 'z' ? c - 'a' : 26 + (c % 5));
        return letters;
    }

    private sealed record State(string Version, Dictionary<int, (string Word, uint Letters)[]> ByLength);
}
