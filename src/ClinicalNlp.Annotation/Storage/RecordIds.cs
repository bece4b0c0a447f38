using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace ClinicalNlp.Annotation.Storage;

/// <summary>UUIDv7 strings (RFC 9562) that grow strictly within this process, so that lists by id are lists by creation.</summary>
/// <remarks>Called under the write lock only. The 12 bits after the version count within a millisecond (RFC 9562, method 1).</remarks>
/// <param name="fill">Fills the part that no other machine makes alike; the system's generator unless a test needs the same ids each time.</param>
internal sealed class RecordIds(RecordIds.RandomBytes? fill = null)
{
    private readonly RandomBytes fill = fill ?? RandomNumberGenerator.Fill;
    private long lastMillisecond;
    private int counter;

    public string Next(DateTimeOffset now)
    {
        long millisecond = now.ToUnixTimeMilliseconds();
        if (millisecond > lastMillisecond)
        {
            lastMillisecond = millisecond;
            counter = 0;
        }
        else if (++counter > 0xFFF)
        {
            // The count is used up, or the clock went back: borrow the next millisecond.
            lastMillisecond++;
            counter = 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        fill(bytes[8..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (lastMillisecond << 16) | 0x7000L | (long)counter);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    internal delegate void RandomBytes(Span<byte> bytes);

    /// <summary>No id that was made later than a moment comes before this one.</summary>
    /// <param name="milliseconds">Since 1970, UTC.</param>
    public static string FirstAfter(long milliseconds)
    {
        string time = (milliseconds + 1).ToString("x12", CultureInfo.InvariantCulture);
        return $"{time[..8]}-{time[8..]}";
    }
}
