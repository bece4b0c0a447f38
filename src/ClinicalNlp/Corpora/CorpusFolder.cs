using System.IO.Compression;

namespace ClinicalNlp.Corpora;

/// <summary>Files by name, on disk or in a zip archive; names use <c>/</c>.</summary>
public abstract class CorpusFolder
{
    /// <summary>In ordinal order.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>What errors call the file.</summary>
    public abstract string Describe(string name);

    public abstract bool Has(string name);

    /// <exception cref="UnusableInputException"><c>file_missing</c>.</exception>
    public abstract Stream Open(string name);

    internal string Text(string name)
    {
        using var stream = Open(name);
        return TextFile.Decode(stream, Describe(name));
    }
}

internal sealed class DiskFolder(string path) : CorpusFolder
{
    public override IReadOnlyList<string> Names { get; } =
    [
        .. Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(path, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public override string Describe(string name) => Path.Combine(path, name);

    public override bool Has(string name) => File.Exists(Describe(name));

    public override Stream Open(string name) => TextFile.Open(Describe(name));
}

/// <summary>One file, and those beside it when they are asked for by name.</summary>
internal sealed class OneFileFolder(string file) : CorpusFolder
{
    public override IReadOnlyList<string> Names => [Path.GetFileName(file)];

    public override string Describe(string name) => Path.Combine(Path.GetDirectoryName(file) ?? "", name);

    public override bool Has(string name) => File.Exists(Describe(name));

    public override Stream Open(string name) => TextFile.Open(Describe(name));
}

/// <summary>A stream that is the one file.</summary>
internal sealed class StreamFolder(Stream stream, string name) : CorpusFolder
{
    public override IReadOnlyList<string> Names => [name];

    public override string Describe(string name) => name;

    public override bool Has(string other) => other == name;

    public override Stream Open(string other) => stream;
}

/// <summary>Where the documents of a folder are written.</summary>
/// <param name="create">Makes a file of the folder with what is written to the stream.</param>
internal sealed class FolderWriter(Action<string, Action<Stream>> create)
{
    /// <summary>Types, with their features, that documents were seen to use.</summary>
    public SortedDictionary<string, SortedSet<string>> Types { get; } = new(StringComparer.Ordinal);

    public void Create(string name, Action<Stream> write) => create(name, write);
}

/// <summary>Nothing is unpacked to disk, so an entry's name can lead nowhere.</summary>
internal sealed class ZipFolder : CorpusFolder
{
    /// <summary>Bytes of one entry, unpacked. A small archive can unpack to terabytes.</summary>
    private const int LargestEntry = 256 * 1024 * 1024;

    /// <summary>Bytes of all entries, unpacked: documents of an import are held together until they are stored.</summary>
    internal const long LargestWhole = 512L * 1024 * 1024;

    /// <summary>Each costs the list of an archive some hundred bytes, and the archive itself fewer than fifty.</summary>
    internal const int MostEntries = 200_000;

    private static ReadOnlySpan<byte> EntryMark => "PK\x01\x02"u8;

    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);
    private long _unpacked;

    private readonly string _name;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="UnusableInputException"><c>invalid_zip</c>.</exception>
    public ZipFolder(Stream stream, string name)
    {
        _name = name;
        try
        {
            foreach (var entry in new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true).Entries)
            {
                if (!entry.FullName.EndsWith('/'))
                    _entries[entry.FullName.Replace('\\', '/')] = entry;
            }
        }
        catch (InvalidDataException)
        {
            throw new UnusableInputException("invalid_zip", "Not a zip archive, or a damaged one.", name);
        }
        Names = [.. _entries.Keys.Order(StringComparer.Ordinal)];
    }

    public override IReadOnlyList<string> Names { get; }

    /// <summary>Counts the marks of entries before anything lists them; bytes that look like one by chance are far too few to matter.</summary>
    /// <exception cref="UnusableInputException"><c>text_too_long</c>.</exception>
    public static void CheckEntries(ReadOnlySpan<byte> archive, string name)
    {
        if (archive.Count(EntryMark) > MostEntries)
            throw new UnusableInputException("text_too_long", $"The archive has over {MostEntries} files; send it in parts.", name);
    }

    public override string Describe(string name) => $"{_name}/{name}";

    public override bool Has(string name) => _entries.ContainsKey(name);

    public override Stream Open(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new UnusableInputException("file_missing", "The archive has no such file.", Describe(name));
        // An entry that belongs to several documents is opened for each, and held once.
        var first = _opened.Add(name);
        // The length in the archive's directory is the sender's claim: it may refuse, but what comes out is counted all the same.
        CheckLength(name, entry.Length, first ? _unpacked + entry.Length : 0);
        var unpacked = new MemoryStream();
        try
        {
            using var packed = entry.Open();
            var chunk = new byte[1 << 16];
            for (int read; (read = packed.Read(chunk)) > 0; )
            {
                if (first)
                    _unpacked += read;
                CheckLength(name, unpacked.Length + read, _unpacked);
                unpacked.Write(chunk.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            throw new UnusableInputException("invalid_zip", "The file cannot be unpacked.", Describe(name));
        }
        unpacked.Position = 0;
        return unpacked;
    }

    private void CheckLength(string name, long entry, long whole)
    {
        if (entry > LargestEntry)
            throw new UnusableInputException("text_too_long", $"The file unpacks to over {LargestEntry} bytes.", Describe(name));
        if (whole > LargestWhole)
            throw new UnusableInputException(
                "text_too_long",
                $"The archive unpacks to over {LargestWhole} bytes; send it in parts.",
                _name
            );
    }
}
