using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>Lists of records by their ids, which are in the order of creation.</summary>
internal static class StoredPage
{
    /// <summary>The newest first.</summary>
    /// <param name="query">Ends within its WHERE clause.</param>
    /// <param name="given">What the query names.</param>
    /// <param name="after">The last one of the part before.</param>
    public static Page<T> Newest<TRow, T>(
        SqliteConnection connection,
        string query,
        object given,
        int limit,
        string? after,
        Func<TRow, T> read,
        Func<T, string> id
    )
    {
        limit = Page<T>.Bound(limit);
        var parameters = new DynamicParameters(given);
        parameters.Add("after", after);
        parameters.Add("count", limit + 1);
        var rows = connection.Query<TRow>($"{query} AND (@after IS NULL OR id < @after) ORDER BY id DESC LIMIT @count", parameters);
        return Page<T>.Of([.. rows.Select(read)], limit, id);
    }
}
