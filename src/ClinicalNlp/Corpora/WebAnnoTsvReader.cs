using System.Globalization;
using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>One file of WebAnno TSV 3 becomes a document.</summary>
internal sealed class WebAnnoTsvReader(string file, LossTally tally)
{
    private const string TextMark = "#Text=";

    private readonly List<Layer> _layers = [];
    private readonly StringBuilder _text = new();
    private readonly List<Unit> _units = [];
    private readonly List<(int From, int To, string Type)> _relations = [];

    private enum Kind
    {
        Span,
        Relation,
        Chain,
    }

    /// <param name="Columns">Names of features; of a slot a column of roles (<c>ROLE_…</c>) and one of targets, of a relation its source (<c>BT_…</c>) last.</param>
    private sealed record Layer(Kind Kind, string Type, string[] Columns, int First)
    {
        public int Width => Math.Max(1, Columns.Length);

        public Dictionary<string, Mark> Marks { get; } = new(StringComparer.Ordinal);

        public bool IsTarget(int column) => column > 0 && Columns[column - 1].StartsWith("ROLE_", StringComparison.Ordinal);

        public bool IsRole(int column) => column < Columns.Length && Columns[column].StartsWith("ROLE_", StringComparison.Ordinal);

        public bool IsSource(int column) => column < Columns.Length && Columns[column].StartsWith("BT_", StringComparison.Ordinal);
    }

    /// <summary>A token, or a part of one.</summary>
    private sealed record Unit(string Name, int Begin, int End, string[] Cells, int Line);

    /// <summary>An annotation, put together from its units.</summary>
    private sealed class Mark(Layer layer, int begin, int end, int line)
    {
        /// <summary>The span's place in the document, from 1; 0 when it became none.</summary>
        public int Number { get; set; }

        public Layer Layer => layer;
        public int Begin { get; private set; } = begin;
        public int End { get; private set; } = end;
        public int Line => line;
        public List<string> Units { get; } = [];
        public List<(string Name, string Value)> Features { get; } = [];

        public void Widen(Unit unit)
        {
            (Begin, End) = (Math.Min(Begin, unit.Begin), Math.Max(End, unit.End));
            Units.Add(unit.Name);
        }
    }

    /// <param name="Raw">Still escaped, without its number.</param>
    private readonly record struct Value(string Raw, string Number)
    {
        public bool IsNone => Raw == "_";

        public bool IsNull => Raw is "_" or "*" or "";

        public string Plain => WebAnnoTsvFormat.Unescape(Raw);
    }

    public AnnotatedDocument Read(string tsv, string id)
    {
        ReadLines(tsv.Split('\n'));
        var text = _text.ToString();
        ClinicalText.CheckCharacters(text, file);
        foreach (var unit in _units)
            Collect(unit);
        var document = new DocumentBuilder(text, OffsetUnit.Utf16CodeUnit, file, tally);
        // By place, so that a file that was written from what is read here is read in the same order.
        var marks = _layers
            .Where(layer => layer.Kind != Kind.Relation)
            .SelectMany(layer => layer.Marks.Values)
            .OrderBy(mark => mark.Begin)
            .ThenByDescending(mark => mark.End)
            .ThenBy(mark => mark.Layer.Type, StringComparer.Ordinal);
        foreach (var mark in marks)
        {
            if (mark.Begin == mark.End)
            {
                tally.Add("empty annotation dropped");
                continue;
            }
            mark.Number = document.Count + 1;
            var span = new AnnotatedSpan(document.At(mark.Begin, mark.End, null, mark.Line), "") { Id = $"{mark.Number}" };
            document.Add(CasLayers.Labelled(span, mark.Layer.Type, mark.Features), made: true);
        }
        foreach (var unit in _units)
            Relate(unit);
        Chain();
        // In the order of the spans, whatever the order of layers and rows.
        foreach (
            var (from, to, type) in _relations
                .OrderBy(end => end.From)
                .ThenBy(end => end.To)
                .ThenBy(end => end.Type, StringComparer.Ordinal)
        )
            document.Relate($"{from}", $"{to}", type);
        return document.Build(id);
    }

