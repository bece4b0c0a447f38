using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A document as lines of WebAnno TSV 3.3. Every span has a number, so that what refers to it is never in doubt.</summary>
internal sealed class WebAnnoTsvWriter
{
    private readonly AnnotatedDocument _document;
    private readonly List<SpanLayer> _layers = [];
    private readonly List<RelationLayer> _relations = [];
    private readonly Token[] _tokens;
    private readonly TextSpan[] _sentences;
    private readonly Dictionary<int, TextSpan> _firstUnits = [];

    /// <summary>Of each token the parts of it that spans begin or end in.</summary>
    private readonly SortedSet<TextSpan>[] _parts;

    private sealed record SpanLayer(string Type, List<string> Features)
    {
        /// <summary>By the unit's place in the text.</summary>
        public Dictionary<TextSpan, List<(int Number, List<(string Name, string Value)> Features)>> Cells { get; } = [];
    }

    private sealed record RelationLayer(string BaseType)
    {
        public Dictionary<TextSpan, List<(string Type, int From, int To)>> Cells { get; } = [];
    }

    public WebAnnoTsvWriter(AnnotatedDocument document, LossTally tally)
    {
        _document = document;
        _tokens = Tokenizer.Tokenize(document.Text);
        _sentences = SentenceSplitter.Split(document.Text, _tokens);
        _parts = new SortedSet<TextSpan>[_tokens.Length];
        var units = new Dictionary<string, (int Number, TextSpan First, string Type)>(StringComparer.Ordinal);
        foreach (var (at, span) in document.Spans.Index())
        {
            var covered = Units(span.Span);
            if (covered.Count == 0)
            {
                tally.Add("span without a token dropped");
                continue;
            }
            if (covered[0].Start != span.Span.Start || covered[^1].End != span.Span.End)
                tally.Add("white space at the edge of a span cut off");
            var (type, features) = CasLayers.Of(span, tally);
            tally.Add("empty attribute dropped", features.RemoveAll(feature => feature.Value.Length == 0));
            var layer = _layers.Find(layer => layer.Type == type);
            if (layer is null)
                _layers.Add(layer = new SpanLayer(type, []));
            layer.Features.AddRange(features.Select(feature => feature.Name).Except(layer.Features, StringComparer.Ordinal));
            foreach (var unit in covered)
                Cell(layer.Cells, unit).Add((at + 1, features));
            _firstUnits[at + 1] = covered[0];
            if (span.Id is { } id)
                units.TryAdd(id, (at + 1, covered[0], type));
        }
        foreach (var relation in document.Relations)
        {
            if (!units.TryGetValue(relation.From, out var from) || !units.TryGetValue(relation.To, out var to))
            {
                tally.Add("relation of a dropped span dropped");
                continue;
            }
            var baseType = from.Type == to.Type ? from.Type : "uima.tcas.Annotation";
            var layer = _relations.Find(layer => layer.BaseType == baseType);
            if (layer is null)
                _relations.Add(layer = new RelationLayer(baseType));
            Cell(layer.Cells, to.First).Add((relation.Type, from.Number, to.Number));
        }
    }

    public IEnumerable<string> Lines()
    {
        yield return "#FORMAT=WebAnno TSV 3.3";
        foreach (var layer in _layers)
            yield return $"#T_SP={layer.Type}|{string.Join('|', layer.Features)}";
        foreach (var layer in _relations)
            yield return $"#T_RL={CasLayers.Relation}|{CasLayers.Value}|BT_{layer.BaseType}";
        yield return "";
        var names = UnitNames();
        var token = 0;
        for (var sentence = 0; sentence < Math.Max(1, _sentences.Length); sentence++)
        {
            var start = sentence == 0 ? 0 : _sentences[sentence].Start;
            var end = sentence + 1 < _sentences.Length ? _sentences[sentence + 1].Start : _document.Text.Length;
            yield return "";
            yield return $"#Text={WebAnnoTsvFormat.EscapeText(_document.Text[start..end])}";
            for (; token < _tokens.Length && _tokens[token].Span.Start < end; token++)
            {
                yield return Line(_tokens[token].Span, names);
                foreach (var part in _parts[token] ?? [])
                    yield return Line(part, names);
            }
        }
    }

    private Dictionary<TextSpan, string> UnitNames()
    {
        var names = new Dictionary<TextSpan, string>();
        var (sentence, inSentence) = (0, 0);
        for (var i = 0; i < _tokens.Length; i++)
        {
            while (sentence + 1 < _sentences.Length && _tokens[i].Span.Start >= _sentences[sentence + 1].Start)
                (sentence, inSentence) = (sentence + 1, 0);
            var name = $"{sentence + 1}-{++inSentence}";
            names[_tokens[i].Span] = name;
            foreach (var (number, part) in (_parts[i] ?? []).Index())
                names[part] = $"{name}.{number + 1}";
        }
        return names;
    }

    private string Line(TextSpan unit, Dictionary<TextSpan, string> names)
    {
        var cells = new List<string> { names[unit], $"{unit.Start}-{unit.End}", WebAnnoTsvFormat.EscapeText(unit.Of(_document.Text)) };
        foreach (var layer in _layers)
        {
            var here = layer.Cells.GetValueOrDefault(unit);
            foreach (var feature in layer.Features.DefaultIfEmpty())
            {
                cells.Add(
                    here is null
                        ? "_"
                        : string.Join(
                            '|',
                            here.Select(mark => $"{Escaped(mark.Features.Find(given => given.Name == feature).Value)}[{mark.Number}]")
                        )
                );
            }
        }
        foreach (var layer in _relations)
        {
            var here = layer.Cells.GetValueOrDefault(unit);
            cells.Add(here is null ? "_" : string.Join('|', here.Select(relation => Escaped(relation.Type))));
            cells.Add(
                here is null
                    ? "_"
                    : string.Join('|', here.Select(relation => $"{names[_firstUnits[relation.From]]}[{relation.From}_{relation.To}]"))
            );
        }
        return string.Join('\t', cells) + '\t';
    }

    private static string Escaped(string? value) => string.IsNullOrEmpty(value) ? "*" : WebAnnoTsvFormat.Escape(value);

    /// <summary>The tokens of the span; of those that it cuts, the part inside it.</summary>
    private List<TextSpan> Units(TextSpan span)
    {
        var low = Array.BinarySearch(
            _tokens,
            new Token(new TextSpan(span.Start, span.Start)),
            Comparer<Token>.Create((a, b) => a.Span.CompareTo(b.Span))
        );
        var units = new List<TextSpan>();
        for (var i = Math.Max(0, (low < 0 ? ~low : low) - 1); i < _tokens.Length && _tokens[i].Span.Start < span.End; i++)
        {
            var token = _tokens[i].Span;
            if (!token.Overlaps(span))
                continue;
            var inside = new TextSpan(Math.Max(token.Start, span.Start), Math.Min(token.End, span.End));
            if (inside != token)
                (_parts[i] ??= []).Add(inside);
            units.Add(inside);
        }
        return units;
    }

    private static List<T> Cell<T>(Dictionary<TextSpan, List<T>> cells, TextSpan unit)
    {
        if (!cells.TryGetValue(unit, out var cell))
            cells[unit] = cell = [];
        return cell;
    }
}
