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
/// A span may also carry <c>text</c> (checked against the document), <c>confidence</c>, and <c>fragments</c> (pairs of offsets) when it
/// is discontinuous. Unknown fields are refused: a misspelt <c>spans</c> would otherwise be a document without any.
/// </remarks>
public sealed class JsonlFormat : CorpusFormat
{
    /// <summary>Of a text or of output that is written at once.</summary>
    private const int Segment = 1 << 16;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "jsonl";

    public override IReadOnlyList<string> Extensions => [".jsonl", ".ndjson"];

    public override IReadOnlyList<AnnotatedDocument> Read(string path, ICollection<string>? losses = null)
    {
        using var stream = TextFile.Open(path);
        return [.. Read(stream, path)];
    }

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

    public override void Write(IEnumerable<AnnotatedDocument> documents, string path, ICollection<string>? losses = null) =>
        WholeFile.Write(
            path,
            stream =>
            {
                foreach (var document in documents)
                    Write(document, stream);
            }
        );

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
                WriteSpan(writer, span, map);
                if (writer.BytesPending > Segment)
                    writer.Flush();
            }
            writer.WriteEndArray();
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

    private static void WriteSpan(Utf8JsonWriter writer, AnnotatedSpan span, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(span.Span);
        writer.WriteStartObject();
        writer.WriteNumber("start", start);
        writer.WriteNumber("end", end);
        writer.WriteString("label", span.Label);
        if (span.Concepts is { Count: > 0 } concepts)
        {
            writer.WriteStartArray("concepts");
            foreach (var concept in concepts)
                writer.WriteStringValue(concept);
            writer.WriteEndArray();
        }
        if (span.Assertion is { } assertion)
        {
            writer.WriteStartObject("assertion");
            writer.WriteBoolean("negated", assertion.Negated);
            writer.WriteEndObject();
        }
        if (span.Confidence is { } confidence)
            writer.WriteNumber("confidence", confidence);
        if (span.Fragments is { Count: > 0 } fragments)
        {
            writer.WriteStartArray("fragments");
            foreach (var fragment in fragments)
            {
                var (from, to) = map.FromUtf16(fragment);
                writer.WriteStartArray();
                writer.WriteNumberValue(from);
                writer.WriteNumberValue(to);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static AnnotatedDocument ReadDocument(JsonLine line, int maximum)
    {
        line.Allow(line.Root, ["id", "text", "spans", "meta"], "the document");
        var text = line.RequiredString(line.Root, "text", "the document");
        ClinicalText.CheckCharacters(text, line.File, line.Number, maximum);
        var id = line.OptionalString(line.Root, "id", "the document") ?? $"{line.Number}";
        var meta = line.OptionalObject(line.Root, "meta", "the document");
        return new AnnotatedDocument(id, text, ReadSpans(line, text), meta);
    }

    private static List<AnnotatedSpan> ReadSpans(JsonLine line, string text)
    {
        var spans = new List<AnnotatedSpan>();
        if (!JsonLine.TryGet(line.Root, "spans", out var given))
            return spans;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("spans", "the document", "an array");
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        foreach (var element in given.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw line.Unusable("wrong_type", "A span is not an object.");
            spans.Add(ReadSpan(line, element, text, map));
        }
        return spans;
    }

    private static AnnotatedSpan ReadSpan(JsonLine line, JsonElement element, string text, OffsetMap map)
    {
        const string Where = "a span";
        line.Allow(element, ["start", "end", "label", "text", "concepts", "assertion", "confidence", "fragments"], Where);
        var start = line.RequiredOffset(element, "start", Where);
        var end = line.RequiredOffset(element, "end", Where);
        var fragments = ReadFragments(line, element, text, map);
        // Of a discontinuous mention the surface is the writer's choice (with or without the gap), so only offsets are checked.
        var surface = fragments is null ? line.OptionalString(element, "text", Where) : null;
        var span = SpanBorder.Read(text, map, start, end, surface, line.File, line.Number);
        if (fragments is not null && (fragments[0].Start != span.Start || fragments[^1].End != span.End))
            throw line.Unusable("span_out_of_range", "The fragments of a span do not begin and end where it does.");
        var label = line.RequiredString(element, "label", Where);
        if (label.Length == 0)
            throw line.Unusable("missing_field", "A span has an empty \"label\".");
        return new AnnotatedSpan(
            span,
            label,
            ReadConcepts(line, element),
            ReadAssertion(line, element),
            ReadConfidence(line, element),
            fragments
        );
    }

    private static List<TextSpan>? ReadFragments(JsonLine line, JsonElement element, string text, OffsetMap map)
    {
        if (!JsonLine.TryGet(element, "fragments", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("fragments", "a span", "an array");
        var fragments = new List<TextSpan>();
        foreach (var pair in given.EnumerateArray())
        {
            if (
                pair.ValueKind != JsonValueKind.Array
                || pair.GetArrayLength() != 2
                || !IsInteger(pair[0], out var start)
                || !IsInteger(pair[1], out var end)
            )
                throw line.WrongType("fragments", "a span", "an array of pairs of integers");
            var fragment = SpanBorder.Read(text, map, start, end, null, line.File, line.Number);
            if (fragments.Count > 0 && fragment.Start < fragments[^1].End)
                throw line.Unusable("span_out_of_range", "The fragments of a span overlap or are out of order.");
            fragments.Add(fragment);
        }
        return fragments.Count > 0 ? fragments : null;

        static bool IsInteger(JsonElement value, out int integer)
        {
            integer = 0;
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out integer);
        }
    }

    private static List<string>? ReadConcepts(JsonLine line, JsonElement element)
    {
        if (!JsonLine.TryGet(element, "concepts", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("concepts", "a span", "an array of strings");
        var concepts = new List<string>();
        foreach (var concept in given.EnumerateArray())
            concepts.Add(
                concept.ValueKind == JsonValueKind.String
                    ? line.String(concept)
                    : throw line.WrongType("concepts", "a span", "an array of strings")
            );
        return concepts;
    }

    private static SpanAssertion? ReadAssertion(JsonLine line, JsonElement element)
    {
        if (!JsonLine.TryGet(element, "assertion", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Object)
            throw line.WrongType("assertion", "a span", "an object");
        line.Allow(given, ["negated"], "an assertion");
        if (!JsonLine.TryGet(given, "negated", out var negated))
            throw line.Unusable("missing_field", "An assertion has no \"negated\".");
        return negated.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new SpanAssertion(negated.GetBoolean())
            : throw line.WrongType("negated", "an assertion", "true or false");
    }

    private static double? ReadConfidence(JsonLine line, JsonElement element)
    {
        if (!JsonLine.TryGet(element, "confidence", out var given))
            return null;
        return given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out var confidence) && confidence is >= 0 and <= 1
            ? confidence
            : throw line.WrongType("confidence", "a span", "a number from 0 to 1");
    }
}
