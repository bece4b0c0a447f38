using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClinicalNlp.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace ClinicalNlp.Corpora;

/// <summary>Rasa's YAML becomes utterances.</summary>
internal sealed partial class RasaReader(string file, ICollection<string>? losses)
{
    /// <summary>Four levels lead to an example's metadata; the stream and the document are levels too.</summary>
    private const int Deepest = 40;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly LossTally _file = new(Path.GetFileName(file));

    public IEnumerable<AnnotatedDocument> Read(string yaml)
    {
        var documents = new List<AnnotatedDocument>();
        foreach (var root in Load(yaml))
        {
            if (root is not YamlMappingNode mapping)
                throw Unusable("invalid_yaml", "The file is no mapping with \"nlu\" in it.", root);
            foreach (var (key, value) in mapping.Children)
            {
                switch ((key as YamlScalarNode)?.Value)
                {
                    case "version":
                        break;
                    case "nlu" when value is YamlSequenceNode sections:
                        foreach (var section in sections)
                            ReadSection(section, documents);
                        break;
                    case "nlu" when value is YamlScalarNode { Value: null or "" }:
                        break;
                    case "nlu":
                        throw Unusable("wrong_type", "\"nlu\" is no list.", value);
                    default:
                        _file.Add("part of the file beside nlu dropped");
                        break;
                }
            }
        }
        _file.WriteTo(losses);
        return documents;
    }

    private List<YamlNode> Load(string yaml)
    {
        try
        {
            CheckEvents(yaml);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return [.. stream.Documents.Select(document => document.RootNode)];
        }
        catch (YamlException exception)
        {
            // The parser's own message can quote the text.
            throw new UnusableInputException(
                "invalid_yaml",
                $"Not YAML at column {exception.Start.Column}.",
                file,
                (int)exception.Start.Line
            );
        }
    }

