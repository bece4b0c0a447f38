using System.Text;
using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>CoNLL: a token and its tag a line, a blank line after a sentence. Written as IOB2; IOB1 and IOBES are read too.</summary>
/// <remarks>
/// <code>
/// -DOCSTART- (n1)	O
///
/// severe	B-PROBLEM
/// headache	I-PROBLEM
/// </code>
/// The format has no text, only tokens: reading puts one blank between tokens and a line break between sentences. A file without
/// <c>-DOCSTART-</c> is a document a sentence, because such files are often shuffled.
/// </remarks>
/// <param name="fourColumns">As CoNLL-2003 has it, with a column each for part of speech and chunk, which are written as <c>_</c>, and blanks between them.</param>
public sealed class ConllFormat(bool fourColumns = false) : FileFormat
{
    private const string DocumentStart = "-DOCSTART-";

    private static readonly System.Buffers.SearchValues<char> Blanks = System.Buffers.SearchValues.Create(
        " \t\r\n\v\f\u00A0\u0085\u2028\u2029"
    );

    public override string Name => fourColumns ? "conll2003" : "conll";

    public override IReadOnlyList<string> Extensions => fourColumns ? [".conll2003"] : [".conll", ".iob", ".iob2", ".bio"];

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string path, ICollection<string>? losses = null)
    {
        var documents = new List<AnnotatedDocument>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var current = new Builder();
        var started = false;
        string? id = null;
        var number = 0;
        var columnsLost = 0;
        foreach (var raw in TextFile.Decode(stream, path).Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.StartsWith(DocumentStart, StringComparison.Ordinal))
            {
                Finish();
                started = true;
                id = IdOf(line);
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                current.EndSentence();
                if (!started)
                    Finish();
            }
            else
            {
                var columns = line.Contains('\t', StringComparison.Ordinal)
                    ? line.Split('\t')
                    : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length < 2)
                    throw new UnusableInputException("missing_field", "The line has no tag beside its token.", path, number);
                columnsLost += columns.Count(column => column is not ("_" or "-X-" or "")) > 2 ? 1 : 0;
                current.Add(columns[0], columns[^1].Trim(), path, number);
            }
        }
        Finish();
        if (columnsLost > 0)
            losses?.Add($"{Path.GetFileName(path)}: columns between token and tag dropped ({columnsLost})");
        return documents;

        void Finish()
        {
            if (current.TryFinish(out var text, out var spans))
            {
                ClinicalText.CheckCharacters(text, path, number);
                var name = id ?? $"{documents.Count + 1}";
                if (!ids.Add(name))
                    throw new UnusableInputException("duplicate_id", "The id was used by a document above.", path, number);
                documents.Add(new AnnotatedDocument(name, text, spans));
            }
            current = new Builder();
            id = null;
        }
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = Writer(stream);
        foreach (var document in documents)
            Write(document, writer, losses);
    }

    private void Write(AnnotatedDocument document, TextWriter writer, ICollection<string>? losses)
    {
        var tally = new LossTally(document.Id);
        tally.AddBeyond(document, Keeps.Nothing);
        var text = document.Text;
        var chunks = AsRead(document);
        var tokens = chunks ?? Tokenizer.Tokenize(text);
        var sentences = chunks is null ? SentenceSplitter.Split(text, tokens) : Lines(text);
        var tags = Tags(document, tokens, sentences, tally);
        writer.WriteLine($"{DocumentStart} ({document.Id.ReplaceLineEndings(" ").Replace('\t', ' ')}){Between}O");
        writer.WriteLine();
        var sentence = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Span.Start >= sentences[sentence].End)
            {
                writer.WriteLine();
                sentence++;
            }
            writer.Write(tokens[i].Span.Slice(text));
            writer.WriteLine($"{Between}{tags[i] ?? "O"}");
        }
        writer.WriteLine();
        tally.Add("white space of the text is not kept", chunks is null ? 1 : 0);
        tally.WriteTo(losses);
    }

    /// <summary>
    /// The tokens of a text that was tokenised already, as this reader makes it: single blanks and line breaks between them, no punctuation left
    /// on a word (unless some stands alone), and spans that begin and end with them. Null of any other text.
    /// </summary>
    private static Token[]? AsRead(AnnotatedDocument document)
    {
        var text = document.Text;
        var tokens = new List<Token>();
        bool alone = false,
            attached = false;
        for (var start = 0; start <= text.Length; )
        {
            var length = text.AsSpan(start).IndexOfAny(' ', '\n');
            var end = length < 0 ? text.Length : start + length;
            var chunk = text.AsSpan(start, end - start);
            if (chunk.IsEmpty || chunk.ContainsAny(Blanks))
                return null;
            var ends = ".,;:!?".Contains(chunk[^1]);
            (alone, attached) = (alone || (ends && chunk.Length == 1), attached || (ends && chunk.Length > 1));
            tokens.Add(new Token(new TextSpan(start, end)));
            start = end + 1;
        }
        if (attached && !alone)
            return null;
        var starts = tokens.Select(token => token.Span.Start).ToHashSet();
        var stops = tokens.Select(token => token.Span.End).ToHashSet();
        return document.Spans.All(span => starts.Contains(span.Span.Start) && stops.Contains(span.Span.End)) ? [.. tokens] : null;
    }

    private static TextSpan[] Lines(string text)
    {
        var lines = new List<TextSpan>();
        for (var start = 0; start <= text.Length; start = lines[^1].End + 1)
        {
            var length = text.AsSpan(start).IndexOf('\n');
            lines.Add(new TextSpan(start, length < 0 ? text.Length : start + length));
        }
        return [.. lines];
    }

    private string Between => fourColumns ? " _ _ " : "\t";

    /// <summary>One tag a token, null for O. Of overlapping spans the longest is kept.</summary>
    private static string?[] Tags(AnnotatedDocument document, Token[] tokens, TextSpan[] sentences, LossTally tally)
    {
        var tags = new string?[tokens.Length];
        var starts = new Dictionary<int, int>();
        var ends = new Dictionary<int, int>();
        for (var i = 0; i < tokens.Length; i++)
        {
            starts[tokens[i].Span.Start] = i;
            ends[tokens[i].Span.End] = i;
        }
        foreach (var span in document.Spans.OrderByDescending(span => span.Span.Length).ThenBy(span => span.Span.Start))
        {
            if (!starts.TryGetValue(span.Span.Start, out var first) || !ends.TryGetValue(span.Span.End, out var last))
                tally.Add("span off token boundaries dropped");
            else if (tags.AsSpan(first, last - first + 1).ContainsAnyExcept((string?)null))
                tally.Add("overlapping span dropped");
            else if (!sentences.Any(sentence => sentence.Contains(span.Span)))
                tally.Add("span across sentences dropped");
            else
            {
                var label = Words.Flat(span.Label);
                if (label != span.Label)
                    tally.Add("label changed");
                for (var i = first; i <= last; i++)
                    tags[i] = $"{(i == first ? 'B' : 'I')}-{label}";
            }
        }
        return tags;
    }

    private static string? IdOf(string line)
    {
        var open = line.IndexOf('(', StringComparison.Ordinal);
        var close = line.LastIndexOf(')');
        return open > 0 && close > open + 1 ? line[(open + 1)..close] : null;
    }

    /// <summary>Tokens and tags become text and spans.</summary>
    private sealed class Builder
    {
        private readonly StringBuilder _text = new();
        private readonly List<AnnotatedSpan> _spans = [];
        private string? _label;
        private int _start;
        private int _end;
        private bool _newSentence;

        public void Add(string token, string tag, string path, int line)
        {
            if (token.Length == 0)
                throw new UnusableInputException("missing_field", "The line has no token.", path, line);
            var (prefix, label) = Parse(tag, path, line);
            // IOB1 writes I- for a first token; a change of type or an O before it starts a mention as B- does.
            if (prefix is 'O' or 'B' or 'S' or 'U' || label != _label || _newSentence)
                EndMention();
            if (_text.Length > 0)
                _text.Append(_newSentence ? '\n' : ' ');
            _newSentence = false;
            var start = _text.Length;
            _text.Append(token);
            if (prefix == 'O')
                return;
            if (_label is null)
                (_label, _start) = (label, start);
            _end = _text.Length;
            if (prefix is 'E' or 'L' or 'S' or 'U')
                EndMention();
        }

        public void EndSentence() => _newSentence = _text.Length > 0;

        public bool TryFinish(out string text, out List<AnnotatedSpan> spans)
        {
            EndMention();
            text = _text.ToString();
            spans = _spans;
            return text.Length > 0;
        }

        private void EndMention()
        {
            if (_label is not null)
                _spans.Add(new AnnotatedSpan(new TextSpan(_start, _end), _label));
            _label = null;
        }

        private static (char Prefix, string? Label) Parse(string tag, string path, int line)
        {
            if (tag is "O" or "_")
                return ('O', null);
            if (tag.Length > 2 && tag[1] is '-' or '_' && tag[0] is 'B' or 'I' or 'E' or 'S' or 'L' or 'U' or 'M')
                return (tag[0], tag[2..]);
            throw new UnusableInputException("invalid_tag", "The last column is not O, B-… or I-….", path, line);
        }
    }
}
