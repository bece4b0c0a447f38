using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Client;

/// <summary>Checks messages that a webhook gets (the Standard Webhooks specification, symmetric signatures).</summary>
/// <remarks>
/// Give it the body as it came, before anything reads it as JSON. A message may come more than once, always with the same <c>webhook-id</c>: remember the ids
/// that were worked on.
/// </remarks>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>A message sent longer ago than this, or from a clock that is ahead by more, is refused: somebody may have kept it.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether the service sent this message lately.</summary>
    /// <param name="secret">As it was shown when the webhook was registered: <c>whsec_…</c>.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>.</param>
    /// <param name="signatures">The header <c>webhook-signature</c>: one or more, separated by spaces.</param>
    /// <exception cref="FormatException">The secret is not one.</exception>
    public static bool IsValid(
        string secret,
        string? id,
        string? timestamp,
        string? signatures,
        ReadOnlySpan<byte> body,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(secret);
        byte[] key = Convert.FromBase64String(secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret);
        if (
            id is null
            || signatures is null
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
        )
            return false;
        if (Math.Abs((time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds() - (double)seconds) > Tolerance.TotalSeconds)
            return false;
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        byte[] expected = mac.GetHashAndReset();
        bool valid = false;
        foreach (string signature in signatures.Split(' '))
        {
            byte[] given = new byte[expected.Length];
            valid |=
                signature.StartsWith(Version, StringComparison.Ordinal)
                && Convert.TryFromBase64String(signature[Version.Length..], given, out int length)
                && length == expected.Length
                && CryptographicOperations.FixedTimeEquals(given, expected);
        }
        return valid;
    }
}
