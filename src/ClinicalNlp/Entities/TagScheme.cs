using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>
/// The BILOU tags of a list of labels: O is 0 and label k has Begin, Inside, Last and Unit from 1 + 4k on. Labels added at the end
/// leave the earlier tags where they were, which is what extending a trained model needs.
/// </summary>
internal sealed class TagScheme(IReadOnlyList<string> labels)
{
    public const int Outside = 0;

    public IReadOnlyList<string> Labels { get; } = labels;

    public int Count { get; } = 1 + (4 * labels.Count);

    public static int Begin(int label) => 1 + (4 * label);

    public static int Inside(int label) => 2 + (4 * label);

    public static int Last(int label) => 3 + (4 * label);

    public static int Unit(int label) => 4 + (4 * label);

    /// <summary>The label of a tag; -1 for O.</summary>
    public static int LabelOf(int tag) => tag == Outside ? -1 : (tag - 1) / 4;

    public static bool MayStart(int tag) => tag == Outside || Part(tag) is 0 or 3;

    public static bool MayEnd(int tag) => tag == Outside || Part(tag) is 2 or 3;

    public static bool MayFollow(int before, int after)
    {
        if (MayEnd(before))
            return MayStart(after);
        return LabelOf(before) == LabelOf(after) && Part(after) is 1 or 2;
    }

    /// <summary>Writes the tags of one mention over tokens [first, last].</summary>
    public static void Encode(Span<int> tags, int first, int last, int label)
    {
        if (first == last)
        {
            tags[first] = Unit(label);
            return;
        }
        tags[first] = Begin(label);
        tags[(first + 1)..last].Fill(Inside(label));
        tags[last] = Last(label);
    }

    /// <summary>The mentions of a valid tag sequence, as token ranges [first, last].</summary>
    public static IEnumerable<(int First, int Last, int Label)> Decode(IReadOnlyList<int> tags)
    {
        int first = 0;
        for (int i = 0; i < tags.Count; i++)
        {
            if (tags[i] == Outside)
                continue;
            int part = Part(tags[i]);
            if (part is 0 or 3)
                first = i;
            if (part is 2 or 3)
                yield return (first, i, LabelOf(tags[i]));
        }
    }

    /// <summary>The tokens that a span covers, or null when it cuts a token or covers none.</summary>
    public static (int First, int Last)? Locate(ReadOnlySpan<Token> tokens, TextSpan span)
    {
        int first = LowerBound(tokens, span.Start);
        int last = first;
        while (last < tokens.Length && tokens[last].Span.Start < span.End)
            last++;
        last--;
        if (last < first || tokens[first].Span.Start != span.Start || tokens[last].Span.End != span.End)
            return null;
        return (first, last);
    }

    /// <summary>Index of the first token that starts at or after an offset.</summary>
    public static int LowerBound(ReadOnlySpan<Token> tokens, int start)
    {
        int low = 0;
        int high = tokens.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (tokens[middle].Span.Start < start)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>0 Begin, 1 Inside, 2 Last, 3 Unit.</summary>
    private static int Part(int tag) => (tag - 1) & 3;
}
