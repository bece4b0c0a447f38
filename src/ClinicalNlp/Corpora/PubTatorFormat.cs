using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>PubTator: title, abstract, and a line a mention; offsets in code points over title, one separator, abstract.</summary>
/// <remarks>
/// <code>
/// 6794356|t|Tricuspid valve regurgitation and lithium carbonate toxicity
/// 6794356|a|A newborn with massive tricuspid regurgitation
/// 6794356	0	29	Tricuspid valve regurgitation	Disease	D014262
/// 6794356	CID	D016651	D014262
/// </code>
/// The separator is read as a line break. A relation (the last line) is one of concepts, not of mentions, and is kept in the metadata as
/// <c>"relations":[["CID","D016651","D014262"]]</c>; one of mentions is written as one of their concepts.
/// </remarks>
public sealed class PubTatorFormat : FileFormat
{
    private const string Relations = "relations";

    public override string Name => "pubtator";

    public override IReadOnlyList<string> Extensions => [".pubtator"];

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string path, ICollection<string>? losses = null)
    {
        var documents = new List<AnnotatedDocument>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        Block? block = null;
        var number = 0;
        foreach (var raw in TextFile.Decode(stream, path).Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length == 0)
            {
                Finish();
                continue;
            }
            var bar = line.IndexOf('|', StringComparison.Ordinal);
            var part = bar > 0 && bar + 2 < line.Length && line[bar + 2] == '|' ? line[bar + 1] : '\0';
            if (part is 't' or 'a' && !line.AsSpan(0, bar).Contains('\t'))
            {
                var id = line[..bar];
                if (part == 't' || block is null || block.Id != id)
                    Finish();
                block ??= ids.Add(id)
                    ? new Block(id)
                    : throw new UnusableInputException("duplicate_id", "The id was used by a document above.", path, number);
                block.AddText(part, line[(bar + 3)..]);
                continue;
            }
            if (block is null)
                throw new UnusableInputException("invalid_line", "A mention stands before any title or abstract.", path, number);
            block.AddMention(line, path, number);
        }
        Finish();
        return documents;

        void Finish()
        {
            if (block is not null)
                documents.Add(block.Finish(losses));
            block = null;
        }
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = Writer(stream);
        foreach (var document in documents)
            Write(document, writer, losses);
    }

    private static void Write(AnnotatedDocument document, TextWriter writer, ICollection<string>? losses)
    {
        var tally = new LossTally(document.Id);
        var beyond = document.Meta?.DeepClone() as JsonObject;
        var relations = ConceptRelations(beyond);
        beyond?.Remove(relations.Count > 0 ? Relations : "");
        tally.AddBeyond(document with { Meta = beyond }, Keeps.Concepts | Keeps.Relations);
        var id = string.Concat(document.Id.Select(c => c is '|' or '\t' or '\n' or '\r' ? '_' : c));
        if (id != document.Id)
            tally.Add("id changed");
        // The first line is the title. All later line breaks become blanks, one for one, so that every offset stays.
        var text = document.Text;
        var firstBreak = text.IndexOf('\n', StringComparison.Ordinal);
        var title = firstBreak < 0 ? text : text[..firstBreak];
        var body = firstBreak < 0 ? "" : text[(firstBreak + 1)..];
        tally.Add("line break written as a blank", title.Count(IsBreak) + body.Count(IsBreak));
        writer.WriteLine($"{id}|t|{Flat(title)}");
        writer.WriteLine($"{id}|a|{Flat(body)}");
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        foreach (var span in document.Spans)
        {
            var (start, end) = map.FromUtf16(span.Span);
            // A tab in a surface would read as a column; the offsets still say what is meant.
            var surface = Flat(span.Span.Of(text)).Replace('\t', ' ');
            var concepts = span.Concepts is { Count: > 0 } given ? "\t" + string.Join('|', given) : "";
            var label = Words.OneLine(span.Label).Replace('\t', ' ');
            if (label != span.Label)
                tally.Add("label changed");
            writer.WriteLine($"{id}\t{start}\t{end}\t{surface}\t{label}{concepts}");
        }
        foreach (var relation in document.Relations)
        {
            var (from, to) = (FirstConcept(document, relation.From), FirstConcept(document, relation.To));
            tally.Add(from is null || to is null ? "relation without concepts dropped" : "relation of mentions written as one of concepts");
            if (from is not null && to is not null && !relations.Any(known => known.SequenceEqual([relation.Type, from, to])))
                relations.Add([relation.Type, from, to]);
        }
        foreach (var relation in relations)
            writer.WriteLine($"{id}\t{string.Join('\t', relation)}");
        writer.WriteLine();
        tally.WriteTo(losses);
    }

    private static string? FirstConcept(AnnotatedDocument document, string spanId) =>
        document.Spans.FirstOrDefault(span => span.Id == spanId)?.Concepts?.FirstOrDefault();

    /// <summary>The metadata's rows of at least three words; none when it holds something else under this name.</summary>
    private static List<string[]> ConceptRelations(JsonObject? meta)
    {
        var rows = new List<string[]>();
        foreach (var row in meta?[Relations] as JsonArray ?? [])
        {
            string?[] words =
            [
                .. (row as JsonArray ?? []).Select(word =>
                    word is JsonValue value && value.TryGetValue<string>(out var text) ? text : null
                ),
            ];
            if (words.Length < 3 || words.Any(word => word is null || word.AsSpan().IndexOfAny('\t', '\n', '\r') >= 0))
                return [];
            rows.Add(words!);
        }
        return rows;
    }

    private static bool IsBreak(char c) => c is '\n' or '\r';

    private static string Flat(string text) => Words.OneLine(text);

    private sealed class Block(string id)
    {
        private readonly LossTally _tally = new(id);
        private readonly List<AnnotatedSpan> _spans = [];
        private readonly JsonArray _relations = [];
        private string _title = "";
        private string _abstract = "";
        private string? _text;
        private OffsetMap? _map;

        public string Id { get; } = id;

        public void AddText(char part, string text)
        {
            if (part == 't')
                _title = text;
            else
                _abstract = text;
        }

        public void AddMention(string line, string path, int number)
        {
            var columns = line.Split('\t');
            if (columns[0] != Id)
                throw new UnusableInputException("invalid_line", "The line has another id than the title above it.", path, number);
            if (columns.Length < 5 || !int.TryParse(columns[1], out var start) || !int.TryParse(columns[2], out var end))
            {
                if (columns.Length >= 4)
                {
                    _relations.Add(new JsonArray([.. columns.Skip(1).Select(word => (JsonNode)word)]));
                    return;
                }
                throw new UnusableInputException("invalid_line", "Neither a mention nor a relation.", path, number);
            }
            var text = Text(path, number);
            _map ??= new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
            var span = SpanBorder.Read(text, _map, start, end, null, path, number);
            if (Flat(span.Of(text)).Replace('\t', ' ') != columns[3].Replace('\t', ' '))
                _ = SpanBorder.Read(text, _map, start, end, columns[3], path, number); // refused, with the hint about units
            if (columns[4].Length == 0)
                throw new UnusableInputException("missing_field", "The mention has no type.", path, number);
            var concepts = columns.Length > 5 ? Concepts(columns[5]) : null;
            _tally.Add("column beyond the concept dropped", columns.Length - 6);
            _spans.Add(new AnnotatedSpan(span, columns[4], concepts));
        }

        public AnnotatedDocument Finish(ICollection<string>? losses)
        {
            _tally.WriteTo(losses);
            return new AnnotatedDocument(
                Id,
                Text(null, null),
                _spans,
                _relations.Count > 0 ? new JsonObject { [Relations] = _relations } : null
            );
        }

        private string Text(string? path, int? number)
        {
            if (_text is null)
            {
                _text = _abstract.Length == 0 ? _title : $"{_title}\n{_abstract}";
                ClinicalText.CheckCharacters(_text, path, number);
            }
            return _text;
        }

        private static string[]? Concepts(string column)
        {
            var concepts = column.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return concepts.Length == 0 || concepts is ["-1"] or ["-"] ? null : concepts;
        }
    }
}
