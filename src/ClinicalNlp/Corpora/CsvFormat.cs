using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Comma-separated values with a header (RFC 4180): utterances with their intents, and spans; offsets in code points.</summary>
/// <remarks>
/// <code>
/// id,text,intent,spans,relations,meta
/// n1,"Aspirin, 81 mg",order,"[{""start"":0,""end"":7,""label"":""DRUG""}]",,
/// </code>
/// Spans, relations and metadata are written as our JSON, so nothing is lost; several intents are parted by <c>|</c>. Read as well: any file
/// with a column of texts (<c>text</c>, <c>utterance</c>, <c>sentence</c>, <c>message</c>, <c>query</c>) and perhaps one of intents
/// (<c>intent</c>, <c>label</c>, <c>labels</c>, <c>category</c>, <c>class</c>), other columns being metadata; and a row a span (<c>id</c>,
/// <c>text</c>, <c>start</c>, <c>end</c>, <c>label</c>, perhaps <c>surface</c>), where rows of one id are one document. The separator may
/// also be a semicolon or a tab.
/// </remarks>
public sealed class CsvFormat : FileFormat
{
    private static readonly string[] TextColumns = ["text", "utterance", "sentence", "message", "query", "example"];
    private static readonly string[] IntentColumns = ["intent", "intents", "label", "labels", "category", "class"];
    private static readonly string[] SurfaceColumns = ["surface", "mention", "span", "span_text"];
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n;\t");

    public override string Name => "csv";

    public override IReadOnlyList<string> Extensions => [".csv"];

