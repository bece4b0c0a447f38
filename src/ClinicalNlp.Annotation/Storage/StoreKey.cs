using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>
/// 256 random bits in a file beside the database, which only the service's user may read: a copy of the database alone opens no secret and tells no
/// keyed hash. Made when it is first needed.
/// </summary>
internal sealed class StoreKey(string file)
{
    // Its first use gave it the name, and backups know the file by it.
    private const string FileName = "webhook.key";
    private const int Length = 32;

    private readonly Lock gate = new();
    private byte[]? bytes;

    public static StoreKey Beside(string database) => new(Path.Combine(Path.GetDirectoryName(database)!, FileName));

    public string File => file;

    /// <exception cref="StorageException">The file cannot be read or made, or <c>storage_damaged</c>: it is not whole.</exception>
    public byte[] Bytes()
    {
        lock (gate)
        {
            return bytes ??= StorageException.Translate(file, ReadOrMake);
        }
    }

    /// <summary>A key of its own for one purpose (HKDF, RFC 5869), so that what one use gives away says nothing of another.</summary>
    public byte[] For(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, Bytes(), Length, Encoding.UTF8.GetBytes(purpose));

    private byte[] ReadOrMake()
    {
        if (System.IO.File.Exists(file))
        {
            byte[] read = System.IO.File.ReadAllBytes(file);
            return read.Length == Length
                ? read
                : throw new StorageException("storage_damaged", "the key beside the database is not whole", file);
        }

        byte[] made = RandomNumberGenerator.GetBytes(Length);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Complete under another name first: a key half written would lose every secret sealed with it.
        string temporary = $"{file}.{Environment.ProcessId}";
        System.IO.File.Delete(temporary);
        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(made);
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(temporary, file);
        return made;
    }
}
