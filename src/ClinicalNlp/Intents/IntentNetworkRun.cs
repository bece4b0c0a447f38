using ClinicalNlp.Corpora;
using ClinicalNlp.Models;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Intents;

/// <summary>Texts in, uncalibrated scores out: feature bags in C#, tables and layer in ONNX Runtime. Thread-safe.</summary>
internal sealed class IntentNetworkRun : IDisposable
{
    /// <summary>Graph inputs of each <see cref="FeatureFamily"/>: row numbers [n], and the weight of each row in each utterance [utterances, n].</summary>
    public static readonly (string Rows, string Weights)[] Inputs =
    [
        ("words.rows", "words.weights"),
        ("grams.rows", "grams.weights"),
        ("meaning.rows", "meaning.weights"),
        ("context.rows", "context.weights"),
    ];

    /// <summary>Inputs of a network that also looks at words one by one, [utterances, words, rows] and, of weights, [utterances, words, 1, rows].</summary>
    public static readonly (string Rows, string Weights) SingleWords = ("single.words.rows", "single.words.weights");
    public static readonly (string Rows, string Weights) SingleGrams = ("single.grams.rows", "single.grams.weights");
    public const string Output = "scores";

    /// <summary>Utterances per run: their bags share one weight matrix, whose zeros grow with the square of this.</summary>
    internal const int BatchSize = 8;

    private readonly OnnxSession session;
    private readonly FeatureVocabulary vocabulary;
    private readonly string[] inputNames;
    private readonly bool singles;

    /// <exception cref="InvalidDataException">The network has other inputs or outputs.</exception>
    public IntentNetworkRun(OnnxSession session, FeatureVocabulary vocabulary)
    {
        inputNames =
        [
            .. vocabulary.Families.Select(family => Inputs[(int)family]).SelectMany(input => new[] { input.Rows, input.Weights }),
        ];
        if (session.Inputs.Contains(SingleWords.Rows))
        {
            singles = true;
            inputNames = [.. inputNames, SingleWords.Rows, SingleWords.Weights, SingleGrams.Rows, SingleGrams.Weights];
        }
        if (inputNames.Append(Output).Except(session.Inputs.Concat(session.Outputs)).Any())
        {
            session.Dispose();
            throw new InvalidDataException("the network has other inputs and outputs than an intent model");
        }
        this.session = session;
        this.vocabulary = vocabulary;
    }

    /// <summary>One row of scores per utterance.</summary>
    public IEnumerable<float[]> Scores(IReadOnlyList<Utterance> utterances, CancellationToken cancellation = default)
    {
        for (int start = 0; start < utterances.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, utterances.Count - start);
            float[] scores = Run(utterances, start, count);
            int width = scores.Length / count;
            for (int i = 0; i < count; i++)
                yield return scores[(i * width)..((i + 1) * width)];
        }
    }

    private float[] Run(IReadOnlyList<Utterance> utterances, int start, int count)
    {
        FeatureBag[][] bags = new FeatureBag[count][];
        for (int i = 0; i < count; i++)
            bags[i] = vocabulary.Weigh(utterances[start + i].Text, utterances[start + i].Before);
        List<OrtValue> inputs = [];
        try
        {
            for (int family = 0; family < vocabulary.Families.Count; family++)
            {
                int total = bags.Sum(bag => bag[family].Rows.Length);
                long[] rows = new long[total];
                float[] weights = new float[count * total];
                int at = 0;
                for (int i = 0; i < count; i++)
                {
                    FeatureBag bag = bags[i][family];
                    for (int j = 0; j < bag.Rows.Length; j++, at++)
                    {
                        rows[at] = bag.Rows[j];
                        weights[(i * total) + at] = bag.Weights[j];
                    }
                }
                inputs.Add(OnnxSession.Tensor<long>(rows, total));
                inputs.Add(OnnxSession.Tensor<float>(weights, count, total));
            }
            if (singles)
            {
                WordBag[][] words = [.. Enumerable.Range(start, count).Select(i => vocabulary.WeighWords(utterances[i].Text))];
                AddSingles(words, word => word.Word, inputs);
                AddSingles(words, word => word.Characters, inputs);
            }
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(inputNames, inputs, [Output]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input.Dispose();
        }
    }

    /// <summary>Shorter utterances repeat their last word, which no maximum notices; shorter bags are filled up with weights of zero.</summary>
    private static void AddSingles(WordBag[][] words, Func<WordBag, FeatureBag> part, List<OrtValue> inputs)
    {
        int longest = words.Max(utterance => utterance.Length);
        int most = Math.Max(1, words.Max(utterance => utterance.Max(word => part(word).Rows.Length)));
        long[] rows = new long[words.Length * longest * most];
        float[] weights = new float[rows.Length];
        for (int i = 0; i < words.Length; i++)
        {
            for (int position = 0; position < longest; position++)
            {
                FeatureBag bag = part(words[i][Math.Min(position, words[i].Length - 1)]);
                int at = ((i * longest) + position) * most;
                for (int j = 0; j < bag.Rows.Length; j++)
                    rows[at + j] = bag.Rows[j];
                bag.Weights.CopyTo(weights, at);
            }
        }
        inputs.Add(OnnxSession.Tensor<long>(rows, words.Length, longest, most));
        inputs.Add(OnnxSession.Tensor<float>(weights, words.Length, longest, 1, most));
    }

    public void Dispose() => session.Dispose();
}
