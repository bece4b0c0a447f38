using System.Numerics.Tensors;
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

    /// <summary>The row of each word's vector, [words]; in a network with vectors that reads words in their order.</summary>
    public const string SingleVectors = "single.vectors";

    /// <summary>Which of the words stands where, [places]; in a network that reads words in their order.</summary>
    public const string Order = "single.order";
    public const string Output = "scores";

    private readonly OnnxSession session;
    private readonly FeatureVocabulary vocabulary;
    private readonly string[] inputNames;
    private readonly bool singles;
    private readonly bool ordered;
    private readonly bool singleVectors;

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
        if (session.Inputs.Contains(Order))
        {
            ordered = true;
            inputNames = [.. inputNames, Order];
        }
        if (session.Inputs.Contains(SingleVectors))
        {
            singleVectors = true;
            inputNames = [.. inputNames, SingleVectors];
        }
        if (inputNames.Append(Output).Except(session.Inputs.Concat(session.Outputs)).Any())
        {
            session.Dispose();
            throw new InvalidDataException("the network has other inputs and outputs than an intent model");
        }
        this.session = session;
        this.vocabulary = vocabulary;
    }

    /// <summary>One score for each intent.</summary>
    /// <remarks>
    /// One utterance a run. Together they would be filled up to the longest of them, which costs more than a run does, and an answer would
    /// depend in its last digits on whose company it was computed in.
    /// </remarks>
    public float[] Scores(Utterance utterance)
    {
        List<OrtValue> inputs = [];
        try
        {
            foreach (FeatureBag bag in vocabulary.Weigh(utterance.Text, utterance.Before))
            {
                inputs.Add(OnnxSession.Tensor<long>(Wide(bag.Rows), bag.Rows.Length));
                inputs.Add(OnnxSession.Tensor<float>(bag.Weights, 1, bag.Weights.Length));
            }
            if (singles)
            {
                (WordBag[] words, long[] order) = vocabulary.WeighDistinctWords(utterance.Text);
                AddSingles([.. words.Select(word => word.Word)], inputs);
                AddSingles([.. words.Select(word => word.Characters)], inputs);
                if (ordered)
                    inputs.Add(OnnxSession.Tensor<long>(order, order.Length));
                if (singleVectors)
                    inputs.Add(OnnxSession.Tensor<long>(words.Select(word => (long)word.Vector).ToArray(), words.Length));
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

    private static long[] Wide(int[] rows)
    {
        long[] wide = new long[rows.Length];
        TensorPrimitives.ConvertChecked<int, long>(rows, wide);
        return wide;
    }

    /// <summary>Shorter bags are filled up with weights of zero.</summary>
    private static void AddSingles(FeatureBag[] bags, List<OrtValue> inputs)
    {
        int most = Math.Max(1, bags.Max(bag => bag.Rows.Length));
        long[] rows = new long[bags.Length * most];
        float[] weights = new float[rows.Length];
        for (int word = 0; word < bags.Length; word++)
        {
            TensorPrimitives.ConvertChecked<int, long>(bags[word].Rows, rows.AsSpan(word * most));
            bags[word].Weights.CopyTo(weights, word * most);
        }
        inputs.Add(OnnxSession.Tensor<long>(rows, 1, bags.Length, most));
        inputs.Add(OnnxSession.Tensor<float>(weights, 1, bags.Length, 1, most));
    }

    public void Dispose() => session.Dispose();
}
