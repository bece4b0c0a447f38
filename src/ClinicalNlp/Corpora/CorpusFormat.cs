namespace ClinicalNlp.Corpora;

/// <summary>An exchange format of annotated documents. What a format cannot say is never dropped silently: it is listed as a loss.</summary>
public abstract class CorpusFormat
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>File endings with their dot, by which a file is recognised.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <param name="losses">Gets a line for everything in the file that our documents have no place for.</param>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public abstract IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null);

    /// <param name="losses">Gets a line for everything in the documents that the format has no place for.</param>
    public abstract void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null);
}
