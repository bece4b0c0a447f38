using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ClinicalNlp.Server.Access;

/// <summary>The token of the link that is printed at each start. It opens one session; only whoever reads the terminal has it.</summary>
public sealed class SignInToken
{
    private byte[]? _hash;

    private SignInToken(string value)
    {
        Value = value;
        _hash = Hash(value);
    }

    public string Value { get; }

    public static SignInToken Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)));

    /// <summary>True once, for the right token.</summary>
    public bool TrySpend(string? candidate)
    {
        var expected = Volatile.Read(ref _hash);
        return expected is not null
            && candidate is { Length: > 0 and < 200 }
            && CryptographicOperations.FixedTimeEquals(Hash(candidate), expected)
            && Interlocked.CompareExchange(ref _hash, null, expected) == expected;
    }

    private static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}