    private void ReadLines(string[] lines)
    {
        if (!lines[0].StartsWith("#FORMAT=WebAnno TSV 3", StringComparison.Ordinal))
            throw new UnusableInputException("unknown_format", "The first line is not \"#FORMAT=WebAnno TSV 3…\".", file, 1);
        string? sentence = null;
        var begun = false;
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].TrimEnd('\r');
            if (line.StartsWith(TextMark, StringComparison.Ordinal))
            {
                // A second line of text with no token between them is the next line of the same sentence.
                var more = WebAnnoTsvFormat.Unescape(line.AsSpan(TextMark.Length));
                sentence = sentence is not null && !begun ? $"{sentence}\n{more}" : more;
                begun = false;
            }
            else if (line.Length == 0)
            {
                if (sentence is not null && !begun)
                    _text.Append(sentence);
                (sentence, begun) = (null, false);
            }
            else if (line[0] == '#' && !char.IsAsciiDigit(line.ElementAtOrDefault(1)) && _units.Count == 0)
            {
                ReadHeader(line, number);
            }
            else if (line[0] == '#')
            {
                tally.Add("comment dropped");
            }
            else
            {
                var unit = ReadUnit(line, number);
                var words = line.Split('\t')[2];
                if (sentence is not null && !begun)
                    Begin(sentence, unit, WebAnnoTsvFormat.Unescape(words));
                begun = true;
                Check(unit, words);
                _units.Add(unit);
            }
        }
        if (sentence is not null && !begun)
            _text.Append(sentence);
    }

    private void ReadHeader(string line, int number)
    {
        var kind = line.Split('=')[0] switch
        {
            "#T_SP" => Kind.Span,
            "#T_RL" => Kind.Relation,
            "#T_CH" => Kind.Chain,
            "#FORMAT" => (Kind?)null,
            _ => throw new UnusableInputException(
                "invalid_line",
                "The header line is none of #FORMAT, #T_SP, #T_RL and #T_CH.",
                file,
                number
            ),
        };
        if (kind is not { } known)
            return;
        var parts = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Split('|');
        var before = _layers.Count > 0 ? _layers[^1].First + _layers[^1].Width : 0;
        _layers.Add(new Layer(known, parts[0], [.. parts.Skip(1).Where(part => part.Length > 0)], before));
    }

    private Unit ReadUnit(string line, int number)
    {
        var columns = line.Split('\t');
        if (
            columns.Length < 3
            || columns[1].Split('-') is not [var from, var to]
            || !int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var begin)
            || !int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || end < begin
        )
            throw new UnusableInputException(
                "invalid_line",
                "The line is no token: a number, begin-end, and the token's words.",
                file,
                number
            );
        return new Unit(columns[0], begin, end, columns[3..], number);
    }

    /// <summary>Appends a sentence where its first token says that it stands.</summary>
    private void Begin(string sentence, Unit first, string words)
    {
        var inSentence = first.Begin - _text.Length;
        var follows =
            inSentence >= 0 && inSentence <= sentence.Length && sentence.AsSpan(inSentence).StartsWith(words, StringComparison.Ordinal);
        if (!follows)
        {
            var gap = inSentence - (sentence.Length - sentence.AsSpan().TrimStart().Length);
            if (gap > 0)
                _text.Append(_text.Length == 0 ? ' ' : '\n').Append(' ', gap - 1);
        }
        _text.Append(sentence);
    }

    private void Check(Unit unit, string words)
    {
        if (unit.End > _text.Length)
            throw new UnusableInputException(
                "span_out_of_range",
                $"The token [{unit.Begin}, {unit.End}) lies outside the text.",
                file,
                unit.Line
            );
        var found = _text.ToString(unit.Begin, unit.End - unit.Begin);
        if (found != words && found != WebAnnoTsvFormat.Unescape(words))
        {
            throw new UnusableInputException(
                "span_off_surface",
                $"The words of the text at [{unit.Begin}, {unit.End}) are not those of the token.",
                file,
                unit.Line
            )
            {
                Surfaces = (words, found),
            };
        }
    }

    /// <summary>Values of a cell: stacked ones are parted by bars.</summary>
    private static List<Value> Values(Unit unit, int column)
    {
        var values = new List<Value>();
        if (column >= unit.Cells.Length)
            return values;
        foreach (var part in Split(unit.Cells[column], '|'))
        {
            var open = part.Length > 0 && part[^1] == ']' && (part.Length < 2 || part[^2] != '\\') ? part.LastIndexOf('[') : -1;
            values.Add(open >= 0 && (open == 0 || part[open - 1] != '\\') ? new(part[..open], part[(open + 1)..^1]) : new(part, ""));
        }
        return values;
    }

    private static List<string> Split(string cell, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < cell.Length; i++)
        {
            if (cell[i] == '\\')
                i++;
            else if (cell[i] == separator)
            {
                parts.Add(cell[start..i]);
                start = i + 1;
            }
        }
        parts.Add(cell[start..]);
        return parts;
    }

    private void Collect(Unit unit)
    {
        foreach (var layer in _layers.Where(layer => layer.Kind != Kind.Relation))
        {
            var columns = Enumerable.Range(layer.First, layer.Width).Select(column => Values(unit, column)).ToList();
            for (var stacked = 0; stacked < columns.Max(values => values.Count); stacked++)
            {
                var entry = columns.ConvertAll(values => stacked < values.Count ? values[stacked] : new Value("_", ""));
                var own = entry.Where((_, column) => !layer.IsTarget(column)).FirstOrDefault(value => value.Number.Length > 0).Number;
                if (own is null && entry.TrueForAll(value => value.IsNone))
                    continue;
                // Without a number an annotation is this unit's alone, and the only one of its layer there.
                var key = layer.Kind == Kind.Chain ? ChainKey(layer, entry) : own ?? $"{unit.Name}/{stacked}";
                if (!layer.Marks.TryGetValue(key, out var mark))
                {
                    mark = layer.Marks[key] = new Mark(layer, unit.Begin, unit.End, unit.Line);
                    for (var column = 0; column < layer.Columns.Length; column++)
                    {
                        var isFeature =
                            !layer.IsRole(column) && !layer.IsTarget(column) && !(layer.Kind == Kind.Chain && IsLink(layer, column));
                        if (isFeature && !entry[column].IsNull)
                            mark.Features.Add((layer.Columns[column], entry[column].Plain));
                    }
                }
                mark.Widen(unit);
            }
        }
    }

    private static bool IsLink(Layer layer, int column) => layer.Columns[column] == "referenceRelation";

    /// <summary><c>COREFERENTIAL->1-2</c> is the second link of the first chain; older files have it under the other column.</summary>
    private static string ChainKey(Layer layer, List<Value> entry)
    {
        var link = entry.Find(value => LinkOf(value) is not null);
        return LinkOf(link)?.Key ?? $"{layer.Marks.Count}?";
    }

    private static (string Type, string Key)? LinkOf(Value value)
    {
        var arrow = value.Raw?.LastIndexOf("->", StringComparison.Ordinal) ?? -1;
        return arrow >= 0 && (arrow == 0 || value.Raw![arrow - 1] != '\\') ? (value.Raw![..arrow], value.Raw[(arrow + 2)..]) : null;
    }

    private void Chain()
    {
        foreach (var layer in _layers.Where(layer => layer.Kind == Kind.Chain))
        {
            var types = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (
                var link in _units
                    .SelectMany(unit => Enumerable.Range(layer.First, layer.Width).SelectMany(column => Values(unit, column)))
                    .Select(LinkOf)
            )
            {
                if (link is { } known)
                    types.TryAdd(
                        known.Key,
                        new Value(known.Type, "") is { IsNull: false } type ? type.Plain : CasLayers.ShortName(layer.Type)
                    );
            }
            tally.Add(
                "chain kept as spans and relations",
                types.Keys.Select(key => key.Split('-')[0]).Distinct(StringComparer.Ordinal).Count()
            );
            foreach (var (key, type) in types)
            {
                if (key.Split('-') is not [var chain, var at] || !int.TryParse(at, out var index))
                    continue;
                if (layer.Marks.TryGetValue($"{chain}-{index + 1}", out var next))
                    Add(layer.Marks[key], next, type);
            }
        }
    }

    private void Relate(Unit unit)
    {
        foreach (var layer in _layers)
        {
            if (layer.Kind == Kind.Relation)
                ReadRelations(unit, layer);
            else
                ReadSlots(unit, layer);
        }
    }

    private void ReadRelations(Unit unit, Layer layer)
    {
        var source = Array.FindIndex(layer.Columns, column => column.StartsWith("BT_", StringComparison.Ordinal));
        if (source < 0)
            return;
        var baseType = layer.Columns[source][3..];
        foreach (var (stacked, end) in Values(unit, layer.First + source).Index())
        {
            if (end.IsNull)
                continue;
            var numbers = end.Number.Split('_');
            var from = Find(baseType, end.Raw, numbers[0]);
            var to = Find(baseType, unit.Name, numbers.Length > 1 ? numbers[1] : "");
            if (from is null || to is null)
            {
                tally.Add("relation of what is no span dropped");
                continue;
            }
            var features = layer
                .Columns.Index()
                .Where(column => column.Index != source)
                .Select(column => (Name: column.Item, Value: Values(unit, layer.First + column.Index).ElementAtOrDefault(stacked)))
                .Where(feature => feature.Value.Raw is not null && !feature.Value.IsNull)
                .Select(feature => (feature.Name, Value: feature.Value.Plain))
                .ToList();
            var label = CasLayers.LabelFeature(features);
            tally.Add("feature of a relation dropped", features.Count(feature => feature.Name != label));
            if (layer.Type != CasLayers.Relation)
                tally.Add("layer of a relation dropped");
            Add(from, to, label is null ? CasLayers.ShortName(layer.Type) : features.Find(feature => feature.Name == label).Value);
        }
    }

    private void ReadSlots(Unit unit, Layer layer)
    {
        for (var column = 1; column < layer.Columns.Length; column++)
        {
            if (!layer.IsTarget(column))
                continue;
            var roles = Values(unit, layer.First + column - 1);
            var host = layer.Marks.Values.Where(mark => mark.Units.Contains(unit.Name, StringComparer.Ordinal)).ToList();
            foreach (var (stacked, cell) in Split(unit.Cells.ElementAtOrDefault(layer.First + column) ?? "_", '|').Index())
            {
                // A host of several tokens has its slots on each of them; its first one counts.
                if (cell is "_" or "*" or "" || stacked >= host.Count || host[stacked].Units[0] != unit.Name)
                    continue;
                var names = stacked < roles.Count ? Split(roles[stacked].Raw, ';') : [];
                tally.Add("slot kept as relations");
                foreach (var (at, target) in Split(cell, ';').Index())
                {
                    var open = target.IndexOf('[', StringComparison.Ordinal);
                    var found = Find(layer.Columns[column], open < 0 ? target : target[..open], open < 0 ? "" : target[(open + 1)..^1]);
                    var role =
                        at < names.Count && new Value(names[at], "") is { IsNull: false } name
                            ? name.Plain
                            : layer.Columns[column - 1].Split(':')[^1].Split('_')[0];
                    if (found is null)
                        tally.Add("relation of what is no span dropped");
                    else
                        Add(host[stacked], found, role);
                }
            }
        }
    }

    private void Add(Mark from, Mark to, string type) => _relations.Add((from.Number, to.Number, type));

    /// <summary>By its number in the layers of the type, or by the unit that it stands on.</summary>
    private Mark? Find(string type, string unit, string number)
    {
        var layers = _layers.Where(layer => layer.Kind != Kind.Relation && (layer.Type == type || type == "uima.tcas.Annotation")).ToList();
        if (number is not ("" or "0"))
        {
            var numbered = layers.Select(layer => layer.Marks.GetValueOrDefault(number)).Where(mark => mark is not null).ToList();
            return numbered.Find(mark => mark!.Units.Contains(unit, StringComparer.Ordinal)) ?? numbered.FirstOrDefault();
        }
        return layers.SelectMany(layer => layer.Marks.Values).FirstOrDefault(mark => mark.Units.Contains(unit, StringComparer.Ordinal));
    }
}
