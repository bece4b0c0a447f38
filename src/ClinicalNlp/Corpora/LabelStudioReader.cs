using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Tasks of Label Studio become documents; tasks without a text (images, sound) are counted as losses.</summary>
internal sealed class LabelStudioReader(string name, ICollection<string>? losses)
{
    private const string Where = "a region";

    private static readonly HashSet<string> TaskFields = new(StringComparer.Ordinal)
    {
        "annotator",
        "annotation_id",
        "created_at",
        "updated_at",
        "lead_time",
        "file_upload",
        "drafts",
        "inner_id",
        "total_annotations",
        "cancelled_annotations",
        "total_predictions",
        "comment_count",
        "unresolved_comment_count",
        "last_comment_updated_at",
        "project",
        "updated_by",
        "comment_authors",
        "agreement",
        "is_labeled",
        "overlap",
        "allow_skip",
        "precomputed_agreement",
    };

    private readonly ItemIds _ids = new();

    public IEnumerable<AnnotatedDocument> Read(Stream stream)
    {
        var skipped = new LossTally(Path.GetFileName(name));
        foreach (var item in JsonItems.Read(stream, name))
        {
            item.RequireObject("the task");
            var id = _ids.Next(item, "id");
            var tally = new LossTally(id);
            var minimal = !item.Root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object;
            var fields = minimal ? item.Root : data;
            if (TextOf(fields) is not { } textField)
            {
                skipped.Add("task without a text dropped");
                continue;
            }
            var text = item.String(textField.Value);
            ClinicalText.CheckCharacters(text, name, item.Number);
            var document = new DocumentBuilder(text, OffsetUnit.UnicodeCodePoint, name, tally);
            var meta =
                item.Root.TryGetProperty("meta", out var given) && given.ValueKind == JsonValueKind.Object
                    ? JsonObject.Create(given.Clone())!
                    : [];
            if (minimal)
            {
                ReadMinimal(item, textField.Name, document, meta);
            }
            else
            {
                foreach (var field in data.EnumerateObject().Where(field => field.Name != textField.Name))
                    meta[field.Name] = JsonNode.Parse(field.Value.GetRawText());
                ReadResult(item, Chosen(item.Root, tally), document);
            }
            tally.WriteTo(losses);
            yield return document.Build(id, meta);
        }
        skipped.WriteTo(losses);
    }

