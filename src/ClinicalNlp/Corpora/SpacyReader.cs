using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>The shapes in which spaCy and Prodigy have written examples over the years.</summary>
internal sealed class SpacyReader(string name, ICollection<string>? losses)
{
    /// <summary>Derived from the text and read again by whoever wants it; nothing is lost with them.</summary>
    private static readonly HashSet<string> Derived = new(StringComparer.Ordinal)
    {
        "_input_hash",
        "_task_hash",
        "_view_id",
        "_timestamp",
        "_is_binary",
    };

    private readonly ItemIds _ids = new();

    public IEnumerable<AnnotatedDocument> Read(Stream stream)
    {
        foreach (var item in JsonItems.Read(stream, name, IsTuple))
        {
            if (IsTuple(item.Root))
            {
                yield return ReadTuple(item);
                continue;
            }
            item.RequireObject("the document");
            if (JsonLine.TryGet(item.Root, "paragraphs", out var paragraphs) && paragraphs.ValueKind == JsonValueKind.Array)
            {
                var id = _ids.Next(item, "id");
                var several = paragraphs.GetArrayLength() > 1;
                foreach (var (at, paragraph) in paragraphs.EnumerateArray().Index())
                    yield return ReadParagraph(item, paragraph, several ? $"{id}/{at + 1}" : id);
                continue;
            }
            yield return ReadObject(item);
        }
    }

    /// <summary><c>["text", {…}]</c>.</summary>
    private static bool IsTuple(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array
        && root.GetArrayLength() == 2
        && root[0].ValueKind == JsonValueKind.String
        && root[1].ValueKind == JsonValueKind.Object;

    private AnnotatedDocument ReadTuple(JsonLine item)
    {
        var id = _ids.Next(item with { Root = item.Root[1] }, "id");
        var document = Begin(item, id, item.String(item.Root[0]));
        return ReadFields(item with { Root = item.Root[1] }, document, id);
    }

    private AnnotatedDocument ReadObject(JsonLine item)
    {
        var id = _ids.Next(item, "id");
        return ReadFields(item, Begin(item, id, item.RequiredString(item.Root, "text", "the document")), id);
    }

    private DocumentBuilder Begin(JsonLine item, string id, string text)
    {
        ClinicalText.CheckCharacters(text, name, item.Number);
        return new DocumentBuilder(text, OffsetUnit.UnicodeCodePoint, name, new LossTally(id));
    }

    private AnnotatedDocument ReadFields(JsonLine item, DocumentBuilder document, string id)
    {
        JsonObject? meta = null;
        foreach (var property in item.Root.EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "id" or "text" or "relations":
                    break;
                case "meta" when value.ValueKind == JsonValueKind.Object:
                    meta = JsonObject.Create(value.Clone());
                    break;
                case "entities" or "ents" or "spans" when value.ValueKind == JsonValueKind.Array:
                    ReadSpans(item, value, document);
                    break;
                case "spans" when value.ValueKind == JsonValueKind.Object:
                    // Doc.to_json: groups by key; a span that is in "ents" too is one span.
                    foreach (var group in value.EnumerateObject())
                        ReadSpans(item, group.Value, document);
                    break;
                case "cats" when value.ValueKind == JsonValueKind.Object:
                    ReadCategories(value.EnumerateObject().Select(category => (category.Name, category.Value)), document);
                    break;
                case "accept" when value.ValueKind == JsonValueKind.Array:
                    document.Intents.AddRange(
                        value.EnumerateArray().Where(option => option.ValueKind == JsonValueKind.String).Select(item.String)
                    );
                    break;
                case "label" when value.ValueKind == JsonValueKind.String && IsAccepted(item.Root):
                    document.Intents.Add(item.String(value));
                    break;
                case "answer" when value.ValueKind == JsonValueKind.String && value.ValueEquals("accept"):
                    break;
                default:
                    if (!Derived.Contains(property.Name) && value.ValueKind != JsonValueKind.Null)
                        document.Tally.Add(
                            $"{(property.Name is "tokens" or "sents" or "links" or "answer" ? property.Name : "field of another kind")} dropped"
                        );
                    break;
            }
        }
        ReadRelations(item, document);
        document.Tally.WriteTo(losses);
        return document.Build(id, meta);
    }

    private static bool IsAccepted(JsonElement root) =>
        !JsonLine.TryGet(root, "answer", out var answer) || (answer.ValueKind == JsonValueKind.String && answer.ValueEquals("accept"));

    private static void ReadCategories(IEnumerable<(string Name, JsonElement Value)> categories, DocumentBuilder document)
    {
        foreach (var (category, value) in categories)
        {
            var score =
                value.ValueKind == JsonValueKind.Number ? value.GetDouble()
                : value.ValueKind == JsonValueKind.True ? 1
                : 0;
            if (score >= 0.5)
                document.Intents.Add(category);
            document.Tally.Add("score of a category dropped", score is > 0 and < 1 ? 1 : 0);
        }
    }

    private readonly record struct Place(int Start, int End, string Label);

