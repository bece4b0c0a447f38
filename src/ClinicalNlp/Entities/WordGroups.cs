using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>Which tokens of a window are the same word: what one occurrence shows of its meaning helps with the others.</summary>
internal static class WordGroups
{
    /// <summary>
    /// Numbers the groups of a window from <paramref name="first"/> on. Words are the same whatever their case; tokens without a letter
    /// are alone.
    /// </summary>
    /// <param name="groups">Receives each token's group.</param>
    /// <param name="shares">Receives 1 / the size of each token's group.</param>
    public static void Fill(TokenizedText document, TokenWindow window, int first, Span<float> groups, Span<float> shares)
    {
        Dictionary<string, int> seen = new(window.Length, StringComparer.OrdinalIgnoreCase);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<int> sizes = window.Length <= 1024 ? stackalloc int[window.Length] : new int[window.Length];
        sizes.Clear();
        int count = 0;
        for (int i = 0; i < window.Length; i++)
        {
            ReadOnlySpan<char> word = document.Word(window.Start + i);
            int group = count;
            if (char.IsLetter(word[0]) && !lookup.TryAdd(word, count))
                group = lookup[word];
            if (group == count)
                count++;
            sizes[group]++;
            groups[i] = first + group;
        }
        for (int i = 0; i < window.Length; i++)
            shares[i] = 1f / sizes[(int)groups[i] - first];
    }
}
