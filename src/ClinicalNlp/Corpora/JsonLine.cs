using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ClinicalNlp.Corpora;

/// <summary>One line of a JSON-lines file, and the errors that name it. Good until the next line is asked for.</summary>
internal readonly record struct JsonLine(string File, int Number, JsonElement Root)
{
    /// <summary>The objects of a stream, one a line; blank lines are skipped.</summary>
    /// <exception cref="UnusableInputException"><c>invalid_utf8</c>, <c>invalid_json</c> or <c>unpaired_surrogate</c>, with the line.</exception>
    public static IEnumerable<JsonLine> Read(Stream stream, string file)
    {
        var number = 0;
        foreach (var line in TextFile.Lines(stream))
        {
            number++;
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
                continue;
            if (!Utf8.IsValid(line.Span))
                throw TextFile.NotUtf8(line.Span, file, number);
            using var document = Parse(line, file, number);
            var read = new JsonLine(file, number, document.RootElement);
            if (read.Root.ValueKind != JsonValueKind.Object)
                throw read.Unusable("invalid_json", "The line is not a JSON object.");
            yield return read;
        }
    }

    /// <exception cref="UnusableInputException"><c>wrong_type</c>.</exception>
    public void RequireObject(string what)
    {
        if (Root.ValueKind != JsonValueKind.Object)
            throw Unusable("wrong_type", $"{what} is not an object.");
    }

    public UnusableInputException Unusable(string code, string reason) => new(code, reason, File, Number);

    /// <exception cref="UnusableInputException"><c>unknown_field</c>.</exception>
    public void Allow(JsonElement element, ReadOnlySpan<string> fields, string where)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
                throw Unusable("unknown_field", $"{where} has a field that is not known; known are {string.Join(", ", fields!)}.");
        }
    }

    /// <exception cref="UnusableInputException"><c>missing_field</c> or <c>wrong_type</c>.</exception>
    public string RequiredString(JsonElement element, string field, string where) =>
        OptionalString(element, field, where) ?? throw Unusable("missing_field", $"{where} has no \"{field}\".");

    public string? OptionalString(JsonElement element, string field, string where)
    {
        if (!TryGet(element, field, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw WrongType(field, where, "a string");
        return String(value);
    }

    /// <summary>A string as it is, anything else as it is written.</summary>
    public string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? String(value) : value.GetRawText();

    public string String(JsonElement value) => value.GetString()!;

    /// <exception cref="UnusableInputException"><c>missing_field</c> or <c>wrong_type</c>.</exception>
    public int RequiredOffset(JsonElement element, string field, string where)
    {
        if (!TryGet(element, field, out var value))
            throw Unusable("missing_field", $"{where} has no \"{field}\".");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var offset)
            ? offset
            : throw WrongType(field, where, "an integer");
    }

    /// <exception cref="UnusableInputException"><c>wrong_type</c>.</exception>
    public List<string>? OptionalStrings(JsonElement element, string field, string where)
    {
        if (!TryGet(element, field, out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Array)
            throw WrongType(field, where, "an array of strings");
        var strings = new List<string>();
        foreach (var value in given.EnumerateArray())
            strings.Add(value.ValueKind == JsonValueKind.String ? String(value) : throw WrongType(field, where, "an array of strings"));
        return strings;
    }

    /// <summary>A free-form object such as <c>meta</c>; null where the field is absent.</summary>
    public JsonObject? OptionalObject(JsonElement element, string field, string where) =>
        !TryGet(element, field, out var given) ? null
        : given.ValueKind == JsonValueKind.Object ? JsonObject.Create(given.Clone())
        : throw WrongType(field, where, "an object");

    /// <summary>Absent and null are the same; what is no object has no field.</summary>
    public static bool TryGet(JsonElement element, string field, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(field, out value)
            && value.ValueKind != JsonValueKind.Null;
    }

    public UnusableInputException WrongType(string field, string where, string wanted) =>
        Unusable("wrong_type", $"\"{field}\" of {where} is not {wanted}.");

    /// <exception cref="UnusableInputException"><c>invalid_json</c> or <c>unpaired_surrogate</c>, with the line.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> line, string file, int number)
    {
        try
        {
            if (!StrictJson.IsOfWholeCharacters(line.Span))
                throw new UnusableInputException("unpaired_surrogate", "A string has half a surrogate pair.", file, number);
            return JsonDocument.Parse(line, StrictJson.Options);
        }
        catch (JsonException exception)
        {
            // The parser's own message can quote the text.
            throw new UnusableInputException("invalid_json", $"Not JSON from byte {exception.BytePositionInLine} on.", file, number);
        }
    }
}
