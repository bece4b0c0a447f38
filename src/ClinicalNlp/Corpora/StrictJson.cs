using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClinicalNlp.Corpora;

/// <summary>JSON as every format takes it: no field twice, and every string whole characters (I-JSON, RFC 7493, sections 2.1 and 2.3).</summary>
internal static class StrictJson
{
    public static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Whether no string and no field name of a value has half a surrogate pair, which only an escape can write.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool IsOfWholeCharacters(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
            return true;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsWhole(ref reader))
                return false;
        }
        return true;
    }

    /// <summary>JSON that stands in a string of another format; null when it is none, or not so strict.</summary>
    public static JsonNode? Parse(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        try
        {
            return IsOfWholeCharacters(bytes) ? JsonNode.Parse(bytes, documentOptions: Options) : null;
        }
        catch (JsonException)
        {
            return null; // the parser's own message can quote the text; the caller says what is wrong
        }
    }

    private static bool IsWhole(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
