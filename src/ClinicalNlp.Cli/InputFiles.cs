using System.CommandLine;
using ClinicalNlp.Corpora;
using ClinicalNlp.Text;

namespace ClinicalNlp.Cli;

/// <summary>What <c>extract</c> and <c>classify</c> read: files named plainly or with <c>--input</c>, or standard input.</summary>
internal sealed class InputFiles
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Text or JSON-lines files; - is standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> _input = new("--input") { Description = "The same as FILE; - (standard input) when neither is given." };

    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_input);
    }

    public IReadOnlyList<string> Of(ParseResult parsed)
    {
        string[] paths = [.. parsed.GetValue(_files) ?? [], .. parsed.GetValue(_input) is { } input ? new[] { input } : []];
        return paths.Length > 0 ? paths : ["-"];
    }

    /// <summary>Documents of a JSON-lines file, or a text file as one document with its name as id.</summary>
    /// <exception cref="UnusableInputException">Names file, line and reason.</exception>
    public static IEnumerable<AnnotatedDocument> Documents(string path, CommandConsole console)
    {
        using var stream = Open(path, console, out var name, out var isJson);
        if (isJson)
        {
            foreach (var document in JsonlFormat.Read(stream, name, forExtraction: true))
                yield return document;
            yield break;
        }
        var text = TextFile.Decode(stream, name, ClinicalText.MaximumExtractedLength);
        ClinicalText.Check(text, name, maximum: ClinicalText.MaximumExtractedLength);
        yield return new AnnotatedDocument(Path.GetFileName(name), text, []);
    }

    /// <summary>The stream, its name for errors, and whether it holds JSON lines: by its ending, or by its first character where it has none.</summary>
    public static Stream Open(string path, CommandConsole console, out string name, out bool isJson)
    {
        name = path == "-" ? "stdin" : path;
        var stream = path == "-" ? console.Input : TextFile.Open(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".jsonl" or ".ndjson" or ".json":
                isJson = true;
                return stream;
            case ".txt" or ".text":
                isJson = false;
                return stream;
            default:
                var buffered = new PeekStream(stream);
                isJson = buffered.FirstVisibleByte() == '{';
                return buffered;
        }
    }

    /// <summary>A forward-only stream whose beginning was looked at.</summary>
    private sealed class PeekStream(Stream inner) : Stream
    {
        private readonly byte[] _head = new byte[4096];
        private int _at;
        private int _length;

        public int FirstVisibleByte()
        {
            _length = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> bytes = _head.AsSpan(0, _length);
            if (bytes.StartsWith("\uFEFF"u8))
                bytes = bytes[3..];
            var first = bytes.IndexOfAnyExcept(" \t\r\n"u8);
            return first < 0 ? -1 : bytes[first];
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at == _length)
                return inner.Read(buffer, offset, count);
            count = Math.Min(count, _length - _at);
            _head.AsSpan(_at, count).CopyTo(buffer.AsSpan(offset));
            _at += count;
            return count;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
