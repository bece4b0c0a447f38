using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>JSON lines as spaCy and Prodigy exchange them; offsets in code points.</summary>
/// <remarks>
/// <code>
/// {"id":"n1","text":"Aspirin for headache","spans":[{"start":0,"end":7,"label":"DRUG","kb_id":"DB00945"}],"relations":[{"head_span":{"start":0,"end":7,"label":"DRUG"},"child_span":{"start":12,"end":20,"label":"PROBLEM"},"label":"treats"}],"cats":{"note":1},"meta":{}}
/// </code>
/// Written like this. Read as well: training tuples <c>["text",{"entities":[[0,7,"DRUG"]],"cats":{}}]</c>, <c>Doc.to_json</c> (<c>ents</c>,
/// <c>spans</c> by key, <c>cats</c>), the paragraphs of spaCy 2 (<c>raw</c> and tokens with BILUO tags), as lines or as one JSON array.
/// </remarks>
public sealed class SpacyFormat : FileFormat
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "spacy";

    public override IReadOnlyList<string> Extensions => [".spacy"];

    public override string MediaType => "application/jsonl; charset=utf-8";

    public override string StreamExtension => ".jsonl";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null) =>
        new SpacyReader(name, losses).Read(stream);

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            tally.AddBeyond(document, Keeps.Meta | Keeps.Concepts | Keeps.Relations | Keeps.Intents);
            using (var writer = new Utf8JsonWriter(stream, Writing))
                Write(document, writer, tally);
            stream.WriteByte((byte)'\n');
            tally.WriteTo(losses);
        }
    }

    private static void Write(AnnotatedDocument document, Utf8JsonWriter writer, LossTally tally)
    {
        var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
        writer.WriteStartObject();
        writer.WriteString("id", document.Id);
        writer.WriteString("text", document.Text);
        writer.WriteStartArray("spans");
        foreach (var span in document.Spans)
        {
            WriteSpan(writer, null, span, map);
            tally.Add("concept beyond the first dropped", (span.Concepts?.Count ?? 0) - 1);
        }
        writer.WriteEndArray();
        if (document.Relations.Count > 0)
            WriteRelations(document, writer, map);
        if (document.Intents.Count > 0)
        {
            writer.WriteStartObject("cats");
            foreach (var intent in document.Intents.Distinct(StringComparer.Ordinal))
                writer.WriteNumber(intent, 1);
            writer.WriteEndObject();
        }
        if (document.Meta is { Count: > 0 } meta)
        {
            writer.WritePropertyName("meta");
            meta.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter writer, string? property, AnnotatedSpan span, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(span.Span);
        if (property is null)
            writer.WriteStartObject();
        else
            writer.WriteStartObject(property);
        if (span.Id is { } id)
            writer.WriteString("id", id);
        writer.WriteNumber("start", start);
        writer.WriteNumber("end", end);
        writer.WriteString("label", span.Label);
        if (property is null && span.Concepts is { Count: > 0 } concepts)
            writer.WriteString("kb_id", concepts[0]);
        writer.WriteEndObject();
    }

    private static void WriteRelations(AnnotatedDocument document, Utf8JsonWriter writer, OffsetMap map)
    {
        var spans = document.Spans.Where(span => span.Id is not null).ToDictionary(span => span.Id!, StringComparer.Ordinal);
        writer.WriteStartArray("relations");
        foreach (var relation in document.Relations)
        {
            writer.WriteStartObject();
            WriteSpan(writer, "head_span", spans[relation.From], map);
            WriteSpan(writer, "child_span", spans[relation.To], map);
            writer.WriteString("label", relation.Type);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
