using System.Text;
using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>brat standoff: a <c>.txt</c> and an <c>.ann</c> a document, in a folder; offsets in code points.</summary>
/// <remarks>
/// <code>
/// T1	PROBLEM 11 19	headache
/// N1	Reference T1 SNOMED:25064002	Headache
/// A1	Negated T1
/// A2	Severity T1 mild
/// T2	PROBLEM 0 5;15 20	upper pain
/// R1	CausedBy Arg1:T1 Arg2:T2
/// #1	AnnotatorNotes T1	ask again
/// </code>
/// Assertions are attributes without a value (<c>Negated</c>, <c>Uncertain</c>, …, <c>Affirmed</c>); attributes of several words are
/// notes. An event stays as its trigger, with a relation to each of its arguments; what is said of an event is said of its trigger. brat
/// cuts a span at a line break; such fragments are put together again. <c>.a1</c> and <c>.a2</c> (BioNLP) are read where there is no <c>.ann</c>.
/// </remarks>
public sealed class BratFormat : FolderFormat
{
    /// <summary>brat wants a database before the colon; concepts without one are written under this name.</summary>
    internal const string PlainConcept = "concept";

    public override string Name => "brat";

    public override IReadOnlyList<string> Extensions => [".ann"];

    protected override string DocumentExtension => ".txt";

    internal override AnnotatedDocument ReadDocument(CorpusFolder folder, string file, string id, LossTally tally)
    {
        // brat counts a byte-order mark as a character.
        using var stream = folder.Open(file);
        var text = TextFile.DecodeWithMark(stream, folder.Describe(file));
        ClinicalText.CheckCharacters(text, folder.Describe(file));
        var stem = Path.ChangeExtension(file, null);
        var reader = new BratReader(text, folder.Describe(file), tally);
        string[] files = folder.Has(stem + ".ann") ? [stem + ".ann"] : [stem + ".a1", stem + ".a2"];
        foreach (var annotations in files.Where(folder.Has))
            reader.AddFile(folder.Describe(annotations), folder.Text(annotations));
        return reader.Read(id);
    }

    internal override void WriteDocument(AnnotatedDocument document, string name, FolderWriter folder, LossTally tally)
    {
        tally.AddBeyond(document, Keeps.Everything & ~(Keeps.Meta | Keeps.Confidence | Keeps.Intents));
        var annotations = Annotations(document, tally);
        folder.Create(name + ".txt", stream => stream.Write(Encoding.UTF8.GetBytes(document.Text)));
        folder.Create(name + ".ann", stream => stream.Write(Encoding.UTF8.GetBytes(annotations)));
    }

    private static string Annotations(AnnotatedDocument document, LossTally tally)
    {
        var text = document.Text;
        var map = new OffsetMap(text, OffsetUnit.UnicodeCodePoint);
        var names = new SpanNames(document, IsMention, number => $"T{number}");
        tally.Add("span id changed", names.Changed);
        var lines = new Lines();
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < document.Spans.Count; i++)
        {
            var span = document.Spans[i];
            var pieces = (span.Fragments ?? [span.Span]).SelectMany(fragment => CutAtLineBreaks(text, fragment)).ToList();
            if (pieces.Count == 0)
            {
                tally.Add("span of line breaks only dropped");
                continue;
            }
            if (pieces[0].Start != span.Span.Start || pieces[^1].End != span.Span.End)
                tally.Add("line break at the end of a span cut off");
            var offsets = string.Join(';', pieces.Select(piece => map.FromUtf16(piece)).Select(pair => $"{pair.Start} {pair.End}"));
            var surface = string.Join(' ', pieces.Select(piece => piece.Of(text)));
            lines.Text.Append($"{names[i]}\t{Word(span.Label, "label", tally)} {offsets}\t{surface}\n");
            written.Add(names[i]);
            WriteBeside(span, names[i], lines, tally);
        }
        foreach (var relation in document.Relations)
        {
            if (names.Of(relation.From) is { } from && names.Of(relation.To) is { } to && written.Contains(from) && written.Contains(to))
                lines.Text.Append($"R{++lines.Relations}\t{Word(relation.Type, "relation type", tally)} Arg1:{from} Arg2:{to}\n");
            else
                tally.Add("relation of a dropped span dropped");
        }
        return lines.Text.ToString();
    }

    private static void WriteBeside(AnnotatedSpan span, string name, Lines lines, LossTally tally)
    {
        foreach (var concept in span.Concepts ?? [])
        {
            var colon = concept.IndexOf(':', StringComparison.Ordinal);
            var reference = Words.Flat(colon > 0 && colon < concept.Length - 1 ? concept : $"{PlainConcept}:{concept}");
            if (!reference.EndsWith(concept, StringComparison.Ordinal))
                tally.Add("concept changed");
            lines.Text.Append($"N{++lines.References}\tReference {name} {reference}\t\n");
        }
        foreach (var word in span.Assertion is { } assertion ? AssertionWords.Of(assertion) : [])
            lines.Text.Append($"A{++lines.Attributes}\t{char.ToUpperInvariant(word[0])}{word[1..]} {name}\n");
        foreach (var (attribute, value) in span.Attributes ?? new Dictionary<string, string>())
        {
            var key = Word(attribute, "attribute name", tally);
            if (value == "true")
            {
                if (AssertionWords.With(null, key) is not null)
                    tally.Add("attribute written as an assertion");
                lines.Text.Append($"A{++lines.Attributes}\t{key} {name}\n");
            }
            else if (value.Length > 0 && Words.Flat(value) == value)
                lines.Text.Append($"A{++lines.Attributes}\t{key} {name} {value}\n");
            else
            {
                var note = value.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');
                if (note != value)
                    tally.Add("line break or tab of an attribute written as a blank");
                lines.Text.Append($"#{++lines.Notes}\t{key} {name}\t{note}\n");
            }
        }
    }

    internal static bool IsMention(string id) => id.Length > 1 && id[0] == 'T' && !id.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    private static IEnumerable<TextSpan> CutAtLineBreaks(string text, TextSpan span)
    {
        for (var at = span.Start; at < span.End; )
        {
            var length = text.AsSpan(at, span.End - at).IndexOfAny('\n', '\r');
            if (length < 0)
                length = span.End - at;
            if (length > 0)
                yield return new TextSpan(at, at + length);
            at += length + 1;
        }
    }

    private static string Word(string word, string what, LossTally tally)
    {
        var flat = Words.Flat(word);
        if (flat != word)
            tally.Add($"{what} changed");
        return flat;
    }

    private sealed class Lines
    {
        public StringBuilder Text { get; } = new();
        public int References { get; set; }
        public int Attributes { get; set; }
        public int Relations { get; set; }
        public int Notes { get; set; }
    }
}
