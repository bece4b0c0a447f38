using ClinicalNlp.Annotation.Storage;
using ClinicalNlp.Concepts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Terminologies;

/// <summary>
/// The terminologies of a house in one SQLite file of their own, beside the database of what people decided: they are large, come from elsewhere and
/// can be imported again, so no backup needs them. Without a file there are no terminologies.
/// </summary>
/// <remarks>Names get their ids in the order of their length within a terminology, so that the first rows of an index are the shortest names.</remarks>
public sealed class TerminologyStore
{
    public const string FileName = "terminology.db";

    private const int LongestName = 40;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS terminologies (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE, version TEXT NOT NULL, licence TEXT NOT NULL,
            kind TEXT NOT NULL, concepts INTEGER NOT NULL, names INTEGER NOT NULL, first_name INTEGER NOT NULL, last_name INTEGER NOT NULL,
            imported_at INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS concepts (
            id INTEGER PRIMARY KEY, terminology_id INTEGER NOT NULL REFERENCES terminologies (id), code TEXT NOT NULL, name TEXT NOT NULL,
            parents TEXT NOT NULL, UNIQUE (terminology_id, code)) STRICT;
        CREATE INDEX IF NOT EXISTS concepts_by_code ON concepts (code);
        CREATE TABLE IF NOT EXISTS names (
            id INTEGER PRIMARY KEY, concept_id INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, preferred INTEGER NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS names_by_folded ON names (folded);
        CREATE INDEX IF NOT EXISTS names_by_concept ON names (concept_id);
        CREATE TABLE IF NOT EXISTS initials (letters TEXT NOT NULL, name_id INTEGER NOT NULL, PRIMARY KEY (letters, name_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS abbreviations (
            folded TEXT NOT NULL, expansion TEXT NOT NULL, terminology_id INTEGER NOT NULL, PRIMARY KEY (folded, expansion, terminology_id))
            STRICT, WITHOUT ROWID;
        CREATE VIRTUAL TABLE IF NOT EXISTS name_words USING fts5 (
            folded, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 0');
        CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5vocab (name_words, row);
        """;

    private readonly string file;
    private readonly TimeProvider time;

    static TerminologyStore()
    {
        SQLitePCL.Batteries_V2.Init();
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    /// <param name="folder">The data folder of a service, or any other.</param>
    public TerminologyStore(string folder, TimeProvider time)
    {
        file = Path.Combine(Path.GetFullPath(folder), FileName);
        this.time = time;
    }

    public IReadOnlyList<Terminology> List() => Read(Listed, []);

    /// <summary>Reads the files and puts them in the place of the terminology of that name; in one transaction, so that an interruption leaves what was.</summary>
    /// <returns>What is there now, and what it replaced.</returns>
    /// <exception cref="UnusableInputException">A file cannot be used, or <c>invalid_option</c>: the name.</exception>
    public (Terminology Now, Terminology? Before) Import(
        NewTerminology terminology,
        IReadOnlyList<string> paths,
        Action<string, long, long>? report = null,
        CancellationToken cancellation = default
    )
    {
        Check(terminology);
        var content = TerminologyContent.Read(paths, report, cancellation);
        return Write(connection =>
        {
            var before = Find(connection, terminology.Name);
            StoredTerminology.Remove(connection, terminology.Name);
            StoredTerminology.Add(connection, terminology, content, time.GetUtcNow(), report, cancellation);
            return (Find(connection, terminology.Name)!, before);
        });
    }

    /// <exception cref="UnusableInputException"><c>not_found</c>.</exception>
    public Terminology Remove(string name) =>
        Write(connection =>
        {
            var before =
                Find(connection, name)
                ?? throw new UnusableInputException("not_found", $"There is no terminology {name} in {Path.GetDirectoryName(file)}.");
            StoredTerminology.Remove(connection, name);
            return before;
        });

    /// <summary>Null when there is no such concept.</summary>
    public StoredConcept? Get(string system, string code) =>
        Read<StoredConcept?>(
            connection =>
                connection.QuerySingleOrDefault<ConceptRow>(
                    """
                    SELECT c.id, c.code, c.name, c.parents, t.name AS system, t.version, t.licence FROM concepts c
                    JOIN terminologies t ON t.id = c.terminology_id WHERE t.name = @system AND c.code = @code
                    """,
                    new { system, code }
                )
                    is { } row
                    ? row.ToConcept([
                        .. connection.Query<string>(
                            "SELECT name FROM names WHERE concept_id = @Id AND preferred = 0 ORDER BY id",
                            new { row.Id }
                        ),
                    ])
                    : null,
            null
        );

    internal T Read<T>(Func<SqliteConnection, T> read, T without)
    {
        if (!File.Exists(file))
            return without;
        return StorageException.Translate(
            file,
            () =>
            {
                using var connection = Open(SqliteOpenMode.ReadWrite);
                using var transaction = connection.BeginTransaction(deferred: true);
                // Another process may be making the file at this moment.
                bool made = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE name = 'words'") > 0;
                return made ? read(connection) : without;
            }
        );
    }

    internal static IReadOnlyList<Terminology> Listed(SqliteConnection connection) =>
        [.. connection.Query<TerminologyRow>("SELECT * FROM terminologies ORDER BY name").Select(row => row.ToTerminology())];

    private static Terminology? Find(SqliteConnection connection, string name) =>
        connection.QuerySingleOrDefault<TerminologyRow>("SELECT * FROM terminologies WHERE name = @name", new { name })?.ToTerminology();

    private T Write<T>(Func<SqliteConnection, T> write) =>
        StorageException.Translate(
            file,
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                using var connection = Open(SqliteOpenMode.ReadWriteCreate);
                connection.Execute("PRAGMA journal_mode = WAL");
                T result;
                using (var transaction = connection.BeginTransaction(deferred: false))
                {
                    connection.Execute(Tables);
                    result = write(connection);
                    transaction.Commit();
                }
                // The log of an import is as large as the terminology.
                connection.Execute("PRAGMA wal_checkpoint (TRUNCATE)");
                return result;
            }
        );

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = mode,
                DefaultTimeout = 30,
            }.ConnectionString
        );
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Check(NewTerminology terminology)
    {
        bool plain = terminology.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ' ');
        if (!plain || terminology.Name.Trim() != terminology.Name || terminology.Name.Length is 0 or > LongestName)
            throw new UnusableInputException(
                "invalid_option",
                $"A terminology's name has 1 to {LongestName} letters, digits, spaces, hyphens, dots or underscores."
            );
    }

    private sealed record TerminologyRow
    {
        public required string Name { get; init; }
        public required string Version { get; init; }
        public required string Licence { get; init; }
        public required string Kind { get; init; }
        public required long Concepts { get; init; }
        public required long Names { get; init; }
        public required long ImportedAt { get; init; }

        public Terminology ToTerminology() =>
            new(
                Name,
                Version,
                Licence,
                StoredNames.Parse<TerminologyKind>(Kind),
                (int)Concepts,
                (int)Names,
                DateTimeOffset.FromUnixTimeMilliseconds(ImportedAt)
            );
    }

    private sealed record ConceptRow
    {
        public required long Id { get; init; }
        public required string Code { get; init; }
        public required string Name { get; init; }
        public required string Parents { get; init; }
        public required string System { get; init; }
        public required string Version { get; init; }
        public required string Licence { get; init; }

        public StoredConcept ToConcept(IReadOnlyList<string> synonyms) =>
            new(System, Version, Licence, new Concept(Code, Name, synonyms, StoredJson.Read<List<string>>(Parents)));
    }
}
