using System.Text.Json;
using ClinicalNlp.Corpora;

namespace ClinicalNlp.Benchmarks;

/// <summary>The texts that the shipped models are timed on: our own, or the public transcribed notes where they are on the machine.</summary>
internal static class ShippedModels
{
    /// <summary>Null where the public notes are not on this machine.</summary>
    public static string? NotesFile(BenchOptions options)
    {
        string? file = options.Corpora is null || options.Quick ? null : Path.Combine(options.Corpora, "notes", "mtsamples.jsonl");
        return File.Exists(file) ? file : null;
    }

    /// <summary>So many notes; our own come several times.</summary>
    public static string[] Notes(BenchOptions options, int count)
    {
        if (NotesFile(options) is not { } file)
        {
            string[] own = OwnNotes(options);
            return [.. Enumerable.Range(0, count).Select(n => own[n % own.Length])];
        }
        List<string> notes = [];
        foreach (string line in File.ReadLines(file).Take(count))
        {
            using JsonDocument note = JsonDocument.Parse(line);
            notes.Add(note.RootElement.GetProperty("text").GetString()!);
        }
        return [.. notes];
    }

    public static string[] Utterances(BenchOptions options) =>
        [.. UtteranceFile.Read(IntentTasks.OwnFile(options, "heldout")).Select(utterance => utterance.Text)];

    /// <summary>A note of about 300 words, whole lines of our own.</summary>
    public static string NoteOf300Words(BenchOptions options)
    {
        string text = string.Join("\n\n", OwnNotes(options));
        int words = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]) && ++words == 300)
                return text[..i];
        }
        return text;
    }

    private static string[] OwnNotes(BenchOptions options) =>
        [.. CorpusFormats.Find("jsonl").Read(EntityCorpora.OwnFile(options, "train")).Select(note => note.Text)];
}
