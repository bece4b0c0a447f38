using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Text;
using ClinicalNlp.Vectors;

namespace ClinicalNlp.Training.Entities;

/// <summary>Tokens of one window with what is known of their tags.</summary>
/// <param name="Words">Index of each token's word in the <see cref="Vocabulary"/>.</param>
/// <param name="Columns">[tokens, <see cref="EntityResources.ColumnsWidth"/>].</param>
/// <param name="Groups">Each token's group, from 0; see <see cref="WordGroups"/>.</param>
/// <param name="Shares">1 / the size of each token's group.</param>
/// <param name="Guideline">Index in <see cref="EntitySettings.Guidelines"/>; -1 is our own.</param>
/// <param name="Tags">The tag of each token; -1 where only the coverage is known.</param>
/// <param name="Allowed">[tokens, tags]; empty when every tag is known.</param>
internal sealed record EntityExample(
    int[] Words,
    float[] Columns,
    int[] Groups,
    float[] Shares,
    int[] Tags,
    bool[] Allowed,
    int Guideline = -1
)
{
    /// <summary>Whether a token is hidden from the network, which then has to say what it was; empty: none is.</summary>
    public bool[] Masked { get; init; } = [];

    /// <summary>What teachers say of the tags, in place of <paramref name="Tags"/>; null: the tags are gold.</summary>
    public TaughtScores? Taught { get; init; }

    public int Length => Words.Length;
}

/// <summary>A teacher's chain over a window: a probability for every path of tags.</summary>
/// <param name="Emissions">[tokens, tags].</param>
internal sealed record TaughtScores(float[] Emissions, LinearChain Chain);

/// <summary>The distinct words of the training documents: how often each occurs, and its table rows, hashed once.</summary>
internal sealed class Vocabulary(SubwordVectors? vectors)
{
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private readonly List<int> cases = [];
    private readonly List<int> counts = [];
    private readonly List<int[]> rows = [];
    private readonly List<float[]> wordVectors = [];
    private readonly List<float> pretrainingFrequencies = [];
    private readonly Dictionary<string, int> anyCase = new(StringComparer.OrdinalIgnoreCase);

    public int Count => rows.Count;

    public int Add(ReadOnlySpan<char> word)
    {
        var lookup = indices.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(word, out int index))
        {
            index = rows.Count;
            lookup[word] = index;
            int[] features = new int[WordFeatures.Slots];
            WordFeatures.Fill(word, features);
            rows.Add(features);
            float[] vector = new float[vectors?.Width ?? 0];
            vectors?.Fill(word, vector);
            wordVectors.Add(vector);
            pretrainingFrequencies.Add(vectors?.Frequency(word) ?? 0);
            var sameWord = anyCase.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!sameWord.TryGetValue(word, out int number))
            {
                number = sameWord[word] = counts.Count;
                counts.Add(0);
            }
            cases.Add(number);
        }
        counts[cases[index]]++;
        return index;
    }

    public int[] Rows(int word) => rows[word];

    /// <summary>The pretrained vector; empty without any.</summary>
    public ReadOnlySpan<float> Vector(int word) => wordVectors[word];

    /// <summary>Share of the text that the vectors were learnt from; 0 when it was not in it.</summary>
    public float PretrainingFrequency(int word) => pretrainingFrequencies[word];

    /// <summary>How often a word was seen so far, in any case: word rows are shared by all cases.</summary>
    public int Frequency(int word) => counts[cases[word]];
}

/// <summary>Annotated documents to training windows: mentions become tags, uncovered labels become sets of possible tags.</summary>
internal sealed class ExampleBuilder(TagScheme scheme, EntitySettings settings, EntityResources resources, Vocabulary vocabulary)
{
    private readonly Dictionary<string, int> labels = scheme.Labels.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => p.i);

    /// <summary>Mentions that could not be learnt because they cut a token.</summary>
    public int Misaligned { get; private set; }

    /// <param name="guideline">Index in <see cref="EntitySettings.Guidelines"/>; -1 is our own.</param>
    public IEnumerable<EntityExample> Build(AnnotatedDocument document, IReadOnlySet<string>? covers, int guideline = -1)
    {
        TokenizedText text = TokenizedText.Of(document.Text);
        Token[] tokens = text.Tokens;
        int[] tags = new int[tokens.Length];
        bool[] open = new bool[scheme.Count];
        bool partial = false;
        foreach ((string label, int index) in labels)
        {
            if (covers is null || covers.Contains(label))
                continue;
            partial = true;
            open.AsSpan(TagScheme.Begin(index), 4).Fill(true);
        }
        open[TagScheme.Outside] = true;
        Array.Fill(tags, partial ? -1 : TagScheme.Outside);
        foreach (AnnotatedSpan span in WithoutOverlaps(document.Spans))
        {
            if (!labels.TryGetValue(span.Label, out int label))
                continue;
            if (TagScheme.Locate(tokens, span.Span) is { } found)
                TagScheme.Encode(tags, found.First, found.Last, label);
            else
                Misaligned++;
        }
        int width = resources.ColumnsWidth;
        float[] columns = new float[tokens.Length * width];
        DocumentColumns.Fill(text, resources.Terms, columns);
        int[] words = new int[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
            words[i] = vocabulary.Add(text.Word(i));

        foreach (TokenWindow window in text.Windows(settings.Window, 0))
        {
            if (CutsMention(tags, window))
                continue;
            bool[] allowed = [];
            if (partial)
            {
                allowed = new bool[window.Length * scheme.Count];
                for (int t = 0; t < window.Length; t++)
                {
                    Span<bool> row = allowed.AsSpan(t * scheme.Count, scheme.Count);
                    int tag = tags[window.Start + t];
                    if (tag >= 0)
                        row[tag] = true;
                    else
                        open.CopyTo(row);
                }
            }
            float[] groups = new float[window.Length];
            float[] shares = new float[window.Length];
            WordGroups.Fill(text, window, 0, groups, shares);
            yield return new EntityExample(
                words[window.Start..window.End],
                columns[(window.Start * width)..(window.End * width)],
                Array.ConvertAll(groups, group => (int)group),
                shares,
                tags[window.Start..window.End],
                allowed,
                guideline
            );
        }
    }

    /// <summary>Of nested or crossing mentions the longer one is learnt: the tagger gives each token one label.</summary>
    internal static List<AnnotatedSpan> WithoutOverlaps(IEnumerable<AnnotatedSpan> spans)
    {
        List<AnnotatedSpan> kept = [];
        foreach (AnnotatedSpan span in spans.OrderByDescending(span => span.Span.Length).ThenBy(span => span.Span.Start))
        {
            if (!span.Span.IsEmpty && !kept.Exists(other => other.Span.Overlaps(span.Span)))
                kept.Add(span);
        }
        kept.Sort((a, b) => a.Span.CompareTo(b.Span));
        return kept;
    }

    /// <summary>A sentence beyond all bounds was cut inside a mention: there is no valid path to learn.</summary>
    private static bool CutsMention(int[] tags, TokenWindow window) =>
        (tags[window.Start] >= 0 && !TagScheme.MayStart(tags[window.Start]))
        || (tags[window.End - 1] >= 0 && !TagScheme.MayEnd(tags[window.End - 1]));
}
