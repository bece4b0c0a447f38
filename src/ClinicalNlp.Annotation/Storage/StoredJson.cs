using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>How JSON is written into a column: camel case, no escapes that a reader of the file would have to undo.</summary>
internal static class StoredJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    public static T? ReadOrDefault<T>(string? json)
        where T : class => json is null ? null : Read<T>(json);
}
