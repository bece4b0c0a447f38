using System.Text;
using System.Text.Unicode;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Reads text files as UTF-8 and refuses anything else by line, so that a Latin-1 file never turns into question marks.</summary>
public static class TextFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="UnusableInputException"><c>file_missing</c>, <c>invalid_utf8</c> or <c>text_too_long</c>.</exception>
    public static string Read(string path)
    {
        using var stream = Open(path);
        return Decode(stream, path);
    }

    /// <summary>The whole of a stream, without its byte-order mark.</summary>
    /// <param name="name">Named in errors.</param>
    /// <param name="maximum">UTF-16 code units; a stream that must have more is not read to its end.</param>
    /// <exception cref="UnusableInputException"><c>invalid_utf8</c>, with the line; <c>text_too_long</c>.</exception>
    public static string Decode(Stream stream, string name, int maximum = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Encoding.UTF8.GetString(Valid(stream, name, maximum));
    }

    /// <summary>The same with the byte-order mark as the character that it is, for formats whose offsets count it.</summary>
    internal static string DecodeWithMark(Stream stream, string name)
    {
        var whole = new MemoryStream();
        stream.CopyTo(whole);
        whole.Position = 0;
        var hasMark = whole.GetBuffer().AsSpan(0, (int)whole.Length).StartsWith(ByteOrderMark);
        return (hasMark ? "\uFEFF" : "") + Decode(whole, name);
    }

    /// <summary>The same as bytes, known to be UTF-8.</summary>
    internal static byte[] Bytes(Stream stream, string name) => Valid(stream, name, int.MaxValue).ToArray();

    private static ReadOnlySpan<byte> Valid(Stream stream, string name, int maximum)
    {
        // A code unit is at most three bytes; the byte-order mark is three more.
        var most = (3L * maximum) + 3;
        // The buffer of a file is as long as the file: one that doubles would hold it up to three times.
        using var buffer = new MemoryStream(
            stream.CanSeek ? (int)Math.Min(stream.Length - stream.Position, Math.Min(most, Array.MaxLength)) : 0
        );
        var chunk = new byte[1 << 16];
        for (int read; (read = stream.Read(chunk)) > 0; )
        {
            if (buffer.Length + read > most)
                throw ClinicalText.TooLong($"The file has over {maximum} characters", maximum, name, null);
            buffer.Write(chunk.AsSpan(0, read));
        }
        ReadOnlySpan<byte> bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (bytes.StartsWith(ByteOrderMark))
            bytes = bytes[3..];
        if (!Utf8.IsValid(bytes))
            throw NotUtf8(bytes, name, 1);
        return bytes;
    }

    /// <exception cref="UnusableInputException"><c>file_missing</c>: not there, or not readable.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UnusableInputException("file_missing", "There is no such file.", path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new UnusableInputException("file_missing", "The file cannot be opened: it is a folder, or not ours to read.", path);
        }
    }

    /// <summary>The lines of a stream as bytes, without line ends and byte-order mark; a line is good until the next is asked for.</summary>
    internal static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream)
    {
        var buffer = new byte[1 << 16];
        int start = 0,
            end = 0;
        var first = true;
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0)
            {
                // Keep what is left of the line, at the front, in a buffer that it does not fill.
                if (start > 0)
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                if (end == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
                var read = stream.Read(buffer, end, buffer.Length - end);
                end += read;
                if (read > 0)
                    continue;
                if (end > 0)
                    yield return Line(buffer, 0, end, first);
                yield break;
            }
            yield return Line(buffer, start, length, first);
            first = false;
            start += length + 1;
        }
    }

    internal static UnusableInputException NotUtf8(ReadOnlySpan<byte> bytes, string name, int firstLine)
    {
        var good = 0;
        while (Rune.DecodeFromUtf8(bytes[good..], out _, out var length) == System.Buffers.OperationStatus.Done)
            good += length;
        var line = firstLine + bytes[..good].Count((byte)'\n');
        return new UnusableInputException("invalid_utf8", $"Not UTF-8: byte 0x{bytes[good]:X2} at byte offset {good}.", name, line);
    }

    private static ReadOnlyMemory<byte> Line(byte[] buffer, int start, int length, bool first)
    {
        var line = buffer.AsMemory(start, length);
        if (first && line.Span.StartsWith(ByteOrderMark))
            line = line[3..];
        return line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
    }
}