    public override string MediaType => "text/csv; charset=utf-8";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null)
    {
        var rows = new CsvRows(TextFile.Decode(stream, name), name);
        if (rows.Header is not { } header)
            return [];
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (at, title) in header.Index())
            columns.TryAdd(title.Trim(), at);
        return columns.ContainsKey("start") && columns.ContainsKey("end")
            ? ReadSpanRows(rows, columns, name, losses)
            : ReadDocumentRows(rows, columns, name);
    }

    private static IEnumerable<AnnotatedDocument> ReadDocumentRows(CsvRows rows, Dictionary<string, int> columns, string name)
    {
        var text = ColumnOf(columns, TextColumns) ?? throw NoText(name);
        var intent = ColumnOf(columns, IntentColumns);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, row) in rows.Read().Index())
        {
            row.RequireWidth(columns.Count);
            var words = row[text] is { Length: > 0 } given ? given : throw row.Unusable("empty_text", "The row has no text.");
            ClinicalText.CheckCharacters(words, name, row.Line);
            var id = Cell("id") is { Length: > 0 } known ? known : $"{number + 1}";
            if (!ids.Add(id))
                throw row.Unusable("duplicate_id", "The id was used by a row above.");
            var fields = new JsonObject { ["spans"] = Json("spans", "["), ["relations"] = Json("relations", "[") };
            using var parsed = JsonDocument.Parse(fields.ToJsonString());
            var line = new JsonLine(name, row.Line, parsed.RootElement.Clone());
            var spans = JsonlSpans.Read(line, line.Root, words);
            var meta = Json("meta", "{") as JsonObject ?? [];
            foreach (var (title, at) in columns)
            {
                if (
                    at != text
                    && at != intent
                    && title.ToLowerInvariant() is not ("id" or "spans" or "relations" or "meta")
                    && row[at].Length > 0
                )
                    meta[title] = row[at];
            }
            yield return new AnnotatedDocument(id, words, spans, meta.Count > 0 ? meta : null)
            {
                Relations = JsonlSpans.ReadRelations(line, line.Root, spans),
                Intents = intent is { } column && row[column].Length > 0 ? row[column].Split('|') : [],
            };

            string? Cell(string column) => columns.TryGetValue(column, out var at) ? row[at] : null;

            JsonNode? Json(string column, string start)
            {
                if (Cell(column) is not { Length: > 0 } cell)
                    return null;
                return cell.TrimStart().StartsWith(start, StringComparison.Ordinal) && StrictJson.Parse(cell) is { } json
                    ? json
                    : throw row.Unusable("invalid_json", $"The column \"{column}\" is not JSON that begins with {start}.");
            }
        }
    }

    /// <summary>A row a span; a document without spans has one row with the offsets left empty.</summary>
    private static IEnumerable<AnnotatedDocument> ReadSpanRows(
        CsvRows rows,
        Dictionary<string, int> columns,
        string name,
        ICollection<string>? losses
    )
    {
        var text = ColumnOf(columns, TextColumns) ?? throw NoText(name);
        var (start, end) = (columns["start"], columns["end"]);
        var label =
            ColumnOf(columns, ["label", "type", "entity"])
            ?? throw new UnusableInputException("missing_field", "There is no column \"label\".", name, 1);
        var surface = ColumnOf(columns, SurfaceColumns);
        var documents = new Dictionary<string, (DocumentBuilder Document, LossTally Tally)>(StringComparer.Ordinal);
        var order = new List<string>();
        var dropped = columns.Values.Count(at =>
            at != text && at != start && at != end && at != label && at != surface && at != columns.GetValueOrDefault("id", -1)
        );
        foreach (var row in rows.Read())
        {
            row.RequireWidth(columns.Count);
            var id = columns.TryGetValue("id", out var idColumn) ? row[idColumn] : row[text];
            if (!documents.TryGetValue(id, out var known))
            {
                ClinicalText.CheckCharacters(row[text], name, row.Line);
                var tally = new LossTally(columns.ContainsKey("id") ? id : $"{order.Count + 1}");
                documents[id] = known = (new DocumentBuilder(row[text], OffsetUnit.UnicodeCodePoint, name, tally), tally);
                order.Add(id);
            }
            else if (row[text].Length > 0 && row[text] != known.Document.Text)
            {
                throw row.Unusable("duplicate_id", "The id has another text above.");
            }
            known.Tally.Add("cell of another column dropped", dropped);
            if (row[start].Length == 0 && row[end].Length == 0)
                continue;
            if (!int.TryParse(row[start], out var from) || !int.TryParse(row[end], out var to))
                throw row.Unusable("wrong_type", "The start or end is not an integer.");
            if (row[label].Length == 0)
                throw row.Unusable("missing_field", "The span has no label.");
            var words = surface is { } column && row[column].Length > 0 ? row[column] : null;
            known.Document.Add(new AnnotatedSpan(known.Document.At(from, to, words, row.Line), row[label]));
        }
        foreach (var (number, id) in order.Index())
        {
            documents[id].Tally.WriteTo(losses);
            yield return documents[id].Document.Build(columns.ContainsKey("id") ? id : $"{number + 1}");
        }
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = Writer(stream);
        writer.WriteLine("id,text,intent,spans,relations,meta");
        foreach (var document in documents)
        {
            var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
            var tally = new LossTally(document.Id);
            if (document.Intents.Any(intent => intent.Contains('|', StringComparison.Ordinal)))
                tally.Add("intent with a | in it cut");
            string[] cells =
            [
                document.Id,
                document.Text,
                string.Join('|', document.Intents),
                Json(
                    document.Spans.Count,
                    json =>
                    {
                        json.WriteStartArray();
                        foreach (var span in document.Spans)
                            JsonlSpans.Write(json, span, map);
                        json.WriteEndArray();
                    }
                ),
                Json(document.Relations.Count, json => JsonlSpans.WriteRelationList(json, document.Relations)),
                document.Meta is { Count: > 0 } meta ? Json(1, json => meta.WriteTo(json)) : "",
            ];
            writer.WriteLine(string.Join(',', cells.Select(Quoted)));
            tally.WriteTo(losses);
        }
    }

    private static string Json(int count, Action<Utf8JsonWriter> write)
    {
        if (count == 0)
            return "";
        var buffer = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                buffer,
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(Special) < 0 && cell.AsSpan().Trim().Length == cell.Length
            ? cell
            : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static int? ColumnOf(Dictionary<string, int> columns, IEnumerable<string> titles)
    {
        foreach (var title in titles)
        {
            if (columns.TryGetValue(title, out var at))
                return at;
        }
        return null;
    }

    private static UnusableInputException NoText(string name) =>
        new("missing_field", $"The header has none of the columns {string.Join(", ", TextColumns)}.", name, 1);
}
