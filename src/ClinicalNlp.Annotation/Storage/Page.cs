namespace ClinicalNlp.Annotation.Storage;

/// <summary>Part of a list in the order of creation.</summary>
/// <param name="Next">Passed as <c>after</c> it gives the following part; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Bounds one answer; a caller that asks for more gets this many.</summary>
    public const int MaximumLimit = 1000;

    /// <param name="rows">One row more than the limit, when there are that many.</param>
    internal static Page<T> Of(IReadOnlyList<T> rows, int limit, Func<T, string> cursor) =>
        rows.Count <= limit ? new Page<T>(rows, null) : new Page<T>([.. rows.Take(limit)], cursor(rows[limit - 1]));

    internal static int Bound(int limit) => Math.Clamp(limit, 1, MaximumLimit);
}
