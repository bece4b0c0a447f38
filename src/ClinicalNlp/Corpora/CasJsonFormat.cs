using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClinicalNlp.Corpora;

/// <summary>UIMA's JSON CAS (version 0.4), a file a document, its types in the file; offsets in UTF-16 code units, as UIMA has them.</summary>
/// <remarks>
/// <code>
/// {"%TYPES":{},"%FEATURE_STRUCTURES":[{"%ID":1,"%TYPE":"uima.cas.Sofa","sofaNum":1,"sofaID":"_InitialView","mimeType":"text","sofaString":"Aspirin for headache"},
///   {"%ID":2,"%TYPE":"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity","@sofa":1,"begin":0,"end":7,"value":"DRUG"}],
///  "%VIEWS":{"_InitialView":{"%SOFA":1,"%MEMBERS":[2]}}}
/// </code>
/// What is kept is what <see cref="CasXmiFormat"/> keeps. Numbers and truth values of features are kept as strings.
/// </remarks>
public sealed class CasJsonFormat : FolderFormat
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Name => "cas-json";

    public override IReadOnlyList<string> Extensions => [];

    protected override string DocumentExtension => ".json";

    internal override AnnotatedDocument ReadDocument(CorpusFolder folder, string file, string id, LossTally tally)
    {
        var name = folder.Describe(file);
        using var stream = folder.Open(file);
        var item = JsonItems.Read(stream, name).FirstOrDefault();
        if (item.File is null)
            throw new UnusableInputException("invalid_json", "The file is empty.", name);
        item.RequireObject("the CAS");
        if (!JsonLine.TryGet(item.Root, "%FEATURE_STRUCTURES", out var structures))
            throw item.Unusable("missing_field", "The CAS has no \"%FEATURE_STRUCTURES\".");
        var cas = structures.ValueKind switch
        {
            JsonValueKind.Array => structures.EnumerateArray().Select(structure => Structure(item, structure, null, tally)).ToList(),
            JsonValueKind.Object => structures.EnumerateObject().Select(pair => Structure(item, pair.Value, pair.Name, tally)).ToList(),
            _ => throw item.WrongType("%FEATURE_STRUCTURES", "the CAS", "an array or an object"),
        };
        return Cas.Read(cas, id, name, tally);
    }

    private static CasStructure Structure(JsonLine item, JsonElement structure, string? key, LossTally tally)
    {
        if (structure.ValueKind != JsonValueKind.Object)
            throw item.Unusable("wrong_type", "A feature structure is no object.");
        var features = new List<(string, string)>();
        var (id, type, parts) = (key ?? "", "", 0);
        foreach (var property in structure.EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "%ID":
                    id = value.ToString();
                    break;
                case "%TYPE":
                    type = value.ToString();
                    break;
                case "%ELEMENTS":
                    features.Add(("elements", value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray()) : ""));
                    break;
                case ['%', ..]:
                    break;
                default:
                    if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                    {
                        parts++;
                        break;
                    }
                    // A reference begins with @, a number that JSON has no way to write with #.
                    var name = property.Name is ['@' or '#' or '^', .. var rest] ? rest : property.Name;
                    if (value.ValueKind == JsonValueKind.Null)
                        break;
                    if (
                        value.ValueKind != JsonValueKind.String
                        && property.Name is not ['@', ..]
                        && type != Cas.Sofa
                        && name is not ("begin" or "end" or "isLastSegment")
                    )
                        tally.Add("number or truth value of a feature kept as a string");
                    features.Add(
                        (
                            name,
                            value.ValueKind is JsonValueKind.True ? "true"
                            : value.ValueKind is JsonValueKind.False ? "false"
                            : item.Text(value)
                        )
                    );
                    break;
            }
        }
        return new CasStructure(id, type, features, parts, item.Number);
    }

    internal override void WriteDocument(AnnotatedDocument document, string name, FolderWriter folder, LossTally tally)
    {
        var cas = Cas.Write(document, tally);
        var types = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var structure in cas)
            CasTypes.Note(structure, types);
        folder.Create(
            name + ".json",
            stream =>
            {
                using var writer = new Utf8JsonWriter(stream, Writing);
                writer.WriteStartObject();
                WriteTypes(types, writer);
                writer.WriteStartArray("%FEATURE_STRUCTURES");
                foreach (var structure in cas)
                    WriteStructure(structure, writer);
                writer.WriteEndArray();
                writer.WriteStartObject("%VIEWS");
                writer.WriteStartObject(Cas.InitialView);
                ItemIds.Write(writer, "%SOFA", cas[0].Id);
                writer.WriteStartArray("%MEMBERS");
                foreach (var structure in cas.Skip(1))
                    writer.WriteNumberValue(int.Parse(structure.Id, CultureInfo.InvariantCulture));
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        );
    }

    private static void WriteTypes(SortedDictionary<string, SortedSet<string>> types, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("%TYPES");
        foreach (var (type, features) in types)
        {
            writer.WriteStartObject(type);
            writer.WriteString("%NAME", type);
            writer.WriteString("%SUPER_TYPE", CasTypes.SuperType(type));
            foreach (var feature in features)
            {
                writer.WriteStartObject(feature);
                writer.WriteString("%NAME", feature);
                writer.WriteString("%RANGE", CasTypes.Range(type, feature));
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteStructure(CasStructure structure, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        ItemIds.Write(writer, "%ID", structure.Id);
        writer.WriteString("%TYPE", structure.Type);
        foreach (var (name, value) in structure.Features)
        {
            if (name == "sofa" || CasTypes.IsReference(structure.Type, name))
                ItemIds.Write(writer, $"@{name}", value);
            else if (name is "begin" or "end" or "sofaNum")
                ItemIds.Write(writer, name, value);
            else
                writer.WriteString(name, value);
        }
        writer.WriteEndObject();
    }
}
