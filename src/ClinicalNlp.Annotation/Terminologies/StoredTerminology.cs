using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Concepts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>Writes a terminology's rows, or takes them away, within the caller's transaction.</summary>
internal static class StoredTerminology
{
    private const int ReportEvery = 256;

    public static void Add(
        SqliteConnection connection,
        NewTerminology terminology,
        TerminologyContent content,
        DateTimeOffset now,
        Action<string, long, long>? report,
        CancellationToken cancellation
    )
    {
        long first = 1 + connection.ExecuteScalar<long>("SELECT coalesce(max(last_name), 0) FROM terminologies");
        var names = NamesOf(content);
        long id = connection.ExecuteScalar<long>(
            """
            INSERT INTO terminologies (name, version, licence, kind, concepts, names, first_name, last_name, imported_at)
            VALUES (@Name, @Version, @Licence, @kind, @concepts, @names, @first, @last, @at) RETURNING id
            """,
            new
            {
                terminology.Name,
                terminology.Version,
                terminology.Licence,
                kind = StoredNames.Of(terminology.Kind),
                concepts = content.Concepts.Count + content.Abbreviations.Count,
                names = names.Count,
                first,
                last = first + names.Count - 1,
                at = now.ToUnixTimeMilliseconds(),
            }
        );
        long[] concepts = AddConcepts(connection, id, content.Concepts, report, cancellation);
        AddNames(connection, first, names, concepts, report, cancellation);
        AddAbbreviations(connection, id, content.Abbreviations);
        report?.Invoke("tidying the index", 0, 0);
        connection.Execute("INSERT INTO name_words (name_words) VALUES ('optimize')");
    }

    public static void Remove(SqliteConnection connection, string name) =>
        connection.Execute(
            """
            DELETE FROM name_words WHERE rowid IN (SELECT n.id FROM names n JOIN terminologies t ON n.id BETWEEN t.first_name AND t.last_name WHERE t.name = @name);
            DELETE FROM initials WHERE name_id IN (SELECT n.id FROM names n JOIN terminologies t ON n.id BETWEEN t.first_name AND t.last_name WHERE t.name = @name);
            DELETE FROM names WHERE id BETWEEN (SELECT first_name FROM terminologies WHERE name = @name) AND (SELECT last_name FROM terminologies WHERE name = @name);
            DELETE FROM abbreviations WHERE terminology_id = (SELECT id FROM terminologies WHERE name = @name);
            DELETE FROM concepts WHERE terminology_id = (SELECT id FROM terminologies WHERE name = @name);
            DELETE FROM terminologies WHERE name = @name;
            """,
            new { name }
        );

    /// <summary>The shortest first; what folds to the same stays apart only when it belongs to different concepts.</summary>
    private static List<(int Concept, string Name, string Folded, IReadOnlyList<string> Words, bool Preferred)> NamesOf(
        TerminologyContent content
    )
    {
        var names = new List<(int Concept, string Name, string Folded, IReadOnlyList<string> Words, bool Preferred)>();
        foreach (var (place, concept) in content.Concepts.Index())
        {
            foreach (var (i, name) in concept.Synonyms.Prepend(concept.Name).Index())
            {
                var words = ConceptText.Words(name);
                names.Add((place, name, string.Join(' ', words), words, i == 0));
            }
        }
        names.Sort((a, b) => a.Folded.Length != b.Folded.Length ? a.Folded.Length - b.Folded.Length : a.Concept - b.Concept);
        return names;
    }

    private static long[] AddConcepts(
        SqliteConnection connection,
        long terminology,
        IReadOnlyList<Concept> concepts,
        Action<string, long, long>? report,
        CancellationToken cancellation
    )
    {
        var ids = new long[concepts.Count];
        using var insert = new PreparedRow(
            connection,
            "INSERT INTO concepts (terminology_id, code, name, parents) VALUES (@p0, @p1, @p2, @p3) RETURNING id",
            4
        );
        for (int i = 0; i < concepts.Count; i++)
        {
            Step("storing concepts", i, concepts.Count, report, cancellation);
            ids[i] = (long)insert.Execute(terminology, concepts[i].Code, concepts[i].Name, StoredJson.Write(concepts[i].Parents))!;
        }
        return ids;
    }

    private static void AddNames(
        SqliteConnection connection,
        long first,
        List<(int Concept, string Name, string Folded, IReadOnlyList<string> Words, bool Preferred)> names,
        long[] concepts,
        Action<string, long, long>? report,
        CancellationToken cancellation
    )
    {
        using var row = new PreparedRow(
            connection,
            "INSERT INTO names (id, concept_id, name, folded, preferred) VALUES (@p0, @p1, @p2, @p3, @p4)",
            5
        );
        using var indexed = new PreparedRow(connection, "INSERT INTO name_words (rowid, folded) VALUES (@p0, @p1)", 2);
        using var initial = new PreparedRow(connection, "INSERT OR IGNORE INTO initials (letters, name_id) VALUES (@p0, @p1)", 2);
        for (int i = 0; i < names.Count; i++)
        {
            Step("indexing names", i, names.Count, report, cancellation);
            var name = names[i];
            long id = first + i;
            row.Execute(id, concepts[name.Concept], name.Name, name.Folded, name.Preferred ? 1L : 0L);
            indexed.Execute(id, name.Folded);
            foreach (string letters in ConceptText.Initials(name.Words))
                initial.Execute(letters, id);
        }
    }

    private static void AddAbbreviations(SqliteConnection connection, long terminology, List<Abbreviation> abbreviations)
    {
        using var row = new PreparedRow(
            connection,
            "INSERT OR IGNORE INTO abbreviations (folded, expansion, terminology_id) VALUES (@p0, @p1, @p2)",
            3
        );
        foreach (var abbreviation in abbreviations)
        {
            foreach (string expansion in abbreviation.Expansions)
                row.Execute(ConceptText.Fold(abbreviation.Short), expansion, terminology);
        }
    }

    private static void Step(string phase, int done, int total, Action<string, long, long>? report, CancellationToken cancellation)
    {
        if (done % ReportEvery != 0)
            return;
        cancellation.ThrowIfCancellationRequested();
        report?.Invoke(phase, done, total);
    }

    /// <summary>One statement, prepared once for many rows: half a million names are slow otherwise.</summary>
    private sealed class PreparedRow : IDisposable
    {
        private readonly SqliteCommand command;

        public PreparedRow(SqliteConnection connection, string sql, int parameters)
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < parameters; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
        }

        public object? Execute(params ReadOnlySpan<object> values)
        {
            for (int i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i];
            return command.ExecuteScalar();
        }

        public void Dispose() => command.Dispose();
    }
}
