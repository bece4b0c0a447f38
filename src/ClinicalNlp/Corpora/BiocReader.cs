using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>BioC's passages become one text, its annotations spans.</summary>
/// <remarks>
/// Files count code points, bytes or (by mistake) UTF-16, from the start of the document, of the collection, or of the passage. The document's
/// own words decide: the first way of counting is taken in which every annotation's text is what stands at its location.
/// </remarks>
internal sealed class BiocReader(BiocDocument source, string file, ICollection<string>? losses)
{
    /// <summary>More blanks than this are not put between passages: offsets of a collection may run over all its documents.</summary>
    private const int WidestGap = 1000;

    private static readonly OffsetUnit[] Units = [OffsetUnit.UnicodeCodePoint, OffsetUnit.Utf8Byte, OffsetUnit.Utf16CodeUnit];

    private readonly LossTally _tally = new(source.Id);
    private readonly List<Segment> _segments = [];
    private readonly List<(BiocAnnotation Annotation, Segment? Home)> _annotations = [];
    private readonly List<BiocRelation> _relations = [];

    /// <summary>A piece of text with its place in the file and in our text.</summary>
    private sealed record Segment(int Offset, string Text, int Start)
    {
        private readonly Dictionary<OffsetUnit, OffsetMap> _maps = [];

        public OffsetMap Map(OffsetUnit unit) => _maps.TryGetValue(unit, out var map) ? map : _maps[unit] = new OffsetMap(Text, unit);
    }

    public AnnotatedDocument Read()
    {
        var text = new StringBuilder();
        var structure = new JsonArray();
        foreach (var passage in source.Passages)
            structure.Add(AddPassage(passage, text));
        Collect(source.Marks, null);
        var document = new DocumentBuilder(text.ToString(), OffsetUnit.Utf16CodeUnit, file, _tally);
        ClinicalText.CheckCharacters(document.Text, file, source.Line);
        ReadAnnotations(document);
        foreach (var relation in _relations)
            ReadRelation(relation, document);
        var meta = new JsonObject();
        foreach (var (key, value) in source.Infons)
            meta[key] = value;
        if (IsWorthKeeping(structure))
            meta[BiocWriter.Passages] = structure;
        var intents = source.Infons[BiocWriter.Intent];
        if (intents is not null)
        {
            document.Intents.AddRange(intents.Split('|'));
            meta.Remove(BiocWriter.Intent);
        }
        _tally.WriteTo(losses);
        return document.Build(source.Id, meta);
    }

    /// <summary>Appends the text; the answer is what is to be known of the passage to write it again.</summary>
    private JsonObject AddPassage(BiocPassage passage, StringBuilder text)
    {
        var entry = new JsonObject { ["offset"] = passage.Offset };
        if (passage.Infons.Count > 0)
            entry["infons"] = Infons(passage.Infons);
        var start = text.Length;
        Segment? segment = null;
        if (passage.Sentences.Count > 0 && string.IsNullOrEmpty(passage.Text))
        {
            var sentences = new JsonArray();
            foreach (var sentence in passage.Sentences)
                sentences.Add(AddPassage(sentence, text));
            entry["sentences"] = sentences;
            start = sentences[0]!["start"]!.GetValue<int>();
        }
        else
        {
            segment = Append(passage, text);
            start = segment.Start;
            _tally.Add("sentence of a passage that has its own text dropped", passage.Sentences.Count);
            foreach (var sentence in passage.Sentences)
                Collect(sentence.Marks, segment);
        }
        entry["start"] = start;
        entry["end"] = text.Length;
        Collect(passage.Marks, segment);
        return entry;
    }

    private Segment Append(BiocPassage passage, StringBuilder text)
    {
        var words = passage.Text ?? "";
        if (_segments.Count > 0)
        {
            var before = _segments[^1];
            // Blanks are one unit wide in every way of counting, so the gap may be measured in any: code points are the usual one.
            var gap = passage.Offset - before.Offset - before.Map(OffsetUnit.UnicodeCodePoint).Length;
            var byteGap = passage.Offset - before.Offset - before.Map(OffsetUnit.Utf8Byte).Length;
            if (byteGap is 0 or 1 && gap > 1)
                gap = byteGap;
            if (gap is > 0 and <= WidestGap)
                text.Append('\n').Append(' ', gap - 1);
            else if (gap != 0)
                text.Append('\n');
        }
        var segment = new Segment(passage.Offset, words, text.Length);
        _segments.Add(segment);
        text.Append(words);
        return segment;
    }

    private void Collect(BiocMarks marks, Segment? home)
    {
        _annotations.AddRange(marks.Annotations.Select(annotation => (annotation, home)));
        _relations.AddRange(marks.Relations);
    }

    private static JsonObject Infons(BiocInfons infons)
    {
        var named = new JsonObject();
        foreach (var (key, value) in infons)
            named[key] = value;
        return named;
    }

    /// <summary>A single passage at offset 0 without infons is what would be written anyway.</summary>
    private static bool IsWorthKeeping(JsonArray structure) =>
        structure.Count > 1
        || structure.Any(entry => entry!["infons"] is not null || entry["sentences"] is not null || entry["offset"]!.GetValue<int>() != 0);

    private void ReadAnnotations(DocumentBuilder document)
    {
        var ways = Units.Select(unit => (unit, Relative: false)).Concat(Units.Select(unit => (unit, Relative: true)));
        foreach (var (unit, relative) in ways)
        {
            if (_annotations.All(marked => Agrees(marked.Annotation, marked.Home, unit, relative, document.Text)))
            {
                _tally.Add("location counted from its passage, not the document", relative ? _annotations.Count : 0);
                foreach (var (annotation, home) in _annotations)
                    AddSpan(annotation, Pieces(annotation, home, unit, relative)!, document);
                return;
            }
        }
        throw Refusal(document.Text);
    }

