using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Annotation.Access;

/// <summary>Keys, links and sessions: 256 random bits, stored as SHA-256. Unsalted is enough, because there is no dictionary to try.</summary>
internal static class Secrets
{
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