    /// <summary>The field called "text", else the longest string that is no address.</summary>
    private static JsonProperty? TextOf(JsonElement fields)
    {
        if (fields.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            return fields.EnumerateObject().First(field => field.Name == "text");
        return fields
            .EnumerateObject()
            .Where(field =>
                field.Value.ValueKind == JsonValueKind.String
                && !TaskFields.Contains(field.Name)
                && field.Value.GetString() is { } value
                && !value.Contains("://", StringComparison.Ordinal)
                && !value.StartsWith("/data/", StringComparison.Ordinal)
                && value.Contains(' ', StringComparison.Ordinal)
            )
            .OrderByDescending(field => field.Value.GetString()!.Length)
            .Select(field => (JsonProperty?)field)
            .FirstOrDefault();
    }

    private static JsonElement? Chosen(JsonElement task, LossTally tally)
    {
        var annotations = Elements(task, "annotations").Concat(Elements(task, "completions")).ToList();
        var predictions = Elements(task, "predictions").ToList();
        var open = annotations.Where(annotation => !IsTrue(annotation, "was_cancelled")).ToList();
        var chosen = open.Find(annotation => IsTrue(annotation, "ground_truth"));
        if (chosen.ValueKind == JsonValueKind.Undefined && open.Count > 0)
            chosen = open[0];
        if (chosen.ValueKind == JsonValueKind.Undefined && predictions.Count > 0)
            chosen = predictions[0];
        var isAnnotation = open.Contains(chosen);
        tally.Add("annotation beside the one chosen dropped", annotations.Count - (isAnnotation ? 1 : 0));
        tally.Add("prediction dropped", predictions.Count - (isAnnotation || predictions.Count == 0 ? 0 : 1));
        return chosen.ValueKind == JsonValueKind.Object ? chosen : null;
    }

    private static void ReadResult(JsonLine item, JsonElement? annotation, DocumentBuilder document)
    {
        if (annotation is not { } chosen)
            return;
        var regions = Elements(chosen, "result").Where(region => region.ValueKind == JsonValueKind.Object).ToList();
        // What is said of a region may stand above its label.
        foreach (var region in regions)
            ReadLabels(item, region, document);
        foreach (var region in regions)
            ReadOther(item, region, document);
    }

    private static void ReadLabels(JsonLine item, JsonElement region, DocumentBuilder document)
    {
        if (!IsLabels(region) || !region.TryGetProperty("value", out var value))
            return;
        var id = item.OptionalString(region, "id", Where);
        double? score = region.TryGetProperty("score", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : null;
        ReadLabels(item, value, id, score is >= 0 and <= 1 ? score : null, document);
        if (
            Elements(region, "meta").Any()
            || (region.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object && meta.EnumerateObject().Any())
        )
            document.Tally.Add("note on a region dropped");
    }

    private static void ReadLabels(JsonLine item, JsonElement value, string? id, double? score, DocumentBuilder document)
    {
        var labels = Elements(value, "labels").Where(label => label.ValueKind == JsonValueKind.String).Select(item.String).ToList();
        if (labels.Count == 0)
            document.Tally.Add("region without a label dropped");
        foreach (var label in labels.Where(label => label.Length > 0))
        {
            var span = document.At(
                item.RequiredOffset(value, "start", Where),
                item.RequiredOffset(value, "end", Where),
                item.OptionalString(value, "text", Where),
                item.Number
            );
            document.Add(new AnnotatedSpan(span, label, Confidence: score) { Id = id });
        }
    }

    private static bool IsLabels(JsonElement region) =>
        region.TryGetProperty("type", out var type)
        && type.ValueEquals("labels")
        && region.TryGetProperty("value", out var value)
        && value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty("start", out var start)
        && start.ValueKind == JsonValueKind.Number;

    private static void ReadOther(JsonLine item, JsonElement region, DocumentBuilder document)
    {
        if (IsLabels(region))
            return;
        var type = item.OptionalString(region, "type", Where) ?? "";
        if (type == "relation")
        {
            ReadRelation(item, region, document);
            return;
        }
        var control = item.OptionalString(region, "from_name", Where) ?? type;
        var id = item.OptionalString(region, "id", Where);
        var value = region.TryGetProperty("value", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        var values = type switch
        {
            "choices" => Strings(item, value, "choices"),
            "textarea" => Strings(item, value, "text"),
            "rating" or "number" => Strings(item, value, type),
            _ => [],
        };
        if (values.Count == 0)
            document.Tally.Add($"region of the type {Known(type)} dropped");
        else if (id is not null && document.Has(id))
            SetOnSpan(document, id, type, control, values);
        else if (type == "choices" && !(value.TryGetProperty("start", out _) && value.TryGetProperty("end", out _)))
            document.Intents.AddRange(values);
        else
            document.Tally.Add($"region of the type {Known(type)} dropped");
    }

    /// <summary>Types are the tool's words, but a file may hold anything in their place.</summary>
    private static string Known(string type) => type.Length is > 0 and <= 30 && type.All(char.IsAsciiLetterLower) ? type : "other";

    private static void SetOnSpan(DocumentBuilder document, string id, string type, string control, List<string> values)
    {
        if (control == LabelStudioFormat.AssertionControl && type == "choices")
        {
            var assertion = values.Aggregate((SpanAssertion?)null, (so, word) => AssertionWords.With(so, word) ?? so);
            document.Tally.Add("word of an assertion dropped", values.Count(word => AssertionWords.With(null, word) is null));
            document.Change(id, span => span with { Assertion = assertion });
        }
        else if (control == LabelStudioFormat.ConceptsControl && type == "textarea")
        {
            document.Change(id, span => span with { Concepts = values });
        }
        else
        {
            document.SetAttribute(id, control, string.Join("; ", values));
        }
    }

    private static void ReadRelation(JsonLine item, JsonElement relation, DocumentBuilder document)
    {
        var from = item.OptionalString(relation, "from_id", "a relation") ?? "";
        var to = item.OptionalString(relation, "to_id", "a relation") ?? "";
        switch (item.OptionalString(relation, "direction", "a relation"))
        {
            case "left":
                (from, to) = (to, from);
                break;
            case "bi":
                document.Tally.Add("relation of both directions kept as one");
                break;
        }
        var labels = Strings(item, relation, "labels");
        foreach (var type in labels.Count > 0 ? labels : ["relation"])
            document.Relate(from, to, type);
    }

    /// <summary>JSON_MIN: a field of the task for each control.</summary>
    private static void ReadMinimal(JsonLine item, string textField, DocumentBuilder document, JsonObject meta)
    {
        foreach (var field in item.Root.EnumerateObject())
        {
            if (field.Name == textField || field.Name is "id" or "meta" || field.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (TaskFields.Contains(field.Name))
            {
                document.Tally.Add("field about the labelling dropped");
            }
            else if (
                field.Value.ValueKind == JsonValueKind.Array
                && field.Value.EnumerateArray().All(IsRegion)
                && field.Value.GetArrayLength() > 0
            )
            {
                foreach (var (at, region) in field.Value.EnumerateArray().Index())
                    ReadLabels(item, region, null, null, document);
            }
            else if (field.Name is "intent" or "choice" or "label" or "sentiment" && field.Value.ValueKind == JsonValueKind.String)
            {
                document.Intents.Add(item.String(field.Value));
            }
            else if (field.Name is "intent" or "choice" or "label" or "sentiment" && field.Value.ValueKind == JsonValueKind.Object)
            {
                document.Intents.AddRange(Strings(item, field.Value, "choices"));
            }
            else
            {
                meta[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        static bool IsRegion(JsonElement element) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty("start", out _) && element.TryGetProperty("labels", out _);
    }

    private static List<string> Strings(JsonLine item, JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.Object || !JsonLine.TryGet(element, field, out var given))
            return [];
        return given.ValueKind switch
        {
            JsonValueKind.Array => [.. given.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(item.String)],
            JsonValueKind.String => [item.String(given)],
            JsonValueKind.Number => [given.ToString()],
            _ => [],
        };
    }

    private static bool IsTrue(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    private static IEnumerable<JsonElement> Elements(JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Object
        && JsonLine.TryGet(element, field, out var given)
        && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray()
            : [];
}
