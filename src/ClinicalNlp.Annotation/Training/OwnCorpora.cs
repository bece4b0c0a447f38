using System.Security.Cryptography;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Annotation.Training;

/// <summary>The corpora that come with the program: what a retraining repeats so as not to forget, and what the gate judges by.</summary>
/// <param name="folder">May be missing; then there is nothing to repeat.</param>
public sealed class OwnCorpora(string folder)
{
    public const string Notes = "clinical-notes";
    public const string Intents = "care-intents";

    private const string Train = "train.jsonl";
    private const string HeldOut = "heldout.jsonl";

    /// <exception cref="UnusableInputException">A file is there and cannot be read.</exception>
    internal (IReadOnlyList<AnnotatedDocument> Train, IReadOnlyList<AnnotatedDocument> HeldOut) ReadNotes() =>
        (Read(Notes, Train, path => new JsonlFormat().Read(path)), Read(Notes, HeldOut, path => new JsonlFormat().Read(path)));

    internal (IReadOnlyList<Utterance> Train, IReadOnlyList<Utterance> HeldOut) ReadIntents() =>
        (
            Read(Intents, Train, path => UtteranceFile.Read(path, needIntents: true)),
            Read(Intents, HeldOut, path => UtteranceFile.Read(path, true))
        );

    /// <summary>For the model card: which file it was.</summary>
    internal string? HashOf(string corpus)
    {
        string path = Path.Combine(folder, corpus, Train);
        return File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;
    }

    private IReadOnlyList<T> Read<T>(string corpus, string file, Func<string, IReadOnlyList<T>> read)
    {
        string path = Path.Combine(folder, corpus, file);
        return File.Exists(path) ? read(path) : [];
    }
}
