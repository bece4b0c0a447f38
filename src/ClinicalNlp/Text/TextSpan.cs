namespace ClinicalNlp.Text;

/// <summary>A half-open range [<see cref="Start"/>, <see cref="End"/>) of UTF-16 code units of one immutable original text.</summary>
/// <remarks>Every other unit is converted at the border by <see cref="OffsetMap"/>; inside the code there is only this one.</remarks>
public readonly record struct TextSpan : IComparable<TextSpan>
{
    /// <exception cref="ArgumentOutOfRangeException">The start is negative or the end lies before the start.</exception>
    public TextSpan(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        Start = start;
        End = end;
    }

    /// <summary>First UTF-16 code unit, inclusive.</summary>
    public int Start { get; }

    /// <summary>Last UTF-16 code unit, exclusive.</summary>
    public int End { get; }

    public int Length => End - Start;

    public bool IsEmpty => End == Start;

    public bool Overlaps(TextSpan other) => Start < other.End && other.Start < End;

    public bool Contains(TextSpan other) => Start <= other.Start && other.End <= End;

    /// <summary>The surface text.</summary>
    public string Of(string text) => text[Start..End];

    public ReadOnlySpan<char> Slice(ReadOnlySpan<char> text) => text[Start..End];

    public TextSpan Shift(int by) => new(Start + by, End + by);

    public int CompareTo(TextSpan other) => Start != other.Start ? Start.CompareTo(other.Start) : End.CompareTo(other.End);

    public override string ToString() => $"[{Start},{End})";
}