    private UnusableInputException Refusal(string text)
    {
        var (annotation, home) = _annotations.First(marked => !Agrees(marked.Annotation, marked.Home, Units[0], relative: false, text));
        var pieces = Pieces(annotation, home, Units[0], relative: false);
        var (offset, length) = annotation.Locations[0];
        var line = annotation.Line ?? source.Line;
        return pieces is null
            ? new UnusableInputException(
                "span_out_of_range",
                $"The location {offset}+{length} of an annotation lies outside the passages or cuts a character.",
                file,
                line
            )
            : new UnusableInputException(
                "span_off_surface",
                $"The words of the text at {offset}+{length} are not those of the annotation, counted in code points, bytes or UTF-16.",
                file,
                line
            )
            {
                Surfaces = (annotation.Text ?? "", string.Join(' ', pieces.Select(piece => piece.Of(text)))),
            };
    }

    private bool Agrees(BiocAnnotation annotation, Segment? home, OffsetUnit unit, bool relative, string text)
    {
        if (annotation.Locations.All(location => location.Length == 0))
            return true;
        if (Pieces(annotation, home, unit, relative) is not { } pieces)
            return false;
        // Of several locations the text is the writer's choice (with or without what lies between), so it says nothing.
        return annotation.Text is null || pieces.Count != 1 || Flat(pieces[0].Slice(text)) == Flat(annotation.Text);
    }

    /// <summary>A file that was indented or went through a parser has other white space than the text.</summary>
    private static string Flat(ReadOnlySpan<char> words) =>
        string.Join(' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Null when a location is nowhere.</summary>
    private List<TextSpan>? Pieces(BiocAnnotation annotation, Segment? home, OffsetUnit unit, bool relative)
    {
        var pieces = new List<TextSpan>();
        foreach (var (offset, length) in annotation.Locations)
        {
            if (length == 0)
                continue;
            if (relative)
            {
                if (home is null || !home.Map(unit).TryToUtf16(offset, offset + length, out var inside))
                    return null;
                pieces.Add(inside.Shift(home.Start));
                continue;
            }
            if (
                Place(offset, unit, isEnd: false) is not { } start
                || Place(offset + length, unit, isEnd: true) is not { } end
                || end <= start
            )
                return null;
            pieces.Add(new TextSpan(start, end));
        }
        pieces.Sort();
        return pieces.Zip(pieces.Skip(1)).Any(pair => pair.Second.Start < pair.First.End) ? null : pieces;
    }

    private int? Place(int offset, OffsetUnit unit, bool isEnd)
    {
        foreach (var segment in _segments)
        {
            var inside = offset - segment.Offset;
            var length = segment.Map(unit).Length;
            if (isEnd ? inside <= 0 || inside > length : inside < 0 || inside >= length)
                continue;
            if (segment.Map(unit).TryToUtf16(inside, out var utf16))
                return segment.Start + utf16;
        }
        return null;
    }

    private void AddSpan(BiocAnnotation annotation, List<TextSpan> pieces, DocumentBuilder document)
    {
        if (pieces.Count == 0)
        {
            _tally.Add("annotation without a place dropped");
            return;
        }
        var type = annotation.Infons[BiocWriter.Type];
        var span = new AnnotatedSpan(
            new TextSpan(pieces[0].Start, pieces[^1].End),
            string.IsNullOrEmpty(type) ? BiocWriter.NoType : type,
            Fragments: pieces.Count > 1 ? pieces : null
        )
        {
            Id = annotation.Id.Length > 0 ? annotation.Id : $"a{document.Count + 1}",
        };
        foreach (var (key, value) in annotation.Infons)
        {
            if (key.Equals(BiocWriter.Type, StringComparison.OrdinalIgnoreCase))
                continue;
            if (key.Equals(BiocWriter.Identifier, StringComparison.OrdinalIgnoreCase) && span.Concepts is null)
                span = span with { Concepts = value is "" or "-" ? null : value.Split('|') };
            else if (key == BiocWriter.Assertion && AssertionWords.Split(value) is { } assertion)
                span = span with { Assertion = assertion };
            else if (
                key == BiocWriter.Confidence
                && double.TryParse(value, CultureInfo.InvariantCulture, out var confidence)
                && confidence is >= 0 and <= 1
            )
                span = span with { Confidence = confidence };
            else
                span = DocumentBuilder.WithAttribute(span, key, value);
        }
        document.Add(span);
    }

    private void ReadRelation(BiocRelation relation, DocumentBuilder document)
    {
        var nodes = relation.Nodes;
        _tally.Add(
            "infon of a relation dropped",
            relation.Infons.Count(infon => !infon.Key.Equals(BiocWriter.Type, StringComparison.OrdinalIgnoreCase))
        );
        if (nodes.Count < 2)
        {
            _tally.Add("relation of one span dropped");
            return;
        }
        if (nodes.Count > 2)
            _tally.Add("relation of several spans kept as pairs");
        if ((nodes[0].Role, nodes[1].Role) is not (BiocWriter.FromRole, BiocWriter.ToRole))
            _tally.Add("role names of a relation dropped");
        var type = relation.Infons[BiocWriter.Type];
        foreach (var (node, _) in nodes.Skip(1))
            document.Relate(nodes[0].Ref, node, string.IsNullOrEmpty(type) ? BiocWriter.NoRelationType : type);
    }
}
