using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClinicalNlp.Corpora;

/// <summary>BioC JSON: the same as <see cref="BiocXmlFormat"/> in JSON; a collection, or a document a line as PubTator's API answers.</summary>
/// <remarks>
/// <code>
/// {"source":"","date":"","key":"","infons":{},"documents":[{"id":"1","infons":{},"passages":[{"offset":0,"infons":{},"text":"Aspirin for headache","sentences":[],
///   "annotations":[{"id":"1","infons":{"type":"DRUG"},"text":"Aspirin","locations":[{"offset":0,"length":7}]}],
///   "relations":[]}],"annotations":[],"relations":[{"id":"R1","infons":{"type":"treats"},"nodes":[{"refid":"1","role":"source"},{"refid":"2","role":"target"}]}]}]}
/// </code>
/// </remarks>
public sealed class BiocJsonFormat : FileFormat
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "bioc-json";

    public override IReadOnlyList<string> Extensions => [];

    public override string MediaType => "application/json; charset=utf-8";

    public override string StreamExtension => ".json";

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in JsonItems.Read(stream, name))
        {
            item.RequireObject("the collection");
            var isDocument = JsonLine.TryGet(item.Root, "passages", out _);
            if (
                !isDocument
                && Collection.Any(field => JsonLine.TryGet(item.Root, field, out var value) && value.ToString() is not ("" or "{}"))
            )
                losses?.Add($"{Path.GetFileName(name)}: source, date, key and infons of the collection dropped (1)");
            // PubTator's API calls the list by its own name.
            var documents = isDocument
                ? [item.Root]
                : Elements(item, item.Root, "documents").Concat(Elements(item, item.Root, "PubTator3"));
            foreach (var document in documents)
            {
                var id = Text(document, "id") is { Length: > 0 } given ? given : $"{ids.Count + 1}";
                if (!ids.Add(id))
                    throw item.Unusable("duplicate_id", "The id was used by a document above.");
                var source = new BiocDocument(
                    id,
                    Infons(document),
                    [.. Elements(item, document, "passages").Select(passage => Passage(item, passage))],
                    Marks(item, document),
                    item.Number
                );
                yield return new BiocReader(source, name, losses).Read();
            }
        }
    }

    private static IReadOnlyList<string> Collection => ["source", "date", "key", "infons"];

    private static BiocPassage Passage(JsonLine item, JsonElement passage) =>
        new(
            item.RequiredOffset(passage, "offset", "a passage"),
            item.OptionalString(passage, "text", "a passage"),
            Infons(passage),
            Marks(item, passage),
            [.. Elements(item, passage, "sentences").Select(sentence => Passage(item, sentence))]
        );

    private static BiocInfons Infons(JsonElement element)
    {
        var infons = new BiocInfons();
        if (
            element.ValueKind == JsonValueKind.Object
            && JsonLine.TryGet(element, "infons", out var given)
            && given.ValueKind == JsonValueKind.Object
        )
        {
            foreach (var infon in given.EnumerateObject())
                infons.Add((infon.Name, infon.Value.ToString()));
        }
        return infons;
    }

    private static BiocMarks Marks(JsonLine item, JsonElement element) =>
        new(
            [
                .. Elements(item, element, "annotations")
                    .Select(annotation => new BiocAnnotation(
                        Text(annotation, "id"),
                        Infons(annotation),
                        [
                            .. Elements(item, annotation, "locations")
                                .Select(location =>
                                    (
                                        item.RequiredOffset(location, "offset", "a location"),
                                        item.RequiredOffset(location, "length", "a location")
                                    )
                                ),
                        ],
                        item.OptionalString(annotation, "text", "an annotation")
                    )),
            ],
            [
                .. Elements(item, element, "relations")
                    .Select(relation => new BiocRelation(
                        Text(relation, "id"),
                        Infons(relation),
                        [.. Elements(item, relation, "nodes").Select(node => (Text(node, "refid"), Text(node, "role")))]
                    )),
            ]
        );

    private static string Text(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && JsonLine.TryGet(element, field, out var value) ? value.ToString() : "";

    private static IEnumerable<JsonElement> Elements(JsonLine item, JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw item.Unusable("wrong_type", $"What should have \"{field}\" is no object.");
        if (!JsonLine.TryGet(element, field, out var given))
            return [];
        return given.ValueKind == JsonValueKind.Array ? given.EnumerateArray() : throw item.WrongType(field, "the collection", "an array");
    }

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        using var writer = new Utf8JsonWriter(stream, Writing);
        writer.WriteStartObject();
        foreach (var part in new[] { "source", "date", "key" })
            writer.WriteString(part, "");
        Write(new BiocInfons(), writer);
        writer.WriteStartArray("documents");
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            var converted = BiocWriter.Convert(document, tally);
            tally.WriteTo(losses);
            writer.WriteStartObject();
            writer.WriteString("id", converted.Id);
            Write(converted.Infons, writer);
            writer.WriteStartArray("passages");
            foreach (var passage in converted.Passages)
                Write(passage, writer);
            writer.WriteEndArray();
            Write(converted.Marks, writer);
            writer.WriteEndObject();
            writer.Flush();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(BiocPassage passage, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("offset", passage.Offset);
        Write(passage.Infons, writer);
        writer.WriteString("text", passage.Text ?? "");
        writer.WriteStartArray("sentences");
        foreach (var sentence in passage.Sentences)
            Write(sentence, writer);
        writer.WriteEndArray();
        Write(passage.Marks, writer);
        writer.WriteEndObject();
    }

    private static void Write(BiocInfons infons, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("infons");
        foreach (var (key, value) in infons)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void Write(BiocMarks marks, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("annotations");
        foreach (var annotation in marks.Annotations)
        {
            writer.WriteStartObject();
            writer.WriteString("id", annotation.Id);
            Write(annotation.Infons, writer);
            writer.WriteString("text", annotation.Text);
            writer.WriteStartArray("locations");
            foreach (var (offset, length) in annotation.Locations)
            {
                writer.WriteStartObject();
                writer.WriteNumber("offset", offset);
                writer.WriteNumber("length", length);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("relations");
        foreach (var relation in marks.Relations)
        {
            writer.WriteStartObject();
            writer.WriteString("id", relation.Id);
            Write(relation.Infons, writer);
            writer.WriteStartArray("nodes");
            foreach (var (node, role) in relation.Nodes)
            {
                writer.WriteStartObject();
                writer.WriteString("refid", node);
                writer.WriteString("role", role);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
