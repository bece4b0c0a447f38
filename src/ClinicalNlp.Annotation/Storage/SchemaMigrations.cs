using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>Numbered SQL files (<c>0001_initial.sql</c>, …) inside the assembly, applied in order, all in one transaction.</summary>
internal static class SchemaMigrations
{
    /// <exception cref="StorageException"><c>storage_newer</c>: a newer program wrote the file; nothing was touched.</exception>
    public static void Apply(SqliteConnection connection, string file, bool readOnly)
    {
        var scripts = Scripts();
        int newest = scripts[^1].Number;
        int current = Current(connection);
        if (current > newest)
        {
            throw new StorageException(
                "storage_newer",
                $"the database has schema {current}, this program knows schemas up to {newest}: use the newer program",
                file
            );
        }

        if (readOnly || Missing(connection, scripts).Count == 0)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT");
        // Looked at again: another process may have migrated before the lock was taken.
        foreach (var (number, sql) in Missing(connection, scripts))
        {
            connection.Execute(sql);
            connection.Execute("INSERT INTO schema_version (version) VALUES (@number)", new { number });
        }

        transaction.Commit();
    }

    /// <summary>Not only those after the newest: scripts of two branches may have come together out of order.</summary>
    private static List<(int Number, string Sql)> Missing(SqliteConnection connection, List<(int Number, string Sql)> scripts)
    {
        bool none = Current(connection) == 0;
        var applied = none ? [] : connection.Query<int>("SELECT version FROM schema_version").ToHashSet();
        return [.. scripts.Where(script => !applied.Contains(script.Number))];
    }

    private static int Current(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'") == 0
            ? 0
            : (int)connection.ExecuteScalar<long>("SELECT coalesce(max(version), 0) FROM schema_version");

    private static List<(int Number, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<(int Number, string Sql)>();
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            // ClinicalNlp.Annotation.Storage.Migrations.0001_initial.sql
            string file = name[(name.LastIndexOf('.', name.Length - 5) + 1)..];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add((int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), reader.ReadToEnd()));
        }

        return [.. scripts.OrderBy(script => script.Number)];
    }
}
