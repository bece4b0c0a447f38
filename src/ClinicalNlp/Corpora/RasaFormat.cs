using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>Rasa's NLU training data in YAML: utterances by intent, with entities in the text.</summary>
/// <remarks>
/// <code>
/// version: "3.1"
/// nlu:
/// - intent: book_visit
///   examples: |
///     - a visit with [Dr Weber](doctor) on [Monday]{"entity":"day","value":"monday","role":"from"}
/// </code>
/// An utterance is a document of one intent; <c>value</c>, <c>role</c> and <c>group</c> are attributes of the span, as is <c>source</c> of
/// older files. Synonyms, regular expressions, look-up tables and everything beside <c>nlu</c> are losses. Utterances have no ids: they are
/// numbered within their intent. Spans are where their brackets are, so no offsets are counted.
/// </remarks>
public sealed class RasaFormat : FileFormat
{
    /// <summary>Of utterances without an intent; the name that Rasa itself gives them.</summary>
    internal const string NoIntent = "nlu_fallback";

    public override string Name => "rasa";

    public override IReadOnlyList<string> Extensions => [".yml", ".yaml"];

    public override string MediaType => "application/yaml; charset=utf-8";

    public override bool OfUtterances => true;

    public override IEnumerable<AnnotatedDocument> ReadFrom(Stream stream, string name, ICollection<string>? losses = null) =>
        new RasaReader(name, losses).Read(TextFile.Decode(stream, name));

    public override void WriteTo(IEnumerable<AnnotatedDocument> documents, Stream stream, ICollection<string>? losses = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        // Rasa wants an intent once, so its utterances are collected.
        var intents = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var tally = new LossTally(document.Id);
            var example = Example(document, tally);
            tally.Add("intent beyond the first joined to it by +", document.Intents.Count - 1);
            tally.Add("utterance without an intent written as nlu_fallback", document.Intents.Count == 0 ? 1 : 0);
            tally.WriteTo(losses);
            var intent = document.Intents.Count == 0 ? NoIntent : Words.OneLine(string.Join('+', document.Intents));
            if (!intents.TryGetValue(intent, out var examples))
                intents[intent] = examples = [];
            if (example.Length > 0)
                examples.Add(example);
        }
        using var writer = Writer(stream);
        writer.WriteLine("version: \"3.1\"");
        writer.WriteLine(intents.Count > 0 ? "nlu:" : "nlu: []");
        foreach (var (intent, examples) in intents)
        {
            writer.WriteLine($"- intent: {Scalar(intent)}");
            writer.WriteLine("  examples: |");
            foreach (var example in examples)
                writer.WriteLine($"    - {example}");
        }
    }

    private static string Example(AnnotatedDocument document, LossTally tally)
    {
        tally.AddBeyond(document, Keeps.Intents | Keeps.Attributes);
        var text = document.Text;
        var example = new StringBuilder();
        var at = 0;
        foreach (var span in document.Spans.OrderBy(span => span.Span.Start).ThenByDescending(span => span.Span.Length))
        {
            var surface = span.Span.Of(text);
            if (span.Span.Start < at)
            {
                tally.Add("overlapping span dropped");
                continue;
            }
            if (surface.AsSpan().IndexOfAny('[', ']') >= 0 || surface.AsSpan().Trim().Length != surface.Length)
            {
                tally.Add("span with a bracket in it or white space at its ends dropped");
                continue;
            }
            example
                .Append(Plain(text[at..span.Span.Start], tally))
                .Append('[')
                .Append(OneLine(surface, tally))
                .Append(']')
                .Append(Entity(span, tally));
            at = span.Span.End;
        }
        var line = example.Append(Plain(text[at..], tally)).ToString();
        var trimmed = line.Trim();
        if (trimmed.Length != line.Length)
            tally.Add("white space around an utterance cut off");
        if (trimmed.Length == 0)
            tally.Add("empty utterance dropped");
        return trimmed;
    }

    private static string Entity(AnnotatedSpan span, LossTally tally)
    {
        var simple = span.Label.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
        if (span.Attributes is not { Count: > 0 } && simple)
            return $"({span.Label})";
        var entity = new JsonObject { ["entity"] = span.Label };
        foreach (var (name, value) in span.Attributes ?? new Dictionary<string, string>())
        {
            if (name is "value" or "role" or "group")
                entity[name] = value;
            else
                tally.Add("attribute dropped");
        }
        return OneLine(
            entity.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
            tally
        );
    }

    /// <summary>Text between entities. Rasa has no way to write brackets that are no entity: one blank keeps them apart.</summary>
    private static string Plain(string text, LossTally tally)
    {
        var line = OneLine(text, tally);
        var apart = line.Replace("](", "] (", StringComparison.Ordinal).Replace("]{", "] {", StringComparison.Ordinal);
        tally.Add("brackets that would read as an entity parted by a blank", apart.Length - line.Length);
        // A bracket before an entity would open it too early.
        if (apart.LastIndexOf('[') > apart.LastIndexOf(']'))
        {
            tally.Add("open bracket before an entity written as a parenthesis", apart.Count(c => c == '['));
            apart = apart.Replace('[', '(');
        }
        return apart;
    }

    /// <summary>YAML ends a line at more than line feeds and takes no control characters.</summary>
    private static string OneLine(string text, LossTally tally)
    {
        var line = string.Concat(
            text.Select(c => c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' || char.IsControl(c) ? ' ' : c)
        );
        tally.Add("line break or control character written as a blank", text.Zip(line).Count(pair => pair.First != pair.Second));
        return line;
    }

    private static string Scalar(string words)
    {
        var plain =
            words.Length > 0 && char.IsLetter(words[0]) && words.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '/' or '+' or '.');
        var isWord = words.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n";
        return plain && !isWord
            ? words
            : JsonValue
                .Create(words)
                .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
