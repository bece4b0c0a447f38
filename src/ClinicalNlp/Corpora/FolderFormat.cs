using System.IO.Compression;

namespace ClinicalNlp.Corpora;

/// <summary>A file a document (or a pair of files), named by the document: a folder on disk, a zip archive in a stream.</summary>
public abstract class FolderFormat : CorpusFormat
{
    private static ReadOnlySpan<byte> ZipMagic => "PK"u8;

    public override bool IsFolder => true;

    public override string MediaType => "application/zip";

    public override string StreamExtension => ".zip";

    /// <summary>The ending, with its dot, of the file that there is one of for each document.</summary>
    protected abstract string DocumentExtension { get; }

    /// <param name="file">The document's file in the folder.</param>
    /// <param name="id">Its name without ending.</param>
    internal abstract AnnotatedDocument ReadDocument(CorpusFolder folder, string file, string id, LossTally tally);

    /// <param name="name">Without ending.</param>
    internal abstract void WriteDocument(AnnotatedDocument document, string name, FolderWriter folder, LossTally tally);

    /// <summary>Files of the folder that are not a document's, when all documents are written.</summary>
    internal virtual void WriteBeside(FolderWriter folder) { }

    /// <summary>Whether the file in the folder is a document, by its name.</summary>
    protected virtual bool IsDocument(string name) => name.EndsWith(DocumentExtension, StringComparison.OrdinalIgnoreCase);

    public override IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null)
    {
        if (Directory.Exists(path))
            return [.. ReadFolder(new DiskFolder(path), path, losses)];
        if (IsZip(path))
        {
            using var stream = TextFile.Open(path);
            return [.. ReadFolder(new ZipFolder(stream, path), path, losses)];
        }
        var file = Path.ChangeExtension(path, DocumentExtension);
        return [ReadOne(new OneFileFolder(file), Path.GetFileName(file), losses)];
    }

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null)
    {
        var whole = new MemoryStream();
        stream.CopyTo(whole);
        whole.Position = 0;
        ReadOnlySpan<byte> bytes = whole.GetBuffer().AsSpan(0, (int)whole.Length);
        if (!bytes.StartsWith(ZipMagic))
            return [ReadOne(new StreamFolder(whole, name), name, losses)];
        ZipFolder.CheckEntries(bytes, name);
        return ReadFolder(new ZipFolder(whole, name), name, losses);
    }

    /// <param name="path">A folder that is new or empty; it appears whole or not at all.</param>
    /// <exception cref="UnusableInputException"><c>output_exists</c>.</exception>
    public override void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new UnusableInputException("output_exists", $"There is something here already; {Name} is written to a new folder.", path);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            WriteAll(
                documents,
                (name, write) =>
                {
                    var target = Path.Combine(temporary, name.Replace('/', Path.DirectorySeparatorChar));
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    using var stream = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                    write(stream);
                },
                losses
            );
            if (Directory.Exists(path))
                Directory.Delete(path);
            Directory.Move(temporary, path);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteAll(
            documents,
            (name, write) =>
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                write(entry);
            },
            losses
        );
    }

    private void WriteAll(IEnumerable<AnnotatedDocument> documents, Action<string, Action<Stream>> create, ICollection<string>? losses)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var folder = new FolderWriter(create);
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            var name = FileName(document.Id, names);
            if (name != document.Id)
                tally.Add("id changed for the file name");
            WriteDocument(document, name, folder, tally);
            tally.WriteTo(losses);
        }
        WriteBeside(folder);
    }

    private IEnumerable<AnnotatedDocument> ReadFolder(CorpusFolder folder, string path, ICollection<string>? losses)
    {
        var found = false;
        foreach (var name in folder.Names.Where(IsDocument))
        {
            found = true;
            yield return ReadOne(folder, name, losses);
        }
        if (!found)
            throw new UnusableInputException("file_missing", $"The folder has no {DocumentExtension} file.", path);
    }

    private AnnotatedDocument ReadOne(CorpusFolder folder, string file, ICollection<string>? losses)
    {
        var id = Path.ChangeExtension(file, null).Replace('\\', '/');
        var tally = new LossTally(id);
        var document = ReadDocument(folder, file, id, tally);
        tally.WriteTo(losses);
        return document;
    }

    private static bool IsZip(string path)
    {
        if (!File.Exists(path))
            return false;
        using var stream = TextFile.Open(path);
        Span<byte> head = stackalloc byte[2];
        return stream.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && head.SequenceEqual(ZipMagic);
    }

    /// <summary>A name that stays inside the folder and that no other document has.</summary>
    private static string FileName(string id, HashSet<string> taken)
    {
        var parts = id.Split('/').Select(part => string.Concat(part.Select(c => c < ' ' || "\\:*?\"<>|".Contains(c) ? '_' : c)));
        var name = string.Join('/', parts.Select(part => part.Length == 0 || part.StartsWith('.') ? $"_{part}" : part));
        var unique = name;
        for (var i = 2; !taken.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
