using ClinicalNlp.Text;

namespace ClinicalNlp.Annotation.Documents;

/// <summary>Where a mention stands: in one piece, or in several with words between them that are not part of it.</summary>
/// <remarks>Two places are equal when all their pieces are. Offsets are UTF-16 code units of the document's text.</remarks>
public sealed class MentionPlace : IEquatable<MentionPlace>
{
    /// <param name="span">From the first piece to the last.</param>
    /// <param name="fragments">The pieces in text order, at least two and apart from each other; null for one piece.</param>
    public MentionPlace(TextSpan span, IReadOnlyList<TextSpan>? fragments = null)
    {
        Span = span;
        Fragments = fragments is { Count: > 1 } ? fragments : null;
    }

    public TextSpan Span { get; }

    /// <summary>Null for the usual mention in one piece.</summary>
    public IReadOnlyList<TextSpan>? Fragments { get; }

    public IReadOnlyList<TextSpan> Pieces => Fragments ?? [Span];

    public static implicit operator MentionPlace(TextSpan span) => new(span);

    /// <param name="pieces">Not empty, in text order, without overlap. Pieces that touch become one.</param>
    public static MentionPlace Of(IReadOnlyList<TextSpan> pieces)
    {
        var joined = new List<TextSpan>(pieces.Count);
        foreach (var piece in pieces)
        {
            if (joined.Count > 0 && joined[^1].End == piece.Start)
            {
                joined[^1] = new TextSpan(joined[^1].Start, piece.End);
            }
            else
            {
                joined.Add(piece);
            }
        }

        return new MentionPlace(new TextSpan(joined[0].Start, joined[^1].End), joined);
    }

    /// <summary>Whether a piece of it overlaps; what lies in a gap does not.</summary>
    public bool Overlaps(TextSpan span) => Span.Overlaps(span) && (Fragments is null || Fragments.Any(piece => piece.Overlaps(span)));

    /// <summary>The words of all pieces, with a space between pieces.</summary>
    public string Of(string text) => string.Join(' ', Pieces.Select(piece => piece.Of(text)));

    public bool Equals(MentionPlace? other) =>
        other is not null && Span == other.Span && (Fragments ?? []).SequenceEqual(other.Fragments ?? []);

    public override bool Equals(object? obj) => Equals(obj as MentionPlace);

    public override int GetHashCode() => HashCode.Combine(Span, Fragments?.Count);

    public override string ToString() => string.Concat(Pieces);
}
