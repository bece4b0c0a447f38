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
public sealed class ConllFormat : CorpusFormat
{
    private const string DocumentStart = "-DOCSTART-";

    public override string Name => "conll";

    public override IReadOnlyList<string> Extensions => [".conll", ".iob", ".iob2", ".bio"];

    public override IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null)
    {
        var documents = new List<AnnotatedDocument>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var current = new Builder();
        var started = false;
        string? id = null;
        var number = 0;
        var columnsLost = 0;
        foreach (var raw in TextFile.Read(path).Split('\n'))
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
                    throw new UnusableInputException("duplicate_id", $"The id \"{name}\" was used by a document above.", path, number);
                documents.Add(new AnnotatedDocument(name, text, spans));
            }
            current = new Builder();
            id = null;
        }
    }

    public override void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null) =>
        WholeFile.WriteLines(
            path,
            writer =>
            {
                foreach (var document in documents)
                    Write(document, writer, losses);
            }
        );

    private static void Write(AnnotatedDocument document, TextWriter writer, ICollection<string>? losses)
    {
        var tally = new LossTally(document.Id);
        tally.AddBeyondSpans(document, concepts: true, assertions: true, fragments: true);
        var text = document.Text;
        var tokens = Tokenizer.Tokenize(text);
        var sentences = SentenceSplitter.Split(text, tokens);
        var tags = Tags(document, tokens, sentences, tally);
        writer.WriteLine($"{DocumentStart} ({document.Id.ReplaceLineEndings(" ").Replace('\t', ' ')})\tO");
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
            writer.WriteLine($"\t{tags[i] ?? "O"}");
        }
        writer.WriteLine();
        tally.Add("white space of the text is not kept");
        tally.WriteTo(losses);
    }

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
                for (var i = first; i <= last; i++)
                    tags[i] = $"{(i == first ? 'B' : 'I')}-{span.Label}";
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
