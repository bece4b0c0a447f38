using ClinicalNlp.Annotation.Quality;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Snapshots;

/// <summary>How much each finished document of a project counts, by who finished it.</summary>
internal sealed class StoredWeights(SqliteConnection connection, string projectId)
{
    private readonly Dictionary<string, double> people = QualityStore
        .Of(connection, projectId)
        .ToDictionary(person => person.Person, person => person.Weight);

    /// <summary>The best of those who read it or corrected it: two who agree, or a decider, make up for one who looks less closely.</summary>
    /// <remarks>Who only took over a single reading, without a place to decide, has not looked.</remarks>
    public double Of(string documentId)
    {
        if (people.Values.All(weight => weight == 1))
        {
            return 1;
        }

        var readers = connection
            .Query<string>(
                """
                SELECT DISTINCT c.assignee FROM documents c WHERE c.source_id = @documentId AND c.status = 'done'
                UNION
                SELECT DISTINCT b.actor FROM correction_batches b WHERE b.document_id = @documentId AND b.kind <> 'import' AND b.schema_version IS NULL
                    AND (EXISTS (SELECT 1 FROM adjudications a
                            WHERE a.document_id = b.document_id AND a.revision = b.revision AND a.agreed = 0)
                        OR NOT EXISTS (SELECT 1 FROM adjudications a WHERE a.document_id = b.document_id AND a.revision = b.revision))
                """,
                new { documentId }
            )
            .ToList();
        return readers.Count == 0 ? 1 : readers.Max(person => people.GetValueOrDefault(person, 1));
    }
}
