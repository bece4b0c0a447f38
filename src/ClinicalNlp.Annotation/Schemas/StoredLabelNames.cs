using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Schemas;

/// <summary>What a project calls labels that had other names: in the log, in models trained before, and in pages that were open.</summary>
internal static class StoredLabelNames
{
    /// <summary>Renamed and merged labels, to the name that they have now.</summary>
    public static Dictionary<string, string> Load(SqliteConnection connection, string projectId) =>
        connection
            .Query<(string Name, string Now)>(
                "SELECT name, now FROM former_labels WHERE project_id = @projectId AND now IS NOT NULL",
                new { projectId }
            )
            .ToDictionary(pair => pair.Name, pair => pair.Now);
}
