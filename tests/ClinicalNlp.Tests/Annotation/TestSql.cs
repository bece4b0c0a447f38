using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Tests.Annotation;

/// <summary>What somebody with the database file and a shell could do.</summary>
internal static class TestSql
{
    public static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
