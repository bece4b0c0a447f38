namespace ClinicalNlp.Corpora;

/// <summary>An exchange format of annotated documents. What a format cannot say is never dropped silently: it is listed as a loss.</summary>
public abstract class CorpusFormat
{
    /// <summary>The name on the command line and in the REST API.</summary>
    public abstract string Name { get; }

    /// <summary>File endings with their dot, by which a file is recognised; none where several formats share theirs (<c>.json</c>).</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Of the stream that <see cref="WriteTo"/> writes.</summary>
    public virtual string MediaType => "text/plain; charset=utf-8";

    /// <summary>The ending of the stream that <see cref="WriteTo"/> writes, with its dot.</summary>
    public virtual string StreamExtension => Extensions[0];

    /// <summary>A file a document, so a folder on disk and a zip archive in a stream.</summary>
    public virtual bool IsFolder => false;

    /// <summary>The format is a list of short texts with intents; a transcript is written as its turns.</summary>
    public virtual bool OfUtterances => false;

    /// <param name="losses">Gets a line for everything in the file that our documents have no place for.</param>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public abstract IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null);

    /// <param name="losses">Gets a line for everything in the documents that the format has no place for.</param>
    public abstract void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null);

    /// <summary>The same from a stream: the file, or a zip archive of the folder.</summary>
    /// <param name="name">Named in errors; of a format without ids its file name is the document's.</param>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public abstract IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null);

    /// <summary>The same to a stream that need not seek. Documents are asked for one after the other, as they are written.</summary>
    public abstract void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null);
}

/// <summary>All documents in one file.</summary>
public abstract class FileFormat : CorpusFormat
{
    public override IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null)
    {
        using var stream = TextFile.Open(path);
        return [.. ReadFrom(stream, path, losses)];
    }

    public override void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null) =>
        WholeFile.Write(path, stream => WriteTo(documents, stream, losses));

    /// <summary>UTF-8 without a byte-order mark, lines ended by one line feed; the stream stays open.</summary>
    protected static StreamWriter Writer(Stream stream) =>
        new(stream, new System.Text.UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
}
