using System.Text;
using ClinicalNlp.Corpora;
using ClinicalNlp.Entities;
using ClinicalNlp.Segmentation;
using ClinicalNlp.Text;

namespace ClinicalNlp.Benchmarks.Peers;

/// <summary>OpenNLP's name samples: a sentence a line, tokens with a space between, a blank line between documents.</summary>
/// <remarks>
/// <code>
/// The patient took &lt;START:MEDICATION&gt; aspirin &lt;END&gt; daily .
/// </code>
/// Sentences and tokens are ours, so that both systems work on the same ones. A mention that crosses a sentence, or that another, longer one
/// overlaps, cannot be said and is left out of training; the score counts it all the same.
/// </remarks>
internal static class OpenNlpFormat
{
    private const string Start = "<START:";
    private const string End = "<END>";

    /// <param name="gold">False leaves the mentions out: what is to be predicted.</param>
    public static void Write(IEnumerable<AnnotatedDocument> documents, TextWriter output, bool gold)
    {
        foreach (AnnotatedDocument document in documents)
        {
            foreach (Token[] sentence in Sentences(document.Text))
                output.Write(Line(document, sentence, gold) + "\n");
            output.Write('\n');
        }
    }

    /// <summary>The mentions in what OpenNLP answered to the same documents.</summary>
    /// <param name="lines">Its output; blank lines and the order of sentences are as written.</param>
    /// <exception cref="InvalidDataException">The tokens are not those of the documents.</exception>
    public static IReadOnlyList<IReadOnlyList<Mention>> Read(IReadOnlyList<AnnotatedDocument> documents, IEnumerable<string> lines)
    {
        using IEnumerator<string> answers = lines.Where(line => line.Length > 0).GetEnumerator();
        List<IReadOnlyList<Mention>> all = [];
        foreach (AnnotatedDocument document in documents)
        {
            List<Mention> mentions = [];
            foreach (Token[] sentence in Sentences(document.Text))
            {
                if (!answers.MoveNext())
                    throw new InvalidDataException("The answer has fewer sentences than the question.");
                mentions.AddRange(Mentions(answers.Current, sentence));
            }
            all.Add(mentions);
        }
        return all;
    }

    private static IEnumerable<Token[]> Sentences(string text)
    {
        Token[] tokens = Tokenizer.Tokenize(text);
        int next = 0;
        foreach (TextSpan sentence in SentenceSplitter.Split(text, tokens))
        {
            int first = next;
            while (next < tokens.Length && tokens[next].Span.End <= sentence.End)
                next++;
            if (next > first)
                yield return tokens[first..next];
        }
    }

    private static string Line(AnnotatedDocument document, Token[] sentence, bool gold)
    {
        // By the token where it starts: label and the token after its last.
        Dictionary<int, (string Label, int After)> names = gold ? Names(document, sentence) : [];
        StringBuilder line = new();
        int? after = null;
        for (int t = 0; t < sentence.Length; t++)
        {
            if (names.TryGetValue(t, out (string Label, int After) name))
            {
                line.Append(Start).Append(name.Label).Append("> ");
                after = name.After;
            }
            line.Append(sentence[t].Span.Of(document.Text));
            if (t + 1 == after)
                line.Append(' ').Append(End);
            if (t + 1 < sentence.Length)
                line.Append(' ');
        }
        return line.ToString();
    }

    private static Dictionary<int, (string Label, int After)> Names(AnnotatedDocument document, Token[] sentence)
    {
        Dictionary<int, (string Label, int After)> names = [];
        bool[] taken = new bool[sentence.Length];
        foreach (AnnotatedSpan span in document.Spans.OrderByDescending(span => span.Span.Length).ThenBy(span => span.Span.Start))
        {
            if (span.Span.IsEmpty || span.Span.Start < sentence[0].Span.Start || span.Span.End > sentence[^1].Span.End)
                continue;
            int first = Array.FindIndex(sentence, token => token.Span.End > span.Span.Start);
            int after = Array.FindLastIndex(sentence, token => token.Span.Start < span.Span.End) + 1;
            if (after <= first || Array.IndexOf(taken, true, first, after - first) >= 0)
                continue;
            Array.Fill(taken, true, first, after - first);
            names[first] = (span.Label, after);
        }
        return names;
    }

    private static IEnumerable<Mention> Mentions(string line, Token[] sentence)
    {
        int next = 0;
        int first = 0;
        string? label = null;
        foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith(Start, StringComparison.Ordinal) && word.EndsWith('>'))
                (first, label) = (next, word[Start.Length..^1]);
            else if (word == End && label is not null)
            {
                yield return new Mention(new TextSpan(sentence[first].Span.Start, sentence[next - 1].Span.End), label, 1);
                label = null;
            }
            else
                next++;
        }
        if (next != sentence.Length)
            throw new InvalidDataException($"A sentence of {sentence.Length} tokens was answered with {next}.");
    }
}
