using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Annotation.Snapshots;

/// <summary>What stands in a snapshot in place of a line whose text was erased: the hash of what stood there.</summary>
internal static class ErasedLine
{
    private const string Start = "{\"erased\":\"";
    private const string End = "\"}";

    public static string Of(string line) => Start + HashOf(line) + End;

    public static bool Is(string line) => line.Length == Start.Length + 64 + End.Length && line.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>SHA-256 of the line, also of one that was erased.</summary>
    public static string HashOf(string line) =>
        Is(line) ? line[Start.Length..^End.Length] : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
}
