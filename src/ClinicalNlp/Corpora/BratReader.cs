using ClinicalNlp.Text;

namespace ClinicalNlp.Corpora;

/// <summary>The lines of brat's annotation files become spans and relations.</summary>
internal sealed class BratReader(string text, string textFile, LossTally tally)
{
    private readonly DocumentBuilder _document = new(text, OffsetUnit.UnicodeCodePoint, textFile, tally);
    private readonly OffsetMap _map = new(text, OffsetUnit.UnicodeCodePoint);
    private readonly Dictionary<string, string> _triggers = new(StringComparer.Ordinal);
    private readonly List<(string File, int Number, string Line)> _lines = [];

    public void AddFile(string file, string annotations)
    {
        foreach (var (at, line) in annotations.Split('\n').Index())
        {
            if (line.TrimEnd('\r') is { Length: > 0 } trimmed)
                _lines.Add((file, at + 1, trimmed));
        }
    }

    public AnnotatedDocument Read(string id)
    {
        // Anything may stand above the mention that it is of, so mentions are read first, then the triggers of events.
        foreach (var (file, number, line) in _lines.Where(line => line.Line[0] == 'T'))
            ReadMention(line.Split('\t'), file, number);
        foreach (var (_, _, line) in _lines.Where(line => line.Line[0] == 'E'))
            ReadTrigger(line);
        foreach (var (file, number, line) in _lines)
            ReadOther(line, file, number);
        return _document.Build(id);
    }

    private void ReadMention(string[] columns, string file, int line)
    {
        var blank = columns.Length > 1 ? columns[1].IndexOf(' ', StringComparison.Ordinal) : -1;
        if (blank <= 0)
            throw new UnusableInputException("invalid_line", "The mention has no type and offsets.", file, line);
        var label = columns[1][..blank];
        var pieces = new List<TextSpan>();
        var given = new List<(int Start, int End)>();
        foreach (var pair in columns[1][(blank + 1)..].Split(';'))
        {
            var ends = pair.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (ends.Length != 2 || !int.TryParse(ends[0], out var start) || !int.TryParse(ends[1], out var end))
                throw new UnusableInputException("invalid_line", "The offsets are not \"start end\".", file, line);
            given.Add((start, end));
            pieces.Add(SpanBorder.Read(text, _map, start, end, null, file, line));
        }
        if (columns.Length > 2)
        {
            // brat puts one blank between fragments and writes a line break as a blank. A tab of the text stands in the line as it is.
            var surface = string.Join('\t', columns[2..]);
            if (Words.OneLine(string.Join(' ', pieces.Select(piece => piece.Of(text)))) != Words.OneLine(surface))
                Refuse(given[0].Start, given[^1].End, surface, pieces, file, line);
        }
        pieces.Sort();
        for (var i = 1; i < pieces.Count; i++)
        {
            if (pieces[i].Start < pieces[i - 1].End)
                throw new UnusableInputException("span_out_of_range", "The fragments of the mention overlap.", file, line);
        }
        JoinAtLineBreaks(pieces);
        if (_document.Has(columns[0]))
            throw new UnusableInputException("duplicate_id", "A mention of this id stands above already.", file, line);
        _document.Add(
            new AnnotatedSpan(new TextSpan(pieces[0].Start, pieces[^1].End), label, Fragments: pieces.Count > 1 ? pieces : null)
            {
                Id = columns[0],
            }
        );
    }

    private void Refuse(int start, int end, string surface, List<TextSpan> pieces, string file, int line)
    {
        if (pieces.Count == 1)
            _ = SpanBorder.Read(text, _map, start, end, surface, file, line); // refused, with the hint about units
        throw new UnusableInputException(
            "span_off_surface",
            $"The words of the text at the fragments of [{start}, {end}) are not the span's own words.",
            file,
            line
        )
        {
            Surfaces = (surface, string.Join(' ', pieces.Select(piece => piece.Of(text)))),
        };
    }

    private void JoinAtLineBreaks(List<TextSpan> pieces)
    {
        for (var i = pieces.Count - 1; i > 0; i--)
        {
            var gap = text.AsSpan(pieces[i - 1].End, pieces[i].Start - pieces[i - 1].End);
            if (!gap.IsWhiteSpace() || gap.IndexOfAny('\n', '\r') < 0)
                continue;
            pieces[i - 1] = new TextSpan(pieces[i - 1].Start, pieces[i].End);
            pieces.RemoveAt(i);
        }
    }

