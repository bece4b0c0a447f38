namespace ClinicalNlp.Concepts;

/// <summary>How many letters are added, left out, exchanged or swapped with their neighbour (optimal string alignment).</summary>
public static class EditDistance
{
    private const int Longest = 64;

    /// <summary>The distance, or <paramref name="most"/> + 1 when it is larger or a word is longer than 64.</summary>
    public static int Of(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most || left.Length > Longest || right.Length > Longest)
            return most + 1;
        Span<int> before = stackalloc int[Longest + 1];
        Span<int> last = stackalloc int[Longest + 1];
        Span<int> row = stackalloc int[Longest + 1];
        for (int j = 0; j <= right.Length; j++)
            last[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int cost = left[i - 1] == right[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    distance = Math.Min(distance, before[j - 2] + 1);
                row[j] = distance;
                least = Math.Min(least, distance);
            }
            if (least > most)
                return most + 1;
            // Three rows go round: a swap looks back two.
            Span<int> spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return Math.Min(last[right.Length], most + 1);
    }
}
