using System.Text.Encodings.Web;
using System.Text.Json;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Transcripts, one a line: <c>{"id":"d1","turns":[{"speaker":"patient","text":"…","intent":"…"}],"meta":{}}</c>.</summary>
public static class DialogueFile
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="UnusableInputException"><c>no_turns</c>, <c>duplicate_id</c> and those of every JSON-lines file.</exception>
    public static IReadOnlyList<Dialogue> Read(string path)
    {
        using var stream = TextFile.Open(path);
        return [.. Read(stream, path)];
    }

    public static IEnumerable<Dialogue> Read(Stream stream, string name)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in JsonLine.Read(stream, name))
        {
            var id = line.OptionalString(line.Root, "id", "the transcript") ?? $"{line.Number}";
            if (!seen.TryAdd(id, line.Number))
                throw line.Unusable("duplicate_id", $"The id was on line {seen[id]} already.");
            if (!JsonLine.TryGet(line.Root, "turns", out var given))
                throw line.Unusable("no_turns", "The transcript has no \"turns\".");
            if (given.ValueKind != JsonValueKind.Array)
                throw line.WrongType("turns", "the transcript", "an array");
            var turns = new List<Turn>();
            foreach (var turn in given.EnumerateArray())
                turns.Add(ReadTurn(line, turn));
            if (turns.Count == 0)
                throw line.Unusable("no_turns", "The transcript has no turns.");
            yield return new Dialogue(id, turns, line.OptionalObject(line.Root, "meta", "the transcript"));
        }
    }

    public static void Write(IEnumerable<Dialogue> dialogues, string path) =>
        WholeFile.Write(
            path,
            stream =>
            {
                foreach (var dialogue in dialogues)
                {
                    using (var writer = new Utf8JsonWriter(stream, Writing))
                        Write(dialogue, writer);
                    stream.WriteByte((byte)'\n');
                }
            }
        );

    private static void Write(Dialogue dialogue, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", dialogue.Id);
        writer.WriteStartArray("turns");
        foreach (var turn in dialogue.Turns)
        {
            writer.WriteStartObject();
            writer.WriteString("speaker", turn.Speaker);
            writer.WriteString("text", turn.Text);
            if (turn.Intent is not null)
                writer.WriteString("intent", turn.Intent);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (dialogue.Meta is { } meta)
        {
            writer.WritePropertyName("meta");
            meta.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static Turn ReadTurn(JsonLine line, JsonElement turn)
    {
        const string Where = "a turn";
        if (turn.ValueKind != JsonValueKind.Object)
            throw line.Unusable("wrong_type", "A turn is not an object.");
        var text = line.RequiredString(turn, "text", Where);
        // Real transcripts have silent turns.
        ClinicalText.CheckCharacters(text, line.File, line.Number);
        return new Turn(line.RequiredString(turn, "speaker", Where), text, line.OptionalString(turn, "intent", Where));
    }
}