    /// <summary>Nodes are built and read by methods that call themselves, which neither a deep file nor one that holds itself may do without end.</summary>
    private void CheckEvents(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            depth += current.NestingIncrease;
            string? trouble =
                current is AnchorAlias ? "An alias stands for a part elsewhere in the file; write it out."
                : depth > Deepest ? $"Lists and mappings are nested over {Deepest} deep."
                : null;
            if (trouble is not null)
                throw new UnusableInputException("invalid_yaml", trouble, file, (int)current.Start.Line);
            if (current is Scalar scalar)
                ClinicalText.CheckCharacters(scalar.Value, file, (int)scalar.Start.Line, int.MaxValue); // an escape can write half a pair
        }
    }

    private void ReadSection(YamlNode section, List<AnnotatedDocument> documents)
    {
        if (section is not YamlMappingNode mapping)
            throw Unusable("wrong_type", "An entry of \"nlu\" is no mapping.", section);
        if (Field(mapping, "intent") is not YamlScalarNode { Value.Length: > 0 } intent)
        {
            var kind = mapping.Children.Keys.OfType<YamlScalarNode>().FirstOrDefault()?.Value;
            _file.Add(kind is "synonym" or "regex" or "lookup" ? $"{kind} dropped" : "section without an intent dropped");
            return;
        }
        if (Field(mapping, "metadata") is not null)
            _file.Add("metadata of an intent dropped");
        switch (Field(mapping, "examples"))
        {
            case YamlScalarNode block:
                // The block's first line is the one below its mark.
                var first = (int)block.Start.Line + (block.Style is ScalarStyle.Literal or ScalarStyle.Folded ? 1 : 0);
                foreach (var (at, line) in (block.Value ?? "").Split('\n').Index())
                    ReadLine(line, intent.Value, first + at, null, documents);
                break;
            case YamlSequenceNode list:
                foreach (var example in list)
                    ReadExample(example, intent.Value, documents);
                break;
            case null:
                break;
            case var other:
                throw Unusable("wrong_type", "\"examples\" is neither text nor a list.", other);
        }
    }

    private void ReadExample(YamlNode example, string intent, List<AnnotatedDocument> documents)
    {
        if (example is YamlScalarNode plain)
        {
            Add(plain.Value ?? "", intent, (int)plain.Start.Line, null, documents);
            return;
        }
        if (example is not YamlMappingNode mapping || Field(mapping, "text") is not YamlScalarNode text)
            throw Unusable("missing_field", "An example has no \"text\".", example);
        var meta = Field(mapping, "metadata") is { } given ? new JsonObject { ["metadata"] = Json(given) } : null;
        Add((text.Value ?? "").Trim('\n', '\r', ' '), intent, (int)text.Start.Line, meta, documents);
    }

    private void ReadLine(string line, string intent, int number, JsonObject? meta, List<AnnotatedDocument> documents)
    {
        var trimmed = line.Trim();
        if (trimmed.Length == 0)
            return;
        if (!trimmed.StartsWith("- ", StringComparison.Ordinal) && trimmed != "-")
            throw new UnusableInputException("invalid_line", "An example does not begin with \"- \".", file, number);
        Add(trimmed[1..].Trim(), intent, number, meta, documents);
    }

    private void Add(string marked, string intent, int line, JsonObject? meta, List<AnnotatedDocument> documents)
    {
        if (marked.Length == 0)
            return;
        var number = _numbers[intent] = _numbers.GetValueOrDefault(intent) + 1;
        var spans = new List<AnnotatedSpan>();
        var text = new System.Text.StringBuilder();
        var at = 0;
        foreach (Match match in Entity.Matches(marked))
        {
            text.Append(marked, at, match.Index - at);
            var start = text.Length;
            text.Append(match.Groups["words"].ValueSpan);
            at = match.Index + match.Length;
            var span = new TextSpan(start, text.Length);
            if (match.Groups["json"].Success)
                spans.Add(OfJson(span, StrictJson.Parse(match.Groups["json"].Value) as JsonObject, line));
            else if (match.Groups["list"].Success)
                spans.AddRange(
                    (StrictJson.Parse(match.Groups["list"].Value) as JsonArray ?? [null]).Select(entity =>
                        OfJson(span, entity as JsonObject, line)
                    )
                );
            else
                spans.Add(OfName(span, match.Groups["name"].Value, line));
        }
        text.Append(marked, at, marked.Length - at);
        ClinicalText.CheckCharacters(text.ToString(), file, line);
        documents.Add(
            new AnnotatedDocument($"{intent}/{number}", text.ToString(), spans, meta)
            {
                Intents = intent == RasaFormat.NoIntent ? [] : [intent],
            }
        );
    }

    /// <summary><c>(entity)</c>, or as Rasa 1 wrote it <c>(entity:value)</c>.</summary>
    private AnnotatedSpan OfName(TextSpan span, string name, int line)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var label = (colon < 0 ? name : name[..colon]).Trim();
        if (label.Length == 0)
            throw new UnusableInputException("missing_field", "An entity has no name.", file, line);
        var entity = new AnnotatedSpan(span, label);
        return colon < 0 ? entity : DocumentBuilder.WithAttribute(entity, "value", name[(colon + 1)..].Trim());
    }

    private AnnotatedSpan OfJson(TextSpan span, JsonObject? fields, int line)
    {
        if (fields is null || fields["entity"] is not JsonValue name || name.ToString().Length == 0)
            throw new UnusableInputException(
                "invalid_json",
                "What follows an entity in braces is no JSON object with \"entity\".",
                file,
                line
            );
        var entity = new AnnotatedSpan(span, name.ToString());
        foreach (var (key, value) in fields)
        {
            if (key != "entity" && value is not null)
                entity = DocumentBuilder.WithAttribute(entity, key, value.ToString());
        }
        return entity;
    }

    private static YamlNode? Field(YamlMappingNode mapping, string name) =>
        mapping.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode { Value: { } key } && key == name).Value;

    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlScalarNode scalar => scalar.Value,
            YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
            YamlMappingNode mapping => new JsonObject(
                mapping.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Json(pair.Value))).DistinctBy(pair => pair.Key)
            ),
            _ => null,
        };

    private UnusableInputException Unusable(string code, string reason, YamlNode node) => new(code, reason, file, (int)node.Start.Line);

    [GeneratedRegex(
        @"\[(?<words>[^\[\]]+)\](?:\((?<name>[^()]+)\)|(?<json>\{[^{}]*\})|(?<list>\[\{[^\[\]]*\}\]))",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Entity { get; }
}
