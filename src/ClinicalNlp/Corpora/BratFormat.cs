using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>brat standoff: a <c>.txt</c> and an <c>.ann</c> a document, in a folder; offsets in code points.</summary>
/// <remarks>
/// <code>
/// T1	PROBLEM 11 19	headache
/// N1	Reference T1 SNOMED:25064002	Headache
/// A1	Negated T1
/// T2	PROBLEM 0 5;15 20	upper pain
/// </code>
/// Text-bound annotations, references (concepts) and <c>Negated</c>/<c>Affirmed</c> are ours; relations, events, equivalences, other
/// attributes and notes are losses. brat cuts a span at a line break; such fragments are put together again.
/// </remarks>
public sealed class BratFormat : CorpusFormat
{
    /// <summary>brat wants a database before the colon; concepts without one are written under this name.</summary>
    private const string PlainConcept = "concept";

    public override string Name => "brat";

    public override IReadOnlyList<string> Extensions => [".ann"];

    public override IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null)
    {
        if (!Directory.Exists(path))
            return [ReadDocument(Path.ChangeExtension(path, ".txt"), Path.GetFileNameWithoutExtension(path), losses)];
        var documents = new List<AnnotatedDocument>();
        foreach (var file in Directory.EnumerateFiles(path, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var id = Path.ChangeExtension(Path.GetRelativePath(path, file), null).Replace('\\', '/');
            documents.Add(ReadDocument(file, id, losses));
        }
        if (documents.Count == 0)
            throw new UnusableInputException("file_missing", "The folder has no .txt file.", path);
        return documents;
    }

    /// <param name="path">A folder that is new or empty; it appears whole or not at all.</param>
    /// <exception cref="UnusableInputException"><c>output_exists</c>.</exception>
    public override void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new UnusableInputException("output_exists", "There is something here already; brat is written to a new folder.", path);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var document in documents)
            {
                var tally = new LossTally(document.Id);
                tally.AddBeyondSpans(document, concepts: false, assertions: false, fragments: false);
                var name = FileName(document.Id, names);
                if (name != document.Id)
                    tally.Add("id changed for the file name");
                var target = Path.Combine(temporary, name.Replace('/', Path.DirectorySeparatorChar));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllBytes(target + ".txt", Encoding.UTF8.GetBytes(document.Text));
                File.WriteAllText(target + ".ann", Annotations(document, tally));
                tally.WriteTo(losses);
            }
            if (Directory.Exists(path))
                Directory.Delete(path);
            Directory.Move(temporary, path);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private static string Annotations(AnnotatedDocument document, LossTally tally)
    {
        var text = document.Text;
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        var lines = new StringBuilder();
        int mentions = 0,
            references = 0,
            attributes = 0;
        foreach (var span in document.Spans)
        {
            var pieces = (span.Fragments ?? [span.Span]).SelectMany(fragment => CutAtLineBreaks(text, fragment)).ToList();
            if (pieces.Count == 0)
            {
                tally.Add("span of line breaks only dropped");
                continue;
            }
            if (pieces[0].Start != span.Span.Start || pieces[^1].End != span.Span.End)
                tally.Add("line break at the end of a span cut off");
            var label = Word(span.Label);
            if (label != span.Label)
                tally.Add("label changed");
            var offsets = string.Join(';', pieces.Select(piece => map.FromUtf16(piece)).Select(pair => $"{pair.Start} {pair.End}"));
            var surface = string.Join(' ', pieces.Select(piece => piece.Of(text)));
            lines.Append($"T{++mentions}\t{label} {offsets}\t{surface}\n");
            foreach (var concept in span.Concepts ?? [])
            {
                var colon = concept.IndexOf(':', StringComparison.Ordinal);
                var reference = Word(colon > 0 && colon < concept.Length - 1 ? concept : $"{PlainConcept}:{concept}");
                if (!reference.EndsWith(concept, StringComparison.Ordinal))
                    tally.Add("concept changed");
                lines.Append($"N{++references}\tReference T{mentions} {reference}\t\n");
            }
            if (span.Assertion is { } assertion)
                lines.Append($"A{++attributes}\t{(assertion.Negated ? "Negated" : "Affirmed")} T{mentions}\n");
        }
        return lines.ToString();
    }

    private static IEnumerable<TextSpan> CutAtLineBreaks(string text, TextSpan span)
    {
        for (var at = span.Start; at < span.End; )
        {
            var length = text.AsSpan(at, span.End - at).IndexOfAny('\n', '\r');
            if (length < 0)
                length = span.End - at;
            if (length > 0)
                yield return new TextSpan(at, at + length);
            at += length + 1;
        }
    }

    /// <summary>A name that stays inside the folder and that no other document has.</summary>
    private static string FileName(string id, HashSet<string> taken)
    {
        var parts = id.Split('/').Select(part => string.Concat(part.Select(c => c < ' ' || "\\:*?\"<>|".Contains(c) ? '_' : c)));
        var name = string.Join('/', parts.Select(part => part.Length == 0 || part.StartsWith('.') ? $"_{part}" : part));
        var unique = name;
        for (var i = 2; !taken.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }

    private static string Word(string label) => string.Concat(label.Select(c => char.IsWhiteSpace(c) ? '_' : c));

    private static AnnotatedDocument ReadDocument(string textFile, string id, ICollection<string>? losses)
    {
        var text = TextFile.Read(textFile);
        ClinicalText.CheckCharacters(text, textFile);
        var annotations = Path.ChangeExtension(textFile, ".ann");
        if (!File.Exists(annotations))
            return new AnnotatedDocument(id, text, []);
        var tally = new LossTally(id);
        var reader = new Reader(text, annotations, tally);
        var spans = reader.Read(TextFile.Read(annotations));
        tally.WriteTo(losses);
        return new AnnotatedDocument(id, text, spans);
    }

    private sealed class Reader(string text, string file, LossTally tally)
    {
        private readonly OffsetMap _map = new(text, OffsetUnit.UnicodeCodePoint);
        private readonly List<AnnotatedSpan> _spans = [];
        private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
        private int _line;

        public List<AnnotatedSpan> Read(string annotations)
        {
            // References may stand above the mention that they are of, so mentions are read first.
            var lines = annotations.Split('\n');
            for (_line = 1; _line <= lines.Length; _line++)
            {
                if (lines[_line - 1].StartsWith('T'))
                    ReadMention(lines[_line - 1].TrimEnd('\r').Split('\t'));
            }
            for (_line = 1; _line <= lines.Length; _line++)
            {
                var line = lines[_line - 1].TrimEnd('\r');
                if (line.Length > 0)
                    ReadOther(line);
            }
            return _spans;
        }

        private void ReadMention(string[] columns)
        {
            var blank = columns.Length > 1 ? columns[1].IndexOf(' ', StringComparison.Ordinal) : -1;
            if (blank <= 0)
                throw Unusable("invalid_line", "The mention has no type and offsets.");
            var label = columns[1][..blank];
            var pieces = new List<TextSpan>();
            var given = new List<(int Start, int End)>();
            foreach (var pair in columns[1][(blank + 1)..].Split(';'))
            {
                var ends = pair.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (ends.Length != 2 || !int.TryParse(ends[0], out var start) || !int.TryParse(ends[1], out var end))
                    throw Unusable("invalid_line", "The offsets are not \"start end\".");
                given.Add((start, end));
                pieces.Add(SpanBorder.Read(text, _map, start, end, null, file, _line));
            }
            if (columns.Length > 2)
                CheckSurface(pieces, given, columns[2]);
            pieces.Sort();
            for (var i = 1; i < pieces.Count; i++)
            {
                if (pieces[i].Start < pieces[i - 1].End)
                    throw Unusable("span_out_of_range", "The fragments of the mention overlap.");
            }
            JoinAtLineBreaks(pieces);
            _index[columns[0]] = _spans.Count;
            _spans.Add(
                new AnnotatedSpan(new TextSpan(pieces[0].Start, pieces[^1].End), label, Fragments: pieces.Count > 1 ? pieces : null)
            );
        }

        private void CheckSurface(List<TextSpan> pieces, List<(int Start, int End)> given, string surface)
        {
            // brat puts one blank between fragments and writes a line break as a blank.
            var words = string.Join(' ', pieces.Select(piece => piece.Of(text)));
            if (Flat(words) != Flat(surface))
                _ = SpanBorder.Read(text, _map, given[0].Start, given[^1].End, surface, file, _line); // refused, with the hint about units
        }

        private void JoinAtLineBreaks(List<TextSpan> pieces)
        {
            for (var i = pieces.Count - 1; i > 0; i--)
            {
                var gap = text.AsSpan(pieces[i - 1].End, pieces[i].Start - pieces[i - 1].End);
                if (!gap.IsWhiteSpace() || gap.IndexOfAny('\n', '\r') < 0)
                    continue;
                pieces[i - 1] = new TextSpan(pieces[i - 1].Start, pieces[i].End);
                pieces.RemoveAt(i);
            }
        }

        private void ReadOther(string line)
        {
            var columns = line.Split('\t');
            var words = columns.Length > 1 ? columns[1].Split(' ') : [];
            switch (line[0])
            {
                case 'T':
                    break;
                case 'N' when words.Length >= 3 && _index.TryGetValue(words[1], out var mention):
                    var concept = words[2].StartsWith($"{PlainConcept}:", StringComparison.Ordinal)
                        ? words[2][(PlainConcept.Length + 1)..]
                        : words[2];
                    _spans[mention] = _spans[mention] with { Concepts = [.. _spans[mention].Concepts ?? [], concept] };
                    break;
                case 'A'
                or 'M' when words.Length == 2 && Asserts(words[0]) is { } assertion && _index.TryGetValue(words[1], out var mention):
                    _spans[mention] = _spans[mention] with { Assertion = assertion };
                    break;
                case 'N':
                    tally.Add("reference of an event dropped");
                    break;
                case 'A' or 'M':
                    tally.Add("attribute dropped");
                    break;
                case 'R' or '*':
                    tally.Add("relation dropped");
                    break;
                case 'E':
                    tally.Add("event dropped");
                    break;
                case '#':
                    tally.Add("note dropped");
                    break;
                default:
                    throw Unusable("invalid_line", "The line is none of brat's kinds (T, N, A, M, R, *, E, #).");
            }
        }

        private static SpanAssertion? Asserts(string attribute) =>
            attribute switch
            {
                "Negated" or "Negation" => new SpanAssertion(true),
                "Affirmed" => new SpanAssertion(false),
                _ => null,
            };

        private static string Flat(string words) =>
            words.Replace("\r\n", "  ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' ');

        private UnusableInputException Unusable(string code, string reason) => new(code, reason, file, _line);
    }
}
