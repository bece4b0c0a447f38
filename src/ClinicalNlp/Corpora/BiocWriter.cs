using System.Globalization;
using System.Text.Json.Nodes;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>A document of ours as BioC has it; offsets in code points from the start of the document.</summary>
internal static class BiocWriter
{
    public const string Type = "type";
    public const string Identifier = "identifier";
    public const string Assertion = "assertion";
    public const string Confidence = "confidence";
    public const string Intent = "intent";

    /// <summary>The metadata's name for passages with their offsets and infons.</summary>
    public const string Passages = "passages";

    /// <summary>The label of an annotation without a type, and the other way round.</summary>
    public const string NoType = "annotation";
    public const string NoRelationType = "relation";
    public const string FromRole = "source";
    public const string ToRole = "target";

    public static BiocDocument Convert(AnnotatedDocument document, LossTally tally)
    {
        var meta = document.Meta?.DeepClone() as JsonObject ?? [];
        var map = new OffsetMap(document.Text, OffsetUnit.UnicodeCodePoint);
        var structure = meta[Passages] as JsonArray;
        var passages = structure is null ? null : Structured(structure, document.Text, map, tally);
        if (passages is not null)
            meta.Remove(Passages);
        passages ??= [new Piece(0, document.Text.Length, 0, [], [])];

        var infons = new BiocInfons();
        foreach (var (key, value) in meta)
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var words))
            {
                infons.Add((key, words));
                continue;
            }
            infons.Add((key, value?.ToJsonString() ?? ""));
            tally.Add("metadata value written as a string");
        }
        if (document.Intents.Count > 0)
            infons.Add((Intent, string.Join('|', document.Intents)));

        var names = new SpanNames(document, id => id.Length > 0, number => $"{number}");
        tally.Add("span id changed", names.Changed);
        var leaves = passages.SelectMany(piece => piece.Sentences.Count > 0 ? piece.Sentences : [piece]).ToList();
        var offDocument = BiocMarks.None;
        for (var i = 0; i < document.Spans.Count; i++)
        {
            var span = document.Spans[i];
            var home = leaves.Find(leaf => leaf.Start <= span.Span.Start && span.Span.End <= leaf.End);
            var locations = (span.Fragments ?? [span.Span]).Select(piece => Location(piece, leaves, map)).ToList();
            (home?.Marks ?? offDocument).Annotations.Add(
                new BiocAnnotation(
                    names[i],
                    InfonsOf(span, tally),
                    locations,
                    string.Join(' ', (span.Fragments ?? [span.Span]).Select(piece => piece.Of(document.Text)))
                )
            );
        }
        foreach (var (number, relation) in document.Relations.Index())
        {
            offDocument.Relations.Add(
                new BiocRelation(
                    $"R{number + 1}",
                    [(Type, relation.Type)],
                    [(names.Of(relation.From)!, FromRole), (names.Of(relation.To)!, ToRole)]
                )
            );
        }
        return new BiocDocument(document.Id, infons, [.. passages.Select(piece => piece.Of(document.Text))], offDocument);
    }

    private static BiocInfons InfonsOf(AnnotatedSpan span, LossTally tally)
    {
        var infons = new BiocInfons { (Type, span.Label) };
        if (span.Concepts is { Count: > 0 } concepts)
        {
            infons.Add((Identifier, string.Join('|', concepts)));
            tally.Add("concept with a | in it cut", concepts.Count(concept => concept.Contains('|', StringComparison.Ordinal)));
        }
        if (span.Assertion is { } assertion)
            infons.Add((Assertion, AssertionWords.Join(assertion)));
        if (span.Confidence is { } confidence)
            infons.Add((Confidence, confidence.ToString(CultureInfo.InvariantCulture)));
        foreach (var (name, value) in span.Attributes ?? new Dictionary<string, string>())
        {
            if (infons[name] is null)
                infons.Add((name, value));
            else
                tally.Add("attribute with a name of BioC's dropped");
        }
        return infons;
    }

    /// <summary>In the numbers of the passage it begins in, and of the one it ends in: between passages a file may leave any gap.</summary>
    private static (int Offset, int Length) Location(TextSpan span, List<Piece> leaves, OffsetMap map)
    {
        var (start, end) = map.FromUtf16(span);
        var first = leaves.FindLast(leaf => leaf.Start <= span.Start) ?? leaves[0];
        var last = leaves.FindLast(leaf => leaf.Start < span.End) ?? first;
        var offset = first.Offset + start - map.FromUtf16(first.Start);
        return (offset, last.Offset + end - map.FromUtf16(last.Start) - offset);
    }

    /// <summary>Null when the metadata's passages are not those of this text.</summary>
    private static List<Piece>? Structured(JsonArray structure, string text, OffsetMap map, LossTally tally)
    {
        var pieces = structure.Select(entry => PieceOf(entry, text.Length)).ToList();
        var leaves = pieces
            .SelectMany(piece => piece is { Sentences.Count: > 0 } ? piece.Sentences : (IEnumerable<Piece?>)[piece])
            .ToList();
        var ordered =
            pieces.Count > 0
            && leaves.TrueForAll(leaf => leaf is not null)
            && leaves[0]!.Start == 0
            && leaves[^1]!.End == text.Length
            && leaves.Zip(leaves.Skip(1)).All(pair => pair.First!.End <= pair.Second!.Start && IsGap(pair.First, pair.Second));
        if (ordered)
            return pieces!;
        tally.Add("metadata about passages that are not those of the text dropped");
        return null;

        // Between two passages the reader puts the white space that their offsets ask for: other text would be lost.
        bool IsGap(Piece before, Piece after) =>
            text.AsSpan(before.End, after.Start - before.End).IsWhiteSpace()
            && after.Offset - before.Offset >= map.FromUtf16(before.End) - map.FromUtf16(before.Start);
    }

    private static Piece? PieceOf(JsonNode? entry, int length)
    {
        if (
            entry is not JsonObject given
            || Number(given, "offset") is not { } offset
            || Number(given, "start") is not { } start
            || Number(given, "end") is not { } end
            || start > end
            || end > length
        )
            return null;
        var infons = new BiocInfons();
        foreach (var (key, value) in given["infons"] as JsonObject ?? [])
            infons.Add((key, value?.ToString() ?? ""));
        var sentences = (given["sentences"] as JsonArray ?? []).Select(sentence => PieceOf(sentence, length)).ToList();
        return sentences.Contains(null) ? null : new Piece(start, end, offset, infons, [.. sentences.OfType<Piece>()]);
    }

    private static int? Number(JsonObject entry, string name) =>
        entry[name] is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0 ? number : null;

    /// <param name="Start">In our text, as <paramref name="End"/>.</param>
    /// <param name="Offset">In the file.</param>
    private sealed record Piece(int Start, int End, int Offset, BiocInfons Infons, List<Piece> Sentences)
    {
        public BiocMarks Marks { get; } = BiocMarks.None;

        public BiocPassage Of(string text) =>
            new(Offset, Sentences.Count > 0 ? null : text[Start..End], Infons, Marks, [.. Sentences.Select(sentence => sentence.Of(text))]);
    }
}
