using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ClinicalNlp.Corpora;
using ClinicalNlp.Models;

namespace ClinicalNlp.Training.Intents;

/// <summary>Files of text without labels, line by line: plain text (also gzipped), or JSON lines whose "text" fields, also those of turns, are taken.</summary>
internal static class RunningText
{
    /// <exception cref="UnusableInputException"><c>file_missing</c>, <c>invalid_json</c>.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using Stream file = TextFile.Open(path);
        bool zipped = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using Stream stream = zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(stream);
        bool json = (zipped ? path[..^3] : path).EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (!json)
            {
                yield return line;
                continue;
            }
            foreach (string text in Texts(line, path, number))
                yield return text;
        }
    }

    /// <summary>The text as a corpus of a model card; its count is one of paragraphs.</summary>
    public static CardCorpus Describe(TextCorpus text)
    {
        using FileStream file = TextFile.Open(text.Path);
        return new CardCorpus(
            text.Name + " (text only)",
            Lines(text.Path).Count(),
            text.Licence,
            Convert.ToHexStringLower(SHA256.HashData(file))
        );
    }

    private static List<string> Texts(string line, string path, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            List<string> texts = [];
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new UnusableInputException("invalid_json", "The line is not a JSON object.", path, number);
            Add(document.RootElement, texts);
            if (document.RootElement.TryGetProperty("turns", out JsonElement turns) && turns.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement turn in turns.EnumerateArray())
                    Add(turn, texts);
            }
            return texts;
        }
        catch (JsonException)
        {
            throw new UnusableInputException("invalid_json", "The line is not JSON.", path, number);
        }
    }

    private static void Add(JsonElement element, List<string> texts)
    {
        if (
            element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("text", out JsonElement text)
            && text.ValueKind == JsonValueKind.String
        )
        {
            texts.Add(text.GetString()!);
        }
    }
}
