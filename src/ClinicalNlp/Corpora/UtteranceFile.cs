using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Utterances with their intents, one JSON object a line: <c>{"text":"…","intent":"book_appointment"}</c>; out of scope is <c>oos</c>.
/// <c>"context":["…","…"]</c> holds the turns before it, oldest first.</summary>
/// <remarks>Other fields (a domain, a source) are exporters' own and are skipped: unlike spans, nothing is lost by a misspelt one that <c>missing_field</c> would not tell.</remarks>
public static class UtteranceFile
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="needIntents">For training and evaluation: an utterance without an intent is refused (<c>missing_field</c>).</param>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public static IReadOnlyList<Utterance> Read(string path, bool needIntents = false)
    {
        using var stream = TextFile.Open(path);
        return [.. Read(stream, path, needIntents)];
    }

    public static IEnumerable<Utterance> Read(Stream stream, string name, bool needIntents = false) =>
        ReadWithFields(stream, name, needIntents).Select(read => read.Utterance);

    /// <summary>Each utterance with its whole JSON object, for those who add to it.</summary>
    public static IEnumerable<(Utterance Utterance, JsonObject Fields)> ReadWithFields(Stream stream, string name, bool needIntents = false)
    {
        foreach (var line in JsonLine.Read(stream, name))
        {
            var text = line.RequiredString(line.Root, "text", "the utterance");
            ClinicalText.Check(text, name, line.Number);
            var intent = needIntents
                ? line.RequiredString(line.Root, "intent", "the utterance")
                : line.OptionalString(line.Root, "intent", "the utterance");
            if (intent is { Length: 0 })
                throw line.Unusable("missing_field", "The utterance has an empty \"intent\".");
            yield return (new Utterance(text, intent, Before(line)), JsonObject.Create(line.Root.Clone())!);
        }
    }

    private static List<string>? Before(JsonLine line)
    {
        if (!JsonLine.TryGet(line.Root, "context", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("context", "the utterance", "an array");
        var before = new List<string>();
        foreach (var turn in given.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.String)
                throw line.WrongType("context", "the utterance", "an array of strings");
            var text = turn.GetString()!;
            ClinicalText.CheckCharacters(text, line.File, line.Number);
            before.Add(text);
        }
        return before;
    }

    public static void Write(IEnumerable<Utterance> utterances, string path) =>
        WholeFile.Write(
            path,
            stream =>
            {
                foreach (var utterance in utterances)
                {
                    using (var writer = new Utf8JsonWriter(stream, Writing))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("text", utterance.Text);
                        if (utterance.Intent is not null)
                            writer.WriteString("intent", utterance.Intent);
                        if (utterance.Before is { } before)
                        {
                            writer.WriteStartArray("context");
                            foreach (var turn in before)
                                writer.WriteStringValue(turn);
                            writer.WriteEndArray();
                        }
                        writer.WriteEndObject();
                    }
                    stream.WriteByte((byte)'\n');
                }
            }
        );
}
