using System.Text.Json;

namespace ClinicalNlp.Corpora;

/// <summary>The items of a JSON file that may be lines, one array, or one object, each with the line on which it begins.</summary>
internal static class JsonItems
{
    private static readonly JsonReaderOptions Several = new() { AllowMultipleValues = true };

    /// <param name="isItem">Whether an array at the top is an item itself rather than a list of items.</param>
    /// <exception cref="UnusableInputException"><c>invalid_utf8</c>, <c>invalid_json</c> or <c>unpaired_surrogate</c>.</exception>
    public static IEnumerable<JsonLine> Read(Stream stream, string file, Func<JsonElement, bool>? isItem = null)
    {
        foreach (var item in Values(TextFile.Bytes(stream, file), file))
        {
            if (item.Root.ValueKind != JsonValueKind.Array || isItem?.Invoke(item.Root) == true)
            {
                yield return item;
                continue;
            }
            // A list of lists: rare, so its elements share the line of the list.
            foreach (var element in item.Root.EnumerateArray())
                yield return new JsonLine(file, item.Number, element);
        }
    }

    private static List<JsonLine> Values(byte[] bytes, string file)
    {
        var values = new List<JsonLine>();
        var reader = new Utf8JsonReader(bytes, Several);
        var counted = 0L;
        var line = 1;
        try
        {
            var inList = false;
            while (reader.Read())
            {
                if (inList && reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == 0)
                {
                    inList = false;
                    continue;
                }
                line += bytes.AsSpan((int)counted, (int)(reader.TokenStartIndex - counted)).Count((byte)'\n');
                counted = reader.TokenStartIndex;
                if (!inList && reader.TokenType == JsonTokenType.StartArray && IsList(reader))
                {
                    inList = true;
                    continue;
                }
                reader.Skip();
                using var value = JsonLine.Parse(bytes.AsMemory((int)counted, (int)(reader.BytesConsumed - counted)), file, line);
                values.Add(new JsonLine(file, line, value.RootElement.Clone()));
            }
        }
        catch (JsonException exception)
        {
            // The parser's own message can quote the text.
            throw new UnusableInputException(
                "invalid_json",
                $"Not JSON from byte {exception.BytePositionInLine} of the line on.",
                file,
                (int)(exception.LineNumber ?? 0) + 1
            );
        }
        return values;
    }

    /// <summary>A list of objects or of lists, told by its first element, so that each element gets the number of its own line.</summary>
    private static bool IsList(Utf8JsonReader ahead) =>
        ahead.Read() && ahead.TokenType is JsonTokenType.StartObject or JsonTokenType.EndArray;
}
