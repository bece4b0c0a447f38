using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Intents;
using ClinicalNlp.Models;

namespace ClinicalNlp.Benchmarks;

/// <summary>The shipped models and the texts they are timed on: our own, or the public transcribed notes where they are on the machine.</summary>
internal static class ShippedModels
{
    private static readonly string Root =
        ProgramHome.Around(AppContext.BaseDirectory) ?? throw new InvalidOperationException("The benchmarks run inside the repository.");

    public static EntityRecognizer Entities(int threads) =>
        EntityRecognizer.Load(ModelBundle.Load(Path.Combine(Root, "models", "clinical-entities", "1")), threads);

    public static IntentClassifier Intents() => IntentClassifier.Load(ModelBundle.Load(Path.Combine(Root, "models", "care-intents", "1")));

    public static string[] Notes()
    {
        string shared = Path.Combine(Root, "..", "shared", "corpora", "notes", "mtsamples.jsonl");
        return File.Exists(shared)
            ?
            [
                .. File.ReadLines(shared)
                    .Take(1000)
                    .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["text"]!.GetValue<string>()),
            ]
            : [.. Enumerable.Repeat(OwnNotes(), 20).SelectMany(notes => notes)];
    }

    public static string[] Utterances() =>
        [.. UtteranceFile.Read(Path.Combine(Root, "corpora", "care-intents", "heldout.jsonl")).Select(utterance => utterance.Text)];

    /// <summary>A note of about 300 words, whole lines of our own.</summary>
    public static string NoteOf300Words()
    {
        string text = string.Join("\n\n", OwnNotes());
        int words = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]) && ++words == 300)
                return text[..i];
        }
        return text;
    }

    private static string[] OwnNotes() =>
        [.. CorpusFormats.Find("jsonl").Read(Path.Combine(Root, "corpora", "clinical-notes", "train.jsonl")).Select(note => note.Text)];
}
