using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Storage;

namespace ClinicalNlp.Annotation.Webhooks;

/// <summary>
/// Secrets that sign messages must be kept as they are. They lie in the database sealed by AES-256-GCM with a key in a file beside it, which only the
/// service's user may read: a copy of the database alone signs nothing.
/// </summary>
internal sealed class WebhookSecrets(string keyFile)
{
    private const string Prefix = "whsec_";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Lock gate = new();
    private byte[]? key;

    /// <summary>256 random bits, as the Standard Webhooks specification writes them, and the same sealed.</summary>
    public (string Shown, byte[] Sealed) Create(string webhookId)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(KeyLength);
        return (Prefix + Convert.ToBase64String(secret), Seal(secret, webhookId));
    }

    /// <exception cref="StorageException"><c>storage_damaged</c>: the key is another one than it was sealed with.</exception>
    public byte[] Open(byte[] sealedSecret, string webhookId)
    {
        ReadOnlySpan<byte> all = sealedSecret;
        byte[] secret = new byte[all.Length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(Key(), TagLength);
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
            throw new StorageException("storage_damaged", "the key of webhook secrets is not the one they were sealed with", keyFile);
        }
    }

    private byte[] Seal(byte[] secret, string webhookId)
    {
        byte[] all = new byte[NonceLength + TagLength + secret.Length];
        RandomNumberGenerator.Fill(all.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(Key(), TagLength);
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

    private byte[] Key()
    {
        lock (gate)
        {
            return key ??= StorageException.Translate(keyFile, ReadOrMake);
        }
    }

    private byte[] ReadOrMake()
    {
        if (File.Exists(keyFile))
        {
            byte[] read = File.ReadAllBytes(keyFile);
            return read.Length == KeyLength
                ? read
                : throw new StorageException("storage_damaged", "the key of webhook secrets is not whole", keyFile);
        }

        byte[] made = RandomNumberGenerator.GetBytes(KeyLength);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Complete under another name first: a key half written would lose every secret sealed with it.
        string temporary = $"{keyFile}.{Environment.ProcessId}";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, options))
        {
            file.Write(made);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, keyFile);
        return made;
    }
}
