using ClinicalNlp.Models;
using Microsoft.ML.OnnxRuntime;

namespace ClinicalNlp.Intents;

/// <summary>Texts in, uncalibrated scores out: feature bags in C#, tables and layer in ONNX Runtime. Thread-safe.</summary>
internal sealed class IntentNetworkRun : IDisposable
{
    /// <summary>Graph inputs, by family: row numbers [n], and the weight of each row in each utterance [utterances, n].</summary>
    public static readonly (string Rows, string Weights)[] Inputs =
    [
        ("words.rows", "words.weights"),
        ("grams.rows", "grams.weights"),
        ("meaning.rows", "meaning.weights"),
    ];
    public const string Output = "scores";

    /// <summary>Utterances per run: their bags share one weight matrix, whose zeros grow with the square of this.</summary>
    private const int BatchSize = 8;

    private readonly OnnxSession session;
    private readonly FeatureVocabulary vocabulary;
    private readonly string[] inputNames;

    /// <exception cref="InvalidDataException">The network has other inputs or outputs.</exception>
    public IntentNetworkRun(OnnxSession session, FeatureVocabulary vocabulary)
    {
        inputNames = [.. Inputs.Take(vocabulary.Families).SelectMany(input => new[] { input.Rows, input.Weights })];
        if (inputNames.Append(Output).Except(session.Inputs.Concat(session.Outputs)).Any())
        {
            session.Dispose();
            throw new InvalidDataException("the network has other inputs and outputs than an intent model");
        }
        this.session = session;
        this.vocabulary = vocabulary;
    }

    /// <summary>One row of scores per text.</summary>
    public IEnumerable<float[]> Scores(IReadOnlyList<string> texts, CancellationToken cancellation = default)
    {
        for (int start = 0; start < texts.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, texts.Count - start);
            float[] scores = Run(texts, start, count);
            int width = scores.Length / count;
            for (int i = 0; i < count; i++)
                yield return scores[(i * width)..((i + 1) * width)];
        }
    }

    private float[] Run(IReadOnlyList<string> texts, int start, int count)
    {
        FeatureBag[][] bags = new FeatureBag[count][];
        for (int i = 0; i < count; i++)
            bags[i] = vocabulary.Weigh(texts[start + i]);
        List<OrtValue> inputs = [];
        try
        {
            for (int family = 0; family < vocabulary.Families; family++)
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
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(inputNames, inputs, [Output]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input.Dispose();
        }
    }

    public void Dispose() => session.Dispose();
}
