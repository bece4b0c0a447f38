using System.Text.Json;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Spans and relations as <see cref="JsonlFormat"/> writes them; offsets in Unicode code points.</summary>
internal static class JsonlSpans
{
    public static void Write(Utf8JsonWriter writer, AnnotatedSpan span, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(span.Span);
        writer.WriteStartObject();
        if (span.Id is { } id)
            writer.WriteString("id", id);
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
            foreach (var (name, holds) in Beyond(assertion))
            {
                if (holds)
                    writer.WriteBoolean(name, true);
            }
            writer.WriteEndObject();
        }
        if (span.Confidence is { } confidence)
            writer.WriteNumber("confidence", confidence);
        if (span.Attributes is { Count: > 0 } attributes)
        {
            writer.WriteStartObject("attributes");
            foreach (var (name, value) in attributes)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }
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

    public static void WriteRelations(Utf8JsonWriter writer, IReadOnlyList<AnnotatedRelation> relations)
    {
        writer.WritePropertyName("relations");
        WriteRelationList(writer, relations);
    }

    public static void WriteRelationList(Utf8JsonWriter writer, IReadOnlyList<AnnotatedRelation> relations)
    {
        writer.WriteStartArray();
        foreach (var relation in relations)
        {
            writer.WriteStartObject();
            writer.WriteString("from", relation.From);
            writer.WriteString("to", relation.To);
            writer.WriteString("type", relation.Type);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <exception cref="UnusableInputException"><c>unknown_span</c>: an end of a relation is the id of no span.</exception>
    public static List<AnnotatedRelation> ReadRelations(JsonLine line, JsonElement document, IReadOnlyList<AnnotatedSpan> spans)
    {
        var relations = new List<AnnotatedRelation>();
        if (!JsonLine.TryGet(document, "relations", out var given))
            return relations;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("relations", "the document", "an array");
        const string Where = "a relation";
        var ids = spans.Where(span => span.Id is not null).Select(span => span.Id!).ToHashSet(StringComparer.Ordinal);
        foreach (var element in given.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw line.Unusable("wrong_type", "A relation is not an object.");
            line.Allow(element, ["from", "to", "type"], Where);
            relations.Add(new AnnotatedRelation(End("from"), End("to"), line.RequiredString(element, "type", Where)));

            string End(string name)
            {
                var id = line.RequiredString(element, name, Where);
                return ids.Contains(id)
                    ? id
                    : throw line.Unusable("unknown_span", "An end of a relation is the id of no span of the document.");
            }
        }
        return relations;
    }

    private static IEnumerable<(string Name, bool Holds)> Beyond(SpanAssertion assertion) =>
        [
            ("uncertain", assertion.Uncertain),
            ("historical", assertion.Historical),
            ("hypothetical", assertion.Hypothetical),
            ("family", assertion.Family),
        ];

    public static List<AnnotatedSpan> Read(JsonLine line, JsonElement document, string text)
    {
        var spans = new List<AnnotatedSpan>();
        if (!JsonLine.TryGet(document, "spans", out var given))
            return spans;
        if (given.ValueKind != JsonValueKind.Array)
            throw line.WrongType("spans", "the document", "an array");
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in given.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw line.Unusable("wrong_type", "A span is not an object.");
            var span = ReadSpan(line, element, text, map);
            if (span.Id is { } id && !ids.Add(id))
                throw line.Unusable("duplicate_id", "Two spans have the same id.");
            spans.Add(span);
        }
        return spans;
    }

    private static AnnotatedSpan ReadSpan(JsonLine line, JsonElement element, string text, OffsetMap map)
    {
        const string Where = "a span";
        line.Allow(
            element,
            ["start", "end", "label", "text", "concepts", "assertion", "confidence", "fragments", "id", "attributes"],
            Where
        );
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
            line.OptionalStrings(element, "concepts", Where),
            ReadAssertion(line, element),
            ReadConfidence(line, element),
            fragments
        )
        {
            Id = line.OptionalString(element, "id", Where),
            Attributes = ReadAttributes(line, element),
        };
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
            int start,
                end;
            if (pair.ValueKind == JsonValueKind.Object)
            {
                line.Allow(pair, ["start", "end"], "a fragment");
                (start, end) = (line.RequiredOffset(pair, "start", "a fragment"), line.RequiredOffset(pair, "end", "a fragment"));
            }
            else if (
                pair.ValueKind != JsonValueKind.Array
                || pair.GetArrayLength() != 2
                || !IsInteger(pair[0], out start)
                || !IsInteger(pair[1], out end)
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

    private static Dictionary<string, string>? ReadAttributes(JsonLine line, JsonElement element)
    {
        if (!JsonLine.TryGet(element, "attributes", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Object)
            throw line.WrongType("attributes", "a span", "an object");
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in given.EnumerateObject())
        {
            attributes[attribute.Name] =
                attribute.Value.ValueKind == JsonValueKind.String
                    ? line.String(attribute.Value)
                    : throw line.WrongType("attributes", "a span", "an object of strings");
        }
        return attributes.Count > 0 ? attributes : null;
    }

    private static SpanAssertion? ReadAssertion(JsonLine line, JsonElement element)
    {
        if (!JsonLine.TryGet(element, "assertion", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Object)
            throw line.WrongType("assertion", "a span", "an object");
        const string Where = "an assertion";
        line.Allow(given, ["negated", "uncertain", "historical", "hypothetical", "family"], Where);
        if (!JsonLine.TryGet(given, "negated", out _))
            throw line.Unusable("missing_field", "An assertion has no \"negated\".");
        return new SpanAssertion(Flag("negated"), Flag("uncertain"), Flag("historical"), Flag("hypothetical"), Flag("family"));

        bool Flag(string name) =>
            JsonLine.TryGet(given, name, out var value)
            && (
                value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? value.GetBoolean()
                    : throw line.WrongType(name, Where, "true or false")
            );
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
