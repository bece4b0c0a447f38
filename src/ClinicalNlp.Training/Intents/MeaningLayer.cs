using System.Numerics.Tensors;
using ClinicalNlp.Training.Graph.Layers;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Training.Intents;

/// <summary>Word vectors, summed by their weights and lifted by a trained layer. The vectors themselves stay: a few utterances would only bend the words they have.</summary>
internal sealed record MeaningLayer(EmbeddingTable Vectors, Linear Lift)
{
    public const string Name = "meaning";

    /// <summary>Row 0, the bias, is zero: the layer has its own.</summary>
    public static MeaningLayer Create(WordVectors vectors, int width, Random random)
    {
        float[] rows = new float[(vectors.Words.Length + 1) * vectors.Width];
        for (int word = 0; word < vectors.Words.Length; word++)
        {
            ReadOnlySpan<float> vector = vectors.Values.AsSpan(word * vectors.Width, vectors.Width);
            // Unit length: the length of a skip-gram vector tells a word's frequency, which its weight tells already.
            float length = MathF.Max(TensorPrimitives.Norm(vector), 1e-6f);
            TensorPrimitives.Divide(vector, length, rows.AsSpan((word + 1) * vectors.Width, vectors.Width));
        }
        return new MeaningLayer(
            new EmbeddingTable(Name, vectors.Words.Length + 1, vectors.Width, rows),
            new Linear(Name, vectors.Width, width, random)
        );
    }
}
