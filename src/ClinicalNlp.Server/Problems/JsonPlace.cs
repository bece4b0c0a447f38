using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ClinicalNlp.Server.Problems;

/// <summary>Where in a body something went wrong, and what may stand there, in words of our own types: a body's own names and values may be anything.</summary>
/// <param name="Path">Such as <c>groups[0].take[1]</c>; empty for the body itself. It ends before the first name that is not ours.</param>
/// <param name="Expected">What the place takes; null where nothing better can be said.</param>
/// <param name="Fields">Of the object that the path ends at or stops in.</param>
public sealed record JsonPlace(string Path, string? Expected, IReadOnlyList<string> Fields)
{
    /// <param name="root">Of the whole body.</param>
    public static JsonPlace Of(JsonException e, Type root, JsonSerializerOptions options)
    {
        var path = new StringBuilder();
        var type = options.GetTypeInfo(root);
        foreach (var step in Steps(e.Path))
        {
            if (Index(step) is { } index && type.Kind == JsonTypeInfoKind.Enumerable)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{index}]");
                type = options.GetTypeInfo(type.ElementType!);
            }
            else if (
                type.Kind == JsonTypeInfoKind.Object
                && type.Properties.FirstOrDefault(property => property.Name == step) is { } property
            )
            {
                path.Append(path.Length > 0 ? "." : "").Append(property.Name);
                type = options.GetTypeInfo(property.PropertyType);
            }
            else
            {
                return new JsonPlace(path.ToString(), null, FieldsOf(type));
            }
        }

        return new JsonPlace(path.ToString(), Words(type, options), FieldsOf(type));
    }

    /// <summary>What a value of this type is in JSON; null where nothing better can be said.</summary>
    public static string? Expects(Type type, JsonSerializerOptions options) => Words(options.GetTypeInfo(type), options);

    private static List<string> FieldsOf(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object ? [.. type.Properties.Select(property => property.Name)] : [];

    private static string? Words(JsonTypeInfo info, JsonSerializerOptions options)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "an object",
            JsonTypeInfoKind.Enumerable => "a list",
            _ when type.IsEnum => "one of "
                + string.Join(
                    ", ",
                    Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => Name(Enum.ToObject(type, value), type, options))
                ),
            _ when type == typeof(string) => "a string",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
            _ when type == typeof(DateTimeOffset) => "a time such as 2026-11-22T10:00:00Z",
            _ => null,
        };
    }

    private static string Name(object value, Type type, JsonSerializerOptions options) =>
        JsonSerializer.SerializeToElement(value, type, options).GetString()!;

    private static int? Index(string step) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    /// <summary>The parts of the serialiser's path: <c>$.a[0]['b.c']</c> is a, 0, b.c.</summary>
    private static IEnumerable<string> Steps(string? path)
    {
        var rest = (path ?? "$").AsMemory().TrimStart('$');
        while (rest.Length > 0)
        {
            var span = rest.Span;
            if (span.StartsWith("['"))
            {
                int end = span.IndexOf("']");
                if (end < 0)
                {
                    yield break;
                }

                yield return rest[2..end].ToString();
                rest = rest[(end + 2)..];
            }
            else if (span[0] == '[')
            {
                int end = span.IndexOf(']');
                if (end < 0)
                {
                    yield break;
                }

                yield return rest[1..end].ToString();
                rest = rest[(end + 1)..];
            }
            else
            {
                rest = rest[1..];
                int end = rest.Span.IndexOfAny('.', '[');
                end = end < 0 ? rest.Length : end;
                yield return rest[..end].ToString();
                rest = rest[end..];
            }
        }
    }
}
