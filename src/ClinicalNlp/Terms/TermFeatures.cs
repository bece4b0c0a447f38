namespace ClinicalNlp.Terms;

/// <summary>Dictionary matches as columns: per dictionary whether the token begins, continues, ends or is a term.</summary>
internal static class TermFeatures
{
    private const int Begin = 0;
    private const int Inside = 1;
    private const int End = 2;
    private const int Single = 3;
    private const int ColumnsPerDictionary = 4;

    public static int Width(TermDictionary terms) => terms.Names.Count * ColumnsPerDictionary;

    /// <summary>Sets the columns of <see cref="TermMatcher"/>'s matches in rows that were cleared.</summary>
    /// <param name="columns">[tokens, <paramref name="stride"/>], our columns first in each row.</param>
    public static void Set(List<TermMatch> matches, Span<float> columns, int stride)
    {
        foreach (TermMatch match in matches)
        {
            int column = match.Dictionary * ColumnsPerDictionary;
            if (match.First == match.Last)
            {
                columns[(match.First * stride) + column + Single] = 1;
                continue;
            }
            columns[(match.First * stride) + column + Begin] = 1;
            for (int token = match.First + 1; token < match.Last; token++)
                columns[(token * stride) + column + Inside] = 1;
            columns[(match.Last * stride) + column + End] = 1;
        }
    }
}
