using System.Security.Cryptography;
using ClinicalNlp.Corpora;
using ClinicalNlp.Training;

namespace ClinicalNlp.Annotation.Training;

/// <summary>The corpora that come with the program: what a retraining repeats so as not to forget, and what the gate judges by.</summary>
/// <param name="folder">May be missing; then there is nothing to repeat.</param>
public sealed class OwnCorpora(string folder)
{
    public const string Notes = "clinical-notes";
    public const string Reports = "case-reports";
    public const string Intents = "care-intents";
    public const string Dialogues = "care-dialogues";

    private const string Train = "train.jsonl";
    private const string HeldOut = "heldout.jsonl";

    /// <summary>Utterances written apart from the training lines, beside those that were split off them.</summary>
    private const string SecondHeldOut = "heldout-2.jsonl";
    private static readonly string[] Transcripts = ["dialogues.jsonl", "dialogues-2.jsonl"];

    /// <summary>Notes, and reports at a third of their own: drawn as often they would double a retraining, and hold labels of its own down.</summary>
    /// <exception cref="UnusableInputException">A file is there and cannot be read.</exception>
    internal IReadOnlyList<OwnDocuments> ReadDocuments() =>
        [
            .. new[] { (Name: Notes, Share: 1.0), (Name: Reports, Share: 0.3) }
                .Select(corpus => new OwnDocuments(
                    corpus.Name,
                    Read(corpus.Name, Train, path => new JsonlFormat().Read(path)),
                    Read(corpus.Name, HeldOut, path => new JsonlFormat().Read(path)),
                    corpus.Share,
                    HashOf(corpus.Name)
                ))
                .Where(corpus => corpus.Train.Count + corpus.HeldOut.Count > 0),
        ];

    /// <summary>Utterances, and the turns of our own transcripts as training data beside them.</summary>
    internal (IReadOnlyList<IntentCorpus> Train, IReadOnlyList<Utterance> HeldOut) ReadIntents()
    {
        var utterances = Read(Intents, Train, ReadUtterances);
        return (
            [
                .. Transcripts
                    .Select(Turns)
                    .Prepend(new IntentCorpus(Intents, utterances, Sha256: HashOf(Intents)))
                    .Where(corpus => corpus.Utterances.Count > 0),
            ],
            [.. Read(Intents, HeldOut, ReadUtterances), .. Read(Intents, SecondHeldOut, ReadUtterances)]
        );
    }

    private IntentCorpus Turns(string file) =>
        new(
            Dialogues,
            [.. Read(Dialogues, file, path => DialogueFile.Read(path)).SelectMany(dialogue => dialogue.Labelled())],
            Sha256: HashOf(Dialogues, file)
        );

    /// <summary>For the model card: which file it was.</summary>
    internal string? HashOf(string corpus, string file = Train)
    {
        string path = Path.Combine(folder, corpus, file);
        return File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : null;
    }

    private static IReadOnlyList<Utterance> ReadUtterances(string path) => UtteranceFile.Read(path, needIntents: true);

    private IReadOnlyList<T> Read<T>(string corpus, string file, Func<string, IReadOnlyList<T>> read)
    {
        string path = Path.Combine(folder, corpus, file);
        return File.Exists(path) ? read(path) : [];
    }
}

/// <param name="Share">How often its training documents are drawn, beside others of ours.</param>
/// <param name="Sha256">Of the training file.</param>
internal sealed record OwnDocuments(
    string Name,
    IReadOnlyList<AnnotatedDocument> Train,
    IReadOnlyList<AnnotatedDocument> HeldOut,
    double Share,
    string? Sha256
)
{
    /// <summary>The labels it annotates.</summary>
    public HashSet<string> Labels { get; } = [.. Train.Concat(HeldOut).SelectMany(document => document.Spans).Select(span => span.Label)];
}
