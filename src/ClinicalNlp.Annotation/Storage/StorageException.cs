using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>The store cannot be read or written; it is left as it was before the call.</summary>
/// <remarks>
/// Codes: <c>storage_full</c>, <c>storage_read_only</c>, <c>storage_damaged</c>, <c>storage_newer</c>, <c>storage_busy</c>,
/// <c>storage_unavailable</c>, <c>schema_changing</c>.
/// </remarks>
public sealed class StorageException(string code, string reason, string file) : UnusableInputException(code, reason, file)
{
    // errno ENOSPC and EROFS on Unix, ERROR_DISK_FULL on Windows; .NET puts them into HResult.
    private const int NoSpaceUnix = 28;
    private const int ReadOnlyFileSystemUnix = 30;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    /// <summary>Runs work on the file and states what the storage below could not do in stable codes.</summary>
    internal static T Translate<T>(string file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException error) when (Of(error, file) is not null)
        {
            throw Of(error, file)!;
        }
        catch (IOException error) when (Of(error, file) is not null)
        {
            throw Of(error, file)!;
        }
        catch (UnauthorizedAccessException)
        {
            throw new StorageException("storage_read_only", "the folder or file may not be written", file);
        }
    }

    /// <summary>What an I/O error says about the storage, or null when it says something else.</summary>
    public static StorageException? Of(IOException error, string file) =>
        error.HResult switch
        {
            NoSpaceUnix or DiskFullWindows => new StorageException("storage_full", "no space is left on the disk", file),
            ReadOnlyFileSystemUnix => new StorageException("storage_read_only", "the file system is read-only", file),
            _ => null,
        };

    private static StorageException? Of(SqliteException error, string file) =>
        error.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => new StorageException("storage_full", "no space is left for the database", file),
            raw.SQLITE_READONLY => new StorageException("storage_read_only", "the database cannot be written", file),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StorageException(
                "storage_damaged",
                "the file is not a whole SQLite database",
                file
            ),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StorageException("storage_busy", "another program holds the database", file),
            raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR or raw.SQLITE_PERM => new StorageException(
                "storage_unavailable",
                $"the database cannot be opened, read or written (SQLite error {error.SqliteExtendedErrorCode})",
                file
            ),
            _ => null,
        };
}
