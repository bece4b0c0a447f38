using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Label Studio's JSON of text tasks, and its JSON_MIN; offsets in code points.</summary>
/// <remarks>
/// <code>
/// [{"id":1,"data":{"text":"Aspirin for headache"},"annotations":[{"result":[
///   {"id":"r1","type":"labels","from_name":"label","to_name":"text","value":{"start":0,"end":7,"text":"Aspirin","labels":["DRUG"]}},
///   {"id":"r1","type":"choices","from_name":"route","to_name":"text","value":{"start":0,"end":7,"text":"Aspirin","choices":["oral"]}},
///   {"type":"relation","from_id":"r1","to_id":"r2","direction":"right","labels":["treats"]},
///   {"id":"c1","type":"choices","from_name":"intent","to_name":"text","value":{"choices":["note"]}}]}]}]
/// </code>
/// A choice, rating, number or text on a region is an attribute of its span by the name of its control; a choice of the whole text is an
/// intent. A control named <c>assertion</c> or <c>concepts</c> holds those. Of several annotations of a task the ground truth, else the
/// first that was not cancelled, is read; predictions are read where there is no annotation.
/// </remarks>
public sealed class LabelStudioFormat : FileFormat
{
    internal const string AssertionControl = "assertion";
    internal const string ConceptsControl = "concepts";

    private const string TextControl = "text";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "labelstudio";

    public override IReadOnlyList<string> Extensions => [];

    public override string MediaType => "application/json; charset=utf-8";

    public override string StreamExtension => ".json";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null) =>
        new LabelStudioReader(name, losses).Read(stream);

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = new Utf8JsonWriter(stream, Writing);
        writer.WriteStartArray();
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            tally.AddBeyond(document, Keeps.Everything & ~Keeps.Fragments);
            WriteTask(document, writer, tally);
            tally.WriteTo(losses);
            writer.Flush();
        }
        writer.WriteEndArray();
    }

    private static void WriteTask(AnnotatedDocument document, Utf8JsonWriter writer, LossTally tally)
    {
        writer.WriteStartObject();
        ItemIds.Write(writer, "id", document.Id);
        writer.WriteStartObject("data");
        writer.WriteString(TextControl, document.Text);
        writer.WriteEndObject();
        if (document.Meta is { Count: > 0 } meta)
        {
            writer.WritePropertyName("meta");
            meta.WriteTo(writer);
        }
        writer.WriteStartArray("annotations");
        writer.WriteStartObject();
        writer.WriteStartArray("result");
        WriteRegions(document, writer, tally);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRegions(AnnotatedDocument document, Utf8JsonWriter writer, LossTally tally)
    {
        var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
        var names = new SpanNames(document, id => id.Length > 0, number => $"r{number}");
        tally.Add("span id changed", names.Changed);
        for (var i = 0; i < document.Spans.Count; i++)
        {
            var span = document.Spans[i];
            Region("labels", "label", "labels", [span.Label], span, names[i], span.Confidence);
            if (span.Assertion is { } assertion)
                Region("choices", AssertionControl, "choices", AssertionWords.Of(assertion), span, names[i], null);
            if (span.Concepts is { Count: > 0 } concepts)
                Region("textarea", ConceptsControl, "text", concepts, span, names[i], null);
            foreach (var (attribute, value) in span.Attributes ?? new Dictionary<string, string>())
                Region("choices", attribute, "choices", [value], span, names[i], null);
        }
        foreach (var relation in document.Relations)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "relation");
            writer.WriteString("from_id", names.Of(relation.From));
            writer.WriteString("to_id", names.Of(relation.To));
            writer.WriteString("direction", "right");
            writer.WriteStartArray("labels");
            writer.WriteStringValue(relation.Type);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        if (document.Intents.Count > 0)
            Region("choices", "intent", "choices", document.Intents, null, "intent", null);

        void Region(string type, string control, string field, IReadOnlyList<string> values, AnnotatedSpan? span, string id, double? score)
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("type", type);
            writer.WriteString("from_name", control);
            writer.WriteString("to_name", TextControl);
            writer.WriteStartObject("value");
            if (span is not null)
            {
                var (start, end) = map.FromUtf16(span.Span);
                writer.WriteNumber("start", start);
                writer.WriteNumber("end", end);
                // A textarea's own words stand under "text", where other regions have their surface.
                if (field != "text")
                    writer.WriteString("text", span.Span.Slice(document.Text));
            }
            writer.WriteStartArray(field);
            foreach (var value in values)
                writer.WriteStringValue(value);
            writer.WriteEndArray();
            writer.WriteEndObject();
            if (score is { } confidence)
                writer.WriteNumber("score", confidence);
            writer.WriteEndObject();
        }
    }
}
