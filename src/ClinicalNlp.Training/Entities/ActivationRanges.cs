using System.Numerics.Tensors;
using ClinicalNlp.Corpora;
using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Entities;

/// <summary>
/// How large a network's activations become on real text: with that known, its products can run in bytes (Jacob et al. 2018). Measured once
/// and written into the model, so that no text's scores depend on what is beside it.
/// </summary>
internal static class ActivationRanges
{
    /// <summary>
    /// A second's work, and enough: what convolutions multiply was at most a tenth smaller in 12,500 tokens than in 136,000. Means of pages of
    /// a few words go on growing; they are cut off.
    /// </summary>
    private const int MostTokens = 40_000;

    private const int BatchTokens = 2_000;

    private static readonly EntityHyperparameters InUse = new()
    {
        Dropout = 0,
        InputDropout = 0,
        WordDropout = 0,
        TermsDropout = 0,
    };

    /// <returns>By the name of a weight, the largest size of what it multiplies; empty without any text.</returns>
    public static IReadOnlyDictionary<string, float> Measure(
        EntityNetwork network,
        IReadOnlyList<EntityCorpus> corpora,
        CancellationToken cancellation
    )
    {
        Vocabulary vocabulary = new(network.Resources.Vectors);
        ExampleBuilder builder = new(network.Scheme, network.Settings, network.Resources, vocabulary);
        // Each corpus its share, and guidelines as they are in use: none but ours.
        List<EntityExample> examples =
        [
            .. corpora.SelectMany(corpus =>
                Until(corpus.Documents.SelectMany(document => builder.Build(document, corpus.Covers)), MostTokens / corpora.Count)
            ),
        ];
        Dictionary<string, float> ranges = [];
        using EntityTask task = EntityTask.Tags(network);
        EntityInputs inputs = new(network, vocabulary, InUse, new Noise(0, 0));
        foreach (List<EntityExample> batch in EntityTrainer.Batches(examples, BatchTokens, new Random(0)))
        {
            cancellation.ThrowIfCancellationRequested();
            using TrainableGraph.Pass pass = task.Graph.Forward(inputs.Feeds(batch));
            foreach (string weight in network.HiddenWeights)
            {
                float largest = Math.Abs(TensorPrimitives.MaxMagnitude(pass.Output(task.Graph.Multiplied[weight])));
                ranges[weight] = Math.Max(largest, ranges.GetValueOrDefault(weight));
            }
        }
        return ranges;
    }

    private static IEnumerable<EntityExample> Until(IEnumerable<EntityExample> examples, int tokens)
    {
        foreach (EntityExample example in examples)
        {
            yield return example;
            tokens -= example.Length;
            if (tokens <= 0)
                yield break;
        }
    }
}
