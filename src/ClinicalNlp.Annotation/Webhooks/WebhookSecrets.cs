using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>
/// Secrets that sign messages must be kept as they are. They lie in the database sealed by AES-256-GCM with the key beside it: a copy of the database
/// alone signs nothing.
/// </summary>
internal sealed class WebhookSecrets(StoreKey key)
{
    private const string Prefix = "whsec_";
    private const int SecretLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>256 random bits, as the Standard Webhooks specification writes them, and the same sealed.</summary>
    public (string Shown, byte[] Sealed) Create(string webhookId)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretLength);
        return (Prefix + Convert.ToBase64String(secret), Seal(secret, webhookId));
    }

    /// <exception cref="StorageException"><c>storage_damaged</c>: the key is another one than it was sealed with.</exception>
    public byte[] Open(byte[] sealedSecret, string webhookId)
    {
        ReadOnlySpan<byte> all = sealedSecret;
        byte[] secret = new byte[all.Length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(key.Bytes(), TagLength);
            cipher.Decrypt(
                all[..NonceLength],
                all[(NonceLength + TagLength)..],
                all.Slice(NonceLength, TagLength),
                secret,
                Bound(webhookId)
            );
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new StorageException("storage_damaged", "the key of webhook secrets is not the one they were sealed with", key.File);
        }
    }

    private byte[] Seal(byte[] secret, string webhookId)
    {
        byte[] all = new byte[NonceLength + TagLength + secret.Length];
        RandomNumberGenerator.Fill(all.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(key.Bytes(), TagLength);
        cipher.Encrypt(
            all.AsSpan(0, NonceLength),
            secret,
            all.AsSpan(NonceLength + TagLength),
            all.AsSpan(NonceLength, TagLength),
            Bound(webhookId)
        );
        return all;
    }

    // A sealed secret moved to another row does not open.
    private static byte[] Bound(string webhookId) => Encoding.UTF8.GetBytes(webhookId);
}
