using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>doccano's JSON lines of sequence labelling, relations, intents and classification; offsets in code points.</summary>
/// <remarks>
/// <code>
/// {"id":1,"text":"Aspirin for headache","label":[[0,7,"DRUG"],[12,20,"PROBLEM"]]}
/// {"id":2,"text":"Aspirin for headache","entities":[{"id":0,"label":"DRUG","start_offset":0,"end_offset":7}],"relations":[{"id":0,"from_id":0,"to_id":0,"type":"treats"}]}
/// {"id":3,"text":"book a visit","entities":[[7,12,"THING"]],"cats":["booking"]}
/// {"id":4,"text":"fine service","label":["positive"]}
/// </code>
/// Each project type of doccano has its own shape; a document is written in the one of the least that holds it: relations, intents with
/// entities, entities alone. Exports of older versions (<c>annotations</c> with a label's number and a user) and JSON arrays are read too.
/// </remarks>
public sealed class DoccanoFormat : FileFormat
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "doccano";

    public override IReadOnlyList<string> Extensions => [];

    public override string MediaType => "application/jsonl; charset=utf-8";

    public override string StreamExtension => ".jsonl";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null)
    {
        var ids = new ItemIds();
        foreach (var item in JsonItems.Read(stream, name))
        {
            item.RequireObject("the document");
            var id = ids.Next(item, "id");
            var tally = new LossTally(id);
            var text = item.RequiredString(item.Root, "text", "the document");
            ClinicalText.CheckCharacters(text, name, item.Number);
            var document = new DocumentBuilder(text, OffsetUnit.UnicodeCodePoint, name, tally);
            var meta =
                item.Root.TryGetProperty("meta", out var given) && given.ValueKind == JsonValueKind.Object
                    ? JsonObject.Create(given.Clone())!
                    : [];
            foreach (var property in item.Root.EnumerateObject())
                ReadField(item, property, document, meta);
            tally.WriteTo(losses);
            yield return document.Build(id, meta);
        }
    }

    private static void ReadField(JsonLine item, JsonProperty property, DocumentBuilder document, JsonObject meta)
    {
        switch (property.Name)
        {
            case "id" or "text" or "meta":
                break;
            case "label" or "labels" or "entities" or "annotations" or "cats" when property.Value.ValueKind == JsonValueKind.Array:
                var at = 0;
                foreach (var label in property.Value.EnumerateArray())
                    ReadLabel(item, label, document, ++at);
                break;
            case "label" or "cats" when property.Value.ValueKind == JsonValueKind.String:
                document.Intents.Add(item.String(property.Value));
                break;
            case "relations" when property.Value.ValueKind == JsonValueKind.Array:
                foreach (var relation in property.Value.EnumerateArray())
                    ReadRelation(item, relation, document);
                break;
            case "comments" or "Comments" or "annotation_approver":
                if (property.Value.ValueKind is not JsonValueKind.Null && property.Value.ToString() is not ("" or "[]"))
                    document.Tally.Add("comment or approver dropped");
                break;
            default:
                // doccano exports what a document was imported with beside the text.
                meta[property.Name] = JsonNode.Parse(property.Value.GetRawText());
                break;
        }
    }

    private static void ReadLabel(JsonLine item, JsonElement label, DocumentBuilder document, int number)
    {
        if (label.ValueKind == JsonValueKind.String)
        {
            document.Intents.Add(item.String(label));
            return;
        }
        if (label.ValueKind == JsonValueKind.Array && label.GetArrayLength() == 3)
        {
            document.Add(new AnnotatedSpan(Span(item, document, label[0], label[1]), Label(item, label[2])));
            return;
        }
        if (label.ValueKind != JsonValueKind.Object)
            throw item.Unusable("wrong_type", $"Label {number} is no name, no [start, end, label] and no object.");
        if (JsonLine.TryGet(label, "user", out _))
            document.Tally.Add("annotator of a label dropped");
        if (label.TryGetProperty("start_offset", out var start) && label.TryGetProperty("end_offset", out var end))
        {
            var span = new AnnotatedSpan(
                Span(item, document, start, end),
                Label(item, label.TryGetProperty("label", out var name) ? name : default)
            )
            {
                Id = label.TryGetProperty("id", out var id) ? id.ToString() : null,
            };
            document.Add(span);
        }
        else if (label.TryGetProperty("label", out var intent))
        {
            document.Intents.Add(Label(item, intent));
        }
        else
        {
            document.Tally.Add("annotation that is no span and no label dropped");
        }
    }

    private static void ReadRelation(JsonLine item, JsonElement relation, DocumentBuilder document)
    {
        if (
            relation.ValueKind != JsonValueKind.Object
            || !relation.TryGetProperty("from_id", out var from)
            || !relation.TryGetProperty("to_id", out var to)
        )
            throw item.Unusable("missing_field", "A relation has no \"from_id\" and \"to_id\".");
        document.Relate(from.ToString(), to.ToString(), item.RequiredString(relation, "type", "a relation"));
    }

    private static TextSpan Span(JsonLine item, DocumentBuilder document, JsonElement start, JsonElement end) =>
        start.ValueKind == JsonValueKind.Number
        && end.ValueKind == JsonValueKind.Number
        && start.TryGetInt32(out var from)
        && end.TryGetInt32(out var to)
            ? document.At(from, to, null, item.Number)
            : throw item.Unusable("wrong_type", "The offsets of a label are not integers.");

    /// <summary>Older exports have the label's number instead of its name.</summary>
    private static string Label(JsonLine item, JsonElement label) =>
        label.ValueKind switch
        {
            JsonValueKind.String when item.String(label) is { Length: > 0 } name => name,
            JsonValueKind.Number => label.ToString(),
            _ => throw item.Unusable("missing_field", "A span has no label."),
        };

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            tally.AddBeyond(document, Keeps.Meta | Keeps.Relations | Keeps.Intents);
            using (var writer = new Utf8JsonWriter(stream, Writing))
                Write(document, writer, tally);
            stream.WriteByte((byte)'\n');
            tally.WriteTo(losses);
        }
    }

    private static void Write(AnnotatedDocument document, Utf8JsonWriter writer, LossTally tally)
    {
        var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
        var related = document.Relations.Count > 0;
        var intents = document.Intents.Count > 0;
        writer.WriteStartObject();
        ItemIds.Write(writer, "id", document.Id);
        writer.WriteString("text", document.Text);
        if (related)
        {
            WriteEntities(document, map, writer, tally);
        }
        else if (document.Spans.Count > 0 || !intents)
        {
            writer.WriteStartArray(intents ? "entities" : "label");
            foreach (var span in document.Spans)
            {
                var (start, end) = map.FromUtf16(span.Span);
                writer.WriteStartArray();
                writer.WriteNumberValue(start);
                writer.WriteNumberValue(end);
                writer.WriteStringValue(span.Label);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        if (intents)
        {
            writer.WriteStartArray(related || document.Spans.Count > 0 ? "cats" : "label");
            foreach (var intent in document.Intents)
                writer.WriteStringValue(intent);
            writer.WriteEndArray();
        }
        if (document.Meta is { Count: > 0 } meta)
        {
            writer.WritePropertyName("meta");
            meta.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static void WriteEntities(AnnotatedDocument document, OffsetMap map, Utf8JsonWriter writer, LossTally tally)
    {
        var names = new SpanNames(document, ItemIds.IsNumber, number => $"{number}");
        tally.Add("span id changed", names.Changed);
        writer.WriteStartArray("entities");
        for (var i = 0; i < document.Spans.Count; i++)
        {
            var (start, end) = map.FromUtf16(document.Spans[i].Span);
            writer.WriteStartObject();
            ItemIds.Write(writer, "id", names[i]);
            writer.WriteString("label", document.Spans[i].Label);
            writer.WriteNumber("start_offset", start);
            writer.WriteNumber("end_offset", end);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("relations");
        foreach (var (number, relation) in document.Relations.Index())
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", number + 1);
            ItemIds.Write(writer, "from_id", names.Of(relation.From)!);
            ItemIds.Write(writer, "to_id", names.Of(relation.To)!);
            writer.WriteString("type", relation.Type);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
