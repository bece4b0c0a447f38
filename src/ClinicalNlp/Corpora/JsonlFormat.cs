using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Our own format: a document a line, offsets in Unicode code points.</summary>
/// <remarks>
/// <code>
/// {"id":"n1","text":"Aspirin 81 mg.","spans":[{"start":0,"end":7,"label":"MEDICATION","concepts":["DB00945"],"assertion":{"negated":false}}],"meta":{}}
/// </code>
/// A span may also carry <c>text</c> (checked against the document), <c>confidence</c>, <c>fragments</c> (pairs of offsets, or objects with
/// <c>start</c> and <c>end</c>) when it is discontinuous, <c>id</c>, and <c>attributes</c> (names to strings). An assertion has
/// <c>negated</c> and may have <c>uncertain</c>, <c>historical</c>, <c>hypothetical</c>, <c>family</c>. A document may have
/// <c>relations</c> (<c>{"from":"T1","to":"T2","type":"…"}</c>, by the ids of its spans) and the <c>intent</c>, or <c>intents</c>, of the
/// whole text, so that files of utterances are files of documents too. Unknown fields are refused: a misspelt <c>spans</c> would otherwise
/// be a document without any.
/// </remarks>
public sealed class JsonlFormat : FileFormat
{
    /// <summary>Of a text or of output that is written at once.</summary>
    private const int Segment = 1 << 16;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "jsonl";

    public override IReadOnlyList<string> Extensions => [".jsonl", ".ndjson"];

    public override string MediaType => "application/jsonl; charset=utf-8";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null) =>
        Read(stream, name);

    /// <summary>The documents of a stream, one at a time.</summary>
    /// <param name="name">Named in errors.</param>
    /// <param name="forExtraction">A document without words is refused (<c>empty_text</c>), of which annotated files hold some; longer ones are taken.</param>
    public static IEnumerable<AnnotatedDocument> Read(Stream stream, string name, bool forExtraction = false)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in JsonLine.Read(stream, name))
        {
            var maximum = forExtraction ? ClinicalText.MaximumExtractedLength : ClinicalText.MaximumLength;
            var document = ReadDocument(line, maximum);
            if (forExtraction)
                ClinicalText.Check(document.Text, name, line.Number, maximum);
            if (!seen.TryAdd(document.Id, line.Number))
                throw line.Unusable("duplicate_id", $"The id \"{document.Id}\" was on line {seen[document.Id]} already.");
            yield return document;
        }
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        foreach (var document in documents)
            Write(document, stream);
    }

    /// <summary>One line, ended by a line feed.</summary>
    public static void Write(AnnotatedDocument document, Stream stream) =>
        Write(document ?? throw new ArgumentNullException(nameof(document)), document.Spans, stream);

    /// <summary>One line, with other spans than the document's own. Neither the text nor the spans are held a second time.</summary>
    public static void Write(AnnotatedDocument document, IEnumerable<AnnotatedSpan> spans, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(spans);
        ArgumentNullException.ThrowIfNull(stream);
        var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
        using (var writer = new Utf8JsonWriter(stream, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("id", document.Id);
            writer.WritePropertyName("text");
            WriteText(writer, document.Text);
            writer.WriteStartArray("spans");
            foreach (var span in spans)
            {
                JsonlSpans.Write(writer, span, map);
                if (writer.BytesPending > Segment)
                    writer.Flush();
            }
            writer.WriteEndArray();
            if (document.Relations is { Count: > 0 } relations)
                JsonlSpans.WriteRelations(writer, relations);
            if (document.Intents.Count == 1)
                writer.WriteString("intent", document.Intents[0]);
            else if (document.Intents.Count > 1)
                WriteStrings(writer, "intents", document.Intents);
            if (document.Meta is { } meta)
            {
                writer.WritePropertyName("meta");
                meta.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<char> text)
    {
        for (; text.Length > Segment; text = text[Segment..])
        {
            writer.WriteStringValueSegment(text[..Segment], isFinalSegment: false);
            writer.Flush();
        }
        writer.WriteStringValueSegment(text, isFinalSegment: true);
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static AnnotatedDocument ReadDocument(JsonLine line, int maximum)
    {
        const string Where = "the document";
        line.Allow(line.Root, ["id", "text", "spans", "relations", "intent", "intents", "meta"], Where);
        var text = line.RequiredString(line.Root, "text", Where);
        ClinicalText.CheckCharacters(text, line.File, line.Number, maximum);
        var id = line.OptionalString(line.Root, "id", Where) ?? $"{line.Number}";
        var meta = line.OptionalObject(line.Root, "meta", Where);
        var spans = JsonlSpans.Read(line, line.Root, text);
        var intents = line.OptionalStrings(line.Root, "intents", Where) ?? [];
        if (line.OptionalString(line.Root, "intent", Where) is { } intent)
            intents.Insert(0, intent);
        return new AnnotatedDocument(id, text, spans, meta)
        {
            Relations = JsonlSpans.ReadRelations(line, line.Root, spans),
            Intents = intents,
        };
    }
}
