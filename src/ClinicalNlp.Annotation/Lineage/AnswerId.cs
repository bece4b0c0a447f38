using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ClinicalNlp.Annotation.Documents;

namespace ClinicalNlp.Annotation.Lineage;

/// <summary>
/// The id of an answer: 48 characters that say when it was given, what was asked, by which version and to whom, signed with the store's
/// secret. So an id leads to its version also when the row about the answer was lost, and an id that was made up leads nowhere.
/// </summary>
/// <remarks>
/// 30 bytes in base32hex (RFC 4648), whose order is the order of the bytes: 6 of the time in milliseconds since 1970, 3 of a counter, 1 of
/// the kind, 8 of the version's hash, 4 of the caller's keyed hash, 8 of HMAC-SHA256 over all before (RFC 2104, truncated).
/// </remarks>
public sealed class AnswerId
{
    public const int Length = 48;

    private const string Alphabet = "0123456789abcdefghijklmnopqrstuv";
    private const int Bytes = 30;
    private const int Counter = 6;
    private const int KindAt = 9;
    private const int Version = 10;
    private const int Caller = 18;
    private const int Signature = 22;

    private readonly byte[] bytes;

    private AnswerId(byte[] bytes) => this.bytes = bytes;

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds(bytes));

    public AnswerKind Kind => (AnswerKind)bytes[KindAt];

    /// <param name="counter">The lowest 24 bits tell answers of one millisecond apart.</param>
    /// <param name="version">From <see cref="VersionHash"/>.</param>
    public static string Create(byte[] secret, DateTimeOffset at, int counter, AnswerKind kind, ReadOnlySpan<byte> version, string actor)
    {
        Span<byte> id = stackalloc byte[Bytes];
        WriteTime(id, at);
        id[Counter] = (byte)(counter >> 16);
        id[Counter + 1] = (byte)(counter >> 8);
        id[Counter + 2] = (byte)counter;
        id[KindAt] = (byte)kind;
        version[..(Caller - Version)].CopyTo(id[Version..]);
        CallerHash(secret, actor, id[Caller..Signature]);
        Sign(secret, id[..Signature], id[Signature..]);
        return Encode(id);
    }

    /// <returns>Null unless this store's secret signed it.</returns>
    public static AnswerId? Read(string id, byte[] secret)
    {
        if (Decode(id) is not { } bytes)
        {
            return null;
        }

        Span<byte> signature = stackalloc byte[Bytes - Signature];
        Sign(secret, bytes.AsSpan(0, Signature), signature);
        return CryptographicOperations.FixedTimeEquals(signature, bytes.AsSpan(Signature)) && Enum.IsDefined((AnswerKind)bytes[KindAt])
            ? new AnswerId(bytes)
            : null;
    }

    /// <summary>Eight bytes that stand for a version and the bundle it was registered with.</summary>
    public static byte[] VersionHash(ModelStamp model, string fingerprint) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{model.Name}\n{model.Version}\n{fingerprint}"))[..(Caller - Version)];

    /// <summary>An id below those of all answers from a moment on.</summary>
    internal static string LowestAt(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[Bytes];
        WriteTime(id, at);
        return Encode(id);
    }

    internal bool IsOf(ReadOnlySpan<byte> version) => version.SequenceEqual(bytes.AsSpan(Version, Caller - Version));

    internal bool IsOf(byte[] secret, string actor)
    {
        Span<byte> hash = stackalloc byte[Signature - Caller];
        CallerHash(secret, actor, hash);
        return hash.SequenceEqual(bytes.AsSpan(Caller, Signature - Caller));
    }

    private static void CallerHash(byte[] secret, string actor, Span<byte> into) =>
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("caller\n" + actor)).AsSpan(0, into.Length).CopyTo(into);

    private static void Sign(byte[] secret, ReadOnlySpan<byte> what, Span<byte> into)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, what, whole);
        whole[..into.Length].CopyTo(into);
    }

    private static void WriteTime(Span<byte> id, DateTimeOffset at)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        time[2..].CopyTo(id);
    }

    private static long Milliseconds(byte[] id)
    {
        Span<byte> time = stackalloc byte[8];
        time.Clear();
        id.AsSpan(0, Counter).CopyTo(time[2..]);
        return BinaryPrimitives.ReadInt64BigEndian(time);
    }

    private static string Encode(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[Length];
        for (int i = 0; i < Length; i++)
        {
            // Five bits from bit 5i on; the last byte of a pair may lie past the end, where no bit of it is wanted.
            int at = i * 5;
            int pair = (id[at / 8] << 8) | (at / 8 + 1 < id.Length ? id[at / 8 + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - at % 8)) & 31];
        }

        return new string(text);
    }

    private static byte[]? Decode(string text)
    {
        if (text.Length != Length)
        {
            return null;
        }

        var id = new byte[Bytes];
        for (int i = 0; i < Length; i++)
        {
            int value = Alphabet.IndexOf(text[i], StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            for (int bit = 0; bit < 5; bit++)
            {
                int at = i * 5 + bit;
                id[at / 8] |= (byte)(((value >> (4 - bit)) & 1) << (7 - at % 8));
            }
        }

        return id;
    }
}
