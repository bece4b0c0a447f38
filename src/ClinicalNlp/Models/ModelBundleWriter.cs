using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ClinicalNlp.Models;

/// <summary>Writes a bundle whole or not at all: into a temporary folder beside its place, flushed to disk, then renamed.</summary>
public static partial class ModelBundleWriter
{
    /// <summary>In the name of every folder being written; after a crash such a folder may be deleted.</summary>
    public const string TemporaryMark = ".tmp-";

    /// <param name="directory">The bundle folder; it must not exist, or be empty.</param>
    /// <param name="writeFiles">Writes the bundle's files, without the card, into the folder it is given.</param>
    /// <returns>The card as written, with the hash and size of every file.</returns>
    /// <exception cref="UnusableInputException"><c>output_exists</c>: there is something in the folder already.</exception>
    public static ModelCard Write(ModelCard card, string directory, Action<string> writeFiles)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(writeFiles);
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        RefuseExisting(directory);
        var parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        var temporary = $"{directory}{TemporaryMark}{Guid.NewGuid():N}";
        Directory.CreateDirectory(temporary);
        try
        {
            writeFiles(temporary);
            var files = new SortedDictionary<string, CardFile>(StringComparer.Ordinal);
            foreach (var path in Directory.GetFiles(temporary))
                files[Path.GetFileName(path)] = Seal(path);
            card = card with { Files = files };
            var cardPath = Path.Combine(temporary, ModelCard.FileName);
            File.WriteAllBytes(cardPath, card.ToJson());
            Seal(cardPath);
            FlushDirectory(temporary);
            if (Directory.Exists(directory))
                Directory.Delete(directory); // empty, or this throws
            Directory.Move(temporary, directory);
            FlushDirectory(parent);
            return card;
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Called early by those who train for minutes before they write.</summary>
    /// <exception cref="UnusableInputException"><c>output_exists</c>.</exception>
    public static void RefuseExisting(string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
            throw new UnusableInputException("output_exists", "There is something here already; a model is never overwritten.", directory);
    }

    private static CardFile Seal(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Flush(flushToDisk: true);
        return new CardFile(hash, stream.Length);
    }

    /// <summary>A rename is on disk only when its folder is; .NET has no call for that.</summary>
    private static void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = OpenDirectory(directory, 0);
        if (handle < 0)
            return;
        _ = Flush(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
