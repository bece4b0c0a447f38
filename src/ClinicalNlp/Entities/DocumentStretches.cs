using System.Runtime.InteropServices;
using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Entities;

/// <summary>
/// A text a stretch at a time, so that a document of any length is worked on in the same memory. Stretches end where a window of the
/// network ends with a sentence, and bring the sentences around them: what is found in them is what would be found in the whole.
/// </summary>
internal sealed class DocumentStretches
{
    /// <summary>
    /// Tokens of a stretch, about 40 ms of work: long enough that the sentences around it cost little, short enough that others get their
    /// turn between two.
    /// </summary>
    public const int DefaultLength = 4096;

    /// <summary>Tokens around the core that its columns may depend on; more than the margin of a window and than any term or definition is long.</summary>
    private const int Context = 64;

    private readonly string text;
    private readonly EntitySettings settings;
    private readonly int length;
    private readonly List<Token> tokens = [];
    private readonly List<TextSpan> sentences = []; // those that have ended, from the first token on
    private readonly SentenceScan scan;
    private int at;
    private int core;
    private bool finished;

    /// <param name="length">Tokens of a stretch, more or less.</param>
    public DocumentStretches(string text, EntitySettings settings, int length = DefaultLength)
    {
        this.text = text;
        this.settings = settings;
        this.length = length;
        scan = new SentenceScan(text);
    }

    /// <summary>Whether the last stretch has been handed out.</summary>
    public bool IsFinished => finished;

    private int Around => Math.Max(Context, settings.Margin + 1);

    /// <summary>The next stretch; null after the last. A text without tokens has one, which is empty.</summary>
    public TokenizedText? Next()
    {
        if (finished)
            return null;
        for (int wanted = core + length; ; wanted += settings.Window)
        {
            if (tokens.Count < wanted)
                at = Tokenizer.Read(text, at, tokens, wanted - tokens.Count);
            finished = at == text.Length;
            scan.Read(tokens, finished, sentences);
            TokenizedText stretch = Stretch(core, scan.First);
            if (finished)
                return stretch;
            // What follows a window may still join it; what stands behind the last sentence that has ended is not known.
            int end = LastCut(stretch);
            if (end < 0)
                continue;
            stretch = Stretch(core, end);
            Drop(end);
            return stretch;
        }
    }

    public IEnumerable<TokenizedText> All()
    {
        while (Next() is { } stretch)
            yield return stretch;
    }

    private TokenizedText Stretch(int from, int to) =>
        new(text, [.. CollectionsMarshal.AsSpan(tokens)[..scan.First]], [.. sentences], from, to);

    /// <summary>Where the last window ends that is closed, ends with a sentence, and has enough behind it; -1 when none does.</summary>
    private int LastCut(TokenizedText stretch)
    {
        List<TokenWindow> windows = stretch.Windows(settings.Window, settings.Margin);
        for (int w = windows.Count - 2; w >= 0; w--)
        {
            int end = windows[w].CoreEnd;
            if (end + Around <= stretch.Tokens.Length && SentenceStartingAt(end) >= 0)
                return end;
        }
        return -1;
    }

    /// <summary>Forgets what the stretch that starts at <paramref name="next"/> does not need.</summary>
    private void Drop(int next)
    {
        int sentence = sentences.Count - 1;
        int needed = tokens[Math.Max(0, next - Around)].Span.Start;
        while (sentence > 0 && sentences[sentence].Start > needed)
            sentence--;
        int count = IndexOf(sentences[sentence].Start);
        sentences.RemoveRange(0, sentence);
        tokens.RemoveRange(0, count);
        scan.Drop(count);
        core = next - count;
    }

    private int SentenceStartingAt(int token) => CollectionsMarshal.AsSpan(sentences).BinarySearch(new StartsAt(tokens[token].Span.Start));

    private int IndexOf(int start) => CollectionsMarshal.AsSpan(tokens).BinarySearch(new StartsAt(start));

    private readonly struct StartsAt(int start) : IComparable<TextSpan>, IComparable<Token>
    {
        private readonly int start = start;

        public int CompareTo(TextSpan other) => start.CompareTo(other.Start);

        public int CompareTo(Token other) => start.CompareTo(other.Span.Start);
    }
}