    private static void ReadSpans(JsonLine item, JsonElement spans, DocumentBuilder document)
    {
        if (spans.ValueKind != JsonValueKind.Array)
            throw item.WrongType("spans", "the document", "an array");
        foreach (var span in spans.EnumerateArray())
            ReadSpan(item, span, document);
    }

    private static void ReadSpan(JsonLine item, JsonElement element, DocumentBuilder document)
    {
        var place = PlaceOf(item, element);
        var surface = element.ValueKind == JsonValueKind.Object ? item.OptionalString(element, "text", "a span") : null;
        var span = document.At(place.Start, place.End, surface, item.Number);
        var own = IdOf(item, element);
        var id = own ?? IdOf(place);
        if (document.Has(id))
            return;
        var concept = element.ValueKind == JsonValueKind.Object ? item.OptionalString(element, "kb_id", "a span") : null;
        document.Add(new AnnotatedSpan(span, place.Label, string.IsNullOrEmpty(concept) ? null : [concept]) { Id = id }, made: own is null);
    }

    private static string IdOf(Place place) => $"{place.Start}-{place.End}-{place.Label}";

    private static string? IdOf(JsonLine item, JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String
        && item.String(id) is { Length: > 0 } known
            ? known
            : null;

    /// <summary><c>[0,7,"DRUG"]</c> or an object.</summary>
    private static Place PlaceOf(JsonLine item, JsonElement element)
    {
        const string Where = "a span";
        if (element.ValueKind == JsonValueKind.Object)
        {
            var label = item.OptionalString(element, "label", Where);
            return new(
                item.RequiredOffset(element, "start", Where),
                item.RequiredOffset(element, "end", Where),
                string.IsNullOrEmpty(label) ? throw item.Unusable("missing_field", "A span has no label.") : label
            );
        }
        return
            element.ValueKind == JsonValueKind.Array
            && element.GetArrayLength() >= 3
            && element[0].ValueKind == JsonValueKind.Number
            && element[0].TryGetInt32(out var start)
            && element[1].ValueKind == JsonValueKind.Number
            && element[1].TryGetInt32(out var end)
            && element[2].ValueKind == JsonValueKind.String
            ? new(start, end, item.String(element[2]))
            : throw item.Unusable("wrong_type", "A span is neither an object nor [start, end, label].");
    }

    private static void ReadRelations(JsonLine item, DocumentBuilder document)
    {
        if (!JsonLine.TryGet(item.Root, "relations", out var relations) || relations.ValueKind != JsonValueKind.Array)
            return;
        foreach (var relation in relations.EnumerateArray())
        {
            if (
                relation.ValueKind == JsonValueKind.Object
                && End(relation, "head_span") is { } head
                && End(relation, "child_span") is { } child
                && item.OptionalString(relation, "label", "a relation") is { } type
            )
                document.Relate(head, child, type);
            else
                document.Tally.Add("relation of tokens dropped");
        }

        // Prodigy lets a relation end at a token that is no span: such an end has no label.
        string? End(JsonElement relation, string name) =>
            JsonLine.TryGet(relation, name, out var end)
            && end.ValueKind == JsonValueKind.Object
            && JsonLine.TryGet(end, "label", out var label)
            && label.ValueKind == JsonValueKind.String
                ? IdOf(item, end) ?? IdOf(PlaceOf(item, end))
                : null;
    }

    /// <summary>spaCy 2: the tokens of the raw text with a BILUO tag each.</summary>
    private AnnotatedDocument ReadParagraph(JsonLine item, JsonElement paragraph, string id)
    {
        var text = item.RequiredString(paragraph, "raw", "a paragraph");
        var document = Begin(item, id, text);
        var at = 0;
        int? open = null;
        var label = "";
        foreach (var sentence in Elements(paragraph, "sentences"))
        {
            foreach (var token in Elements(sentence, "tokens"))
            {
                var word = item.RequiredString(token, "orth", "a token");
                var start = text.IndexOf(word, at, StringComparison.Ordinal);
                if (start < 0)
                    throw item.Unusable("span_off_surface", "A token is not in the raw text after the token before it.");
                at = start + word.Length;
                var tag = item.OptionalString(token, "ner", "a token") ?? "O";
                if (tag.Length > 2 && tag[0] is 'B' or 'U')
                    (open, label) = (start, tag[2..]);
                if (tag.Length > 2 && tag[0] is 'L' or 'U' && open is { } first && tag[2..] == label)
                    document.Add(new AnnotatedSpan(new TextSpan(first, at), label));
                if (tag is "" or ['L' or 'U' or 'O' or '-', ..])
                    open = null;
            }
        }
        ReadCategories(
            Elements(paragraph, "cats")
                .Where(category => JsonLine.TryGet(category, "label", out _) && JsonLine.TryGet(category, "value", out _))
                .Select(category => (category.GetProperty("label").ToString(), category.GetProperty("value"))),
            document
        );
        document.Tally.WriteTo(losses);
        return document.Build(id);
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement element, string name) =>
        JsonLine.TryGet(element, name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;
}
