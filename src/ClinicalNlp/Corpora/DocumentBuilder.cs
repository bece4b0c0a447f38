using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A document while its file is read: spans get their ids made unique, relations wait until all spans are there.</summary>
internal sealed class DocumentBuilder(string text, OffsetUnit unit, string? file, LossTally tally)
{
    private readonly List<AnnotatedSpan> _spans = [];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<AnnotatedRelation> _relations = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private OffsetMap? _map;

    public string Text => text;

    public OffsetMap Map => _map ??= new OffsetMap(text, unit);

    public LossTally Tally => tally;

    public List<string> Intents { get; } = [];

    /// <summary>The span at these offsets, checked against its surface where it is known.</summary>
    /// <exception cref="UnusableInputException"><c>span_out_of_range</c> or <c>span_off_surface</c>.</exception>
    public TextSpan At(int start, int end, string? surface, int? line) => SpanBorder.Read(text, Map, start, end, surface, file, line);

    /// <param name="made">The id is ours, not the file's: it is taken away again when no relation needs it.</param>
    /// <returns>The id under which the span is known: its own, or one made from it when it is taken.</returns>
    public string? Add(AnnotatedSpan span, bool made = false)
    {
        if (span.Id is { } id)
        {
            for (var i = 2; !_index.TryAdd(id, _spans.Count); i++)
                id = $"{span.Id}.{i}";
            span = span with { Id = id };
            if (made)
                _made.Add(id);
        }
        _spans.Add(span);
        return span.Id;
    }

    public int Count => _spans.Count;

    public bool Has(string id) => _index.ContainsKey(id);

    /// <summary>Changes a span that is there already; false when there is none of this id.</summary>
    public bool Change(string id, Func<AnnotatedSpan, AnnotatedSpan> change)
    {
        if (!_index.TryGetValue(id, out var at))
            return false;
        _spans[at] = change(_spans[at]);
        return true;
    }

    /// <summary>Sets an attribute; a second value of the same name is appended to the first.</summary>
    public bool SetAttribute(string id, string name, string value) => Change(id, span => WithAttribute(span, name, value));

    public static AnnotatedSpan WithAttribute(AnnotatedSpan span, string name, string value)
    {
        var attributes = new Dictionary<string, string>(span.Attributes ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        attributes[name] = attributes.TryGetValue(name, out var before) && before != value ? $"{before}; {value}" : value;
        return span with { Attributes = attributes };
    }

    /// <summary>Ends that turn out not to be spans of the document make the relation a loss.</summary>
    public void Relate(string from, string to, string type) => _relations.Add(new AnnotatedRelation(from, to, type));

    public AnnotatedDocument Build(string id, JsonObject? meta = null)
    {
        AnnotatedRelation[] relations = [.. _relations.Where(relation => Has(relation.From) && Has(relation.To)).Distinct()];
        tally.Add("relation of what is no span dropped", _relations.Count(relation => !Has(relation.From) || !Has(relation.To)));
        _made.ExceptWith(relations.SelectMany(relation => new[] { relation.From, relation.To }));
        AnnotatedSpan[] spans = [.. _spans.Select(span => span.Id is { } known && _made.Contains(known) ? span with { Id = null } : span)];
        return new AnnotatedDocument(id, text, spans, meta is { Count: > 0 } ? meta : null) { Relations = relations, Intents = Intents };
    }
}