    private void ReadTrigger(string line)
    {
        var columns = line.Split('\t');
        var trigger = columns.Length > 1 ? columns[1].Split(' ')[0] : "";
        _triggers[columns[0]] = trigger[(trigger.LastIndexOf(':') + 1)..];
    }

    /// <summary>The mention that the id is of; of an event, its trigger; null when it is neither.</summary>
    private string? Mention(string id) =>
        _document.Has(id) ? id
        : _triggers.TryGetValue(id, out var trigger) && _document.Has(trigger) ? trigger
        : null;

    private void ReadOther(string line, string file, int number)
    {
        var columns = line.Split('\t');
        var words = columns.Length > 1 ? columns[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        switch (line[0])
        {
            case 'T':
                break;
            case 'N':
                ReadReference(words, columns);
                break;
            case 'A' or 'M':
                ReadAttribute(words);
                break;
            case 'R':
                ReadRelation(words);
                break;
            case '*':
                ReadEquivalence(words);
                break;
            case 'E':
                ReadEvent(columns[0], words);
                break;
            case '#':
                ReadNote(words, columns.Length > 2 ? string.Join('\t', columns[2..]) : "");
                break;
            default:
                throw new UnusableInputException(
                    "invalid_line",
                    "The line is none of brat's kinds (T, N, A, M, R, *, E, #).",
                    file,
                    number
                );
        }
    }

    private void ReadReference(string[] words, string[] columns)
    {
        if (words.Length < 3 || Mention(words[1]) is not { } mention)
        {
            tally.Add("reference of what is no span dropped");
            return;
        }
        var prefix = $"{BratFormat.PlainConcept}:";
        var concept = words[2].StartsWith(prefix, StringComparison.Ordinal) ? words[2][prefix.Length..] : words[2];
        _document.Change(mention, span => span with { Concepts = [.. span.Concepts ?? [], concept] });
        if (columns.Length > 2 && columns[2].Length > 0)
            tally.Add("name of a concept dropped");
    }

    private void ReadAttribute(string[] words)
    {
        if (words.Length < 2 || Mention(words[1]) is not { } mention)
        {
            tally.Add("attribute of what is no span dropped");
            return;
        }
        _document.Change(
            mention,
            span =>
                words.Length == 2 && AssertionWords.With(span.Assertion, words[0] == "Negation" ? "negated" : words[0]) is { } assertion
                    ? span with
                    {
                        Assertion = assertion,
                    }
                    : DocumentBuilder.WithAttribute(span, words[0], words.Length == 2 ? "true" : string.Join(' ', words[2..]))
        );
    }

    private void ReadRelation(string[] words)
    {
        if (words.Length < 3 || Argument(words[1]) is not { } from || Argument(words[2]) is not { } to)
        {
            tally.Add("relation of what is no span dropped");
            return;
        }
        tally.Add("further argument of a relation dropped", words.Length - 3);
        if (!words[1].StartsWith("Arg1:", StringComparison.Ordinal) || !words[2].StartsWith("Arg2:", StringComparison.Ordinal))
            tally.Add("role names of a relation dropped");
        _document.Relate(from, to, words[0]);
    }

    private void ReadEquivalence(string[] words)
    {
        for (var i = 2; i < words.Length; i++)
        {
            if (Mention(words[1]) is { } first && Mention(words[i]) is { } other)
                _document.Relate(first, other, words[0]);
        }
        tally.Add("equivalence kept as relations");
    }

    private void ReadEvent(string id, string[] words)
    {
        tally.Add("event kept as its trigger and relations");
        if (Mention(id) is not { } trigger)
            return;
        foreach (var word in words.Skip(1))
        {
            if (Argument(word) is { } argument)
                _document.Relate(trigger, argument, word[..word.IndexOf(':', StringComparison.Ordinal)]);
            else
                tally.Add("argument of an event dropped");
        }
    }

    private void ReadNote(string[] words, string note)
    {
        if (words.Length >= 2 && Mention(words[1]) is { } mention)
            _document.SetAttribute(mention, words[0], note);
        else
            tally.Add("note of what is no span dropped");
    }

    /// <summary>Of <c>Theme:T1</c> the mention.</summary>
    private string? Argument(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? Mention(word[(colon + 1)..]) : null;
    }
}
