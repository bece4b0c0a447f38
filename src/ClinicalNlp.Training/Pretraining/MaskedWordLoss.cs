using System.Numerics.Tensors;
using ClinicalNlp.Training.Entities;
using ClinicalNlp.Training.Graph;

namespace ClinicalNlp.Training.Pretraining;

/// <summary>
/// The predicted vector of a masked word must be nearer to that word's than to those of the batch's other masked words: cross-entropy
/// over cosines (InfoNCE, van den Oord et al. 2018).
/// </summary>
/// <remarks>A softmax over the vocabulary would cost more than the network.</remarks>
internal sealed class MaskedWordLoss(Vocabulary vocabulary) : ISequenceLoss
{
    /// <summary>Cosines are divided by this before the softmax.</summary>
    private const float Temperature = 0.1f;

    public double Add(List<EntityExample> examples, ReadOnlySpan<float> outputs, Span<float> gradient)
    {
        gradient.Clear();
        List<(int Row, int Word)> masked = [];
        int row = 0;
        foreach (EntityExample example in examples)
        {
            for (int t = 0; t < example.Masked.Length; t++)
            {
                if (example.Masked[t])
                    masked.Add((row + t, example.Words[t]));
            }
            row += example.Length + 1;
        }
        if (masked.Count < 2)
            return 0;
        int width = outputs.Length / row;
        // The same word twice is one candidate.
        int[] candidates = [.. masked.Select(entry => entry.Word).Distinct()];
        Dictionary<int, int> places = candidates.Select((word, place) => (word, place)).ToDictionary(pair => pair.word, pair => pair.place);
        float[] vectors = new float[candidates.Length * width];
        for (int c = 0; c < candidates.Length; c++)
        {
            Span<float> unit = vectors.AsSpan(c * width, width);
            vocabulary.Vector(candidates[c]).CopyTo(unit);
            TensorPrimitives.Divide(unit, MathF.Max(TensorPrimitives.Norm<float>(unit), 1e-6f), unit);
        }
        double total = 0;
        float[] scores = new float[candidates.Length];
        float[] unitOutput = new float[width];
        float[] change = new float[width];
        foreach ((int at, int word) in masked)
        {
            ReadOnlySpan<float> output = outputs.Slice(at * width, width);
            float norm = MathF.Max(TensorPrimitives.Norm(output), 1e-6f);
            TensorPrimitives.Divide(output, norm, unitOutput);
            for (int c = 0; c < scores.Length; c++)
                scores[c] = TensorPrimitives.Dot<float>(unitOutput, vectors.AsSpan(c * width, width)) / Temperature;
            TensorPrimitives.SoftMax(scores, scores);
            int truth = places[word];
            total -= Math.Log(Math.Max(scores[truth], 1e-12));
            scores[truth] -= 1;
            Array.Clear(change);
            for (int c = 0; c < scores.Length; c++)
                TensorPrimitives.MultiplyAdd(vectors.AsSpan(c * width, width), scores[c] / Temperature, change, change);
            // Through the division by the norm only what is at right angles to the output passes.
            float along = TensorPrimitives.Dot<float>(change, unitOutput);
            Span<float> into = gradient.Slice(at * width, width);
            TensorPrimitives.MultiplyAdd(unitOutput, -along, change, into);
            TensorPrimitives.Divide(into, norm, into);
        }
        return total;
    }

    public void Finish(GradientSum sum) { }
}
