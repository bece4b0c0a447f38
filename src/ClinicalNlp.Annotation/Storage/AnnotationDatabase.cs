using Dapper;
using Microsoft.Data.Sqlite;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>One SQLite file that holds everything people decided.</summary>
/// <remarks>
/// A method that returned has its change on disk: WAL with <c>synchronous=FULL</c> syncs the log at every commit, so neither
/// <c>kill -9</c> nor a power cut loses what was acknowledged. Calls are synchronous because SQLite is.
/// </remarks>
public sealed class AnnotationDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly Action<SqliteConnection>? afterOpen;
    private readonly RecordIds ids;

    // SQLite has one writer. Waiting here is fair and wakes at once; waiting inside SQLite is polling.
    private readonly Lock writing = new();

    private static readonly AsyncLocal<TimeSpan?> Patience = new();
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private volatile bool isAtLength;

    static AnnotationDatabase()
    {
        SQLitePCL.Batteries_V2.Init();
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    private AnnotationDatabase(string path, TimeProvider time, bool readOnly, Action<SqliteConnection>? afterOpen, RecordIds ids)
    {
        Path = path;
        Key = StoreKey.Beside(path);
        Time = time;
        this.afterOpen = afterOpen;
        this.ids = ids;
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            // Another process (the command line) may hold the write lock for a moment; in seconds.
            DefaultTimeout = 10,
        }.ConnectionString;
    }

    public string Path { get; }

    internal StoreKey Key { get; }

    /// <summary>Raised under the write lock after a change that others are told of.</summary>
    internal event EventHandler? Announced;

    public TimeProvider Time { get; }

    /// <summary>Opens or creates the file and brings its schema up to date.</summary>
    /// <exception cref="StorageException">The file or folder cannot be used, or a newer program wrote it.</exception>
    public static AnnotationDatabase Open(string path, TimeProvider time, bool readOnly = false) => Open(path, time, readOnly, null);

    /// <param name="afterOpen">Runs on every connection; tests make the disk full with it.</param>
    /// <param name="ids">Makes the ids of new records; tests make the same ones each time.</param>
    internal static AnnotationDatabase Open(
        string path,
        TimeProvider time,
        bool readOnly,
        Action<SqliteConnection>? afterOpen,
        RecordIds? ids = null
    )
    {
        string full = System.IO.Path.GetFullPath(path);
        var database = new AnnotationDatabase(full, time, readOnly, afterOpen, ids ?? new RecordIds());
        StorageException.Translate(
            full,
            () =>
            {
                if (!readOnly)
                {
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
                }

                using var connection = database.Connect();
                if (!readOnly)
                {
                    connection.Execute("PRAGMA journal_mode = WAL");
                }

                SchemaMigrations.Apply(connection, full, readOnly);
                return true;
            }
        );
        return database;
    }

    /// <summary>Whether a query is answered now; for health reports.</summary>
    public bool IsReachable()
    {
        try
        {
            return Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM schema_version")) > 0;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Runs queries that all see one state of the store.</summary>
    internal T Read<T>(Func<SqliteConnection, T> read) =>
        StorageException.Translate(
            Path,
            () =>
            {
                using var connection = Connect();
                using var transaction = connection.BeginTransaction(deferred: true);
                return read(connection);
            }
        );

    /// <summary>From here on, what this request writes waits at most so long for a write that takes its time; other writes wait for its end.</summary>
    public static void WaitAtMost(TimeSpan patience) => Patience.Value = patience;

    /// <summary>As <see cref="Write{T}"/>, for a change that may take many seconds: who is in a hurry is told so instead of waiting.</summary>
    internal T WriteAtLength<T>(string actor, Func<WriteTransaction, T> write) =>
        Write(
            actor,
            transaction =>
            {
                isAtLength = true;
                return write(transaction);
            }
        );

    /// <summary>Runs one change with its audit record: both are stored, or neither.</summary>
    internal T Write<T>(string actor, Func<WriteTransaction, T> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(actor);
        return StorageException.Translate(
            Path,
            () =>
            {
                EnterWriting();
                try
                {
                    using var connection = Connect();
                    // Not deferred: BEGIN IMMEDIATE takes the write lock before anything is read, so no check goes stale.
                    using var transaction = connection.BeginTransaction(deferred: false);
                    var scope = new WriteTransaction(connection, actor, Time.GetUtcNow(), ids);
                    T result = write(scope);
                    if (scope.Commits())
                    {
                        transaction.Commit();
                        if (scope.HasEvents)
                        {
                            Announced?.Invoke(this, EventArgs.Empty);
                        }
                    }

                    return result;
                }
                finally
                {
                    isAtLength = false;
                    writing.Exit();
                }
            }
        );
    }

    internal void Write(string actor, Action<WriteTransaction> write) =>
        Write(
            actor,
            transaction =>
            {
                write(transaction);
                return true;
            }
        );

    /// <summary>Writes the whole file anew, so that nothing that was deleted or overwritten still lies in free parts of it or in the log beside it.</summary>
    /// <exception cref="StorageException"><c>storage_busy</c>: somebody reads too long; <c>storage_full</c>.</exception>
    internal void Compact() =>
        StorageException.Translate(
            Path,
            () =>
            {
                lock (writing)
                {
                    using var connection = Connect();
                    connection.Execute("VACUUM");
                    // The first column says whether a reader was in the way for as long as busy_timeout waits.
                    bool busy = connection.ExecuteScalar<long>("PRAGMA wal_checkpoint(TRUNCATE)") != 0;
                    return busy
                        ? throw new StorageException("storage_busy", "the file could not be rewritten while it is read", Path)
                        : true;
                }
            }
        );

    /// <exception cref="StorageException"><c>schema_changing</c>, for who said how long to wait at most.</exception>
    private void EnterWriting()
    {
        if (Patience.Value is not { } patience)
        {
            writing.Enter();
            return;
        }

        for (var waited = TimeSpan.Zero; !writing.TryEnter(BetweenLooks); waited += BetweenLooks)
        {
            if (isAtLength && waited >= patience)
            {
                throw new StorageException(
                    "schema_changing",
                    "the labels of a project are being changed; send this again when that is done",
                    Path
                );
            }
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000");
            afterOpen?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
