using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Server.Webhooks;

/// <summary>The symmetric signature of the Standard Webhooks specification: HMAC-SHA256 over id, time and body.</summary>
public static class WebhookSignature
{
    /// <param name="secrets">While a secret is rotated, more than one: a receiver takes a message when any of the signatures is right.</param>
    /// <param name="unixSeconds">When it is sent; a receiver refuses what is old, so that nobody can send it again.</param>
    /// <returns>What stands in <c>webhook-signature</c>.</returns>
    public static string Sign(IReadOnlyList<byte[]> secrets, string id, long unixSeconds, string body)
    {
        byte[] signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
