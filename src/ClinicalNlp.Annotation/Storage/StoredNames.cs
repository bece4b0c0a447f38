using System.Text.Json;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>Enumeration values as they are stored and sent: <c>InProgress</c> is <c>in_progress</c>.</summary>
public static class StoredNames
{
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.ToName[value];

    /// <returns>False when no value has the name; the comparison is exact.</returns>
    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum => Names<T>.ToValue.TryGetValue(name ?? "", out value);

    internal static T Parse<T>(string name)
        where T : struct, Enum => Names<T>.ToValue[name];

    internal static T? ParseOrNull<T>(string? name)
        where T : struct, Enum => name is null ? null : Names<T>.ToValue[name];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ToName = Enum.GetValues<T>()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ToValue = ToName.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
