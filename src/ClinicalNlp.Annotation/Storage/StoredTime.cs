namespace ClinicalNlp.Annotation.Storage;

/// <summary>Times as they are stored: milliseconds since 1970.</summary>
internal static class StoredTime
{
    public static DateTimeOffset? Of(long? milliseconds) =>
        milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    /// <summary>As it will be read back.</summary>
    public static DateTimeOffset Rounded(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
