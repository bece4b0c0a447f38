using System.Numerics.Tensors;

namespace ClinicalNlp.Training.Intents;

/// <summary>
/// Words' columns to one row an utterance: [rows, width] → [utterances, 2 width]. The first half is a mean whose weights are a softmax of the
/// words' scores over the utterance (Yang et al. 2016), each head weighing its share of the columns; the second is each column's largest value.
/// </summary>
/// <remarks>Utterances differ in length, which costs a graph its padding: here the forward pass and its gradient are plain loops.</remarks>
internal sealed class SequencePooling
{
    private readonly int width;
    private readonly int heads;
    private readonly IReadOnlyList<Range> utterances;

    /// <summary>The weight of each row for each head, [rows, heads].</summary>
    private readonly float[] shares;

    /// <summary>The row that has the largest value, [utterances, width].</summary>
    private readonly int[] winners;

    /// <param name="words">[rows, <paramref name="width"/>].</param>
    /// <param name="scores">[rows, <paramref name="heads"/>].</param>
    /// <param name="utterances">The rows of each, at least one.</param>
    public SequencePooling(ReadOnlySpan<float> words, ReadOnlySpan<float> scores, int width, int heads, IReadOnlyList<Range> utterances)
    {
        this.width = width;
        this.heads = heads;
        this.utterances = utterances;
        shares = new float[scores.Length];
        winners = new int[utterances.Count * width];
        Pooled = new float[utterances.Count * 2 * width];
        for (int i = 0; i < utterances.Count; i++)
        {
            (int first, int count) = utterances[i].GetOffsetAndLength(words.Length / width);
            Span<float> pooled = Pooled.AsSpan(i * 2 * width, 2 * width);
            Weigh(scores, first, count);
            for (int row = first; row < first + count; row++)
            {
                ReadOnlySpan<float> word = words.Slice(row * width, width);
                for (int head = 0; head < heads; head++)
                    TensorPrimitives.MultiplyAdd(Share(word, head), shares[(row * heads) + head], Share(pooled, head), Share(pooled, head));
            }
            FindLargest(words, first, count, pooled[width..], winners.AsSpan(i * width, width));
        }
    }

    /// <summary>[utterances, 2 width].</summary>
    public float[] Pooled { get; }

    /// <summary>d loss / d words and d loss / d scores from d loss / d <see cref="Pooled"/>.</summary>
    public (float[] Words, float[] Scores) Gradient(ReadOnlySpan<float> words, ReadOnlySpan<float> pooledGradients)
    {
        float[] wordGradients = new float[words.Length];
        float[] scoreGradients = new float[shares.Length];
        for (int i = 0; i < utterances.Count; i++)
        {
            (int first, int count) = utterances[i].GetOffsetAndLength(words.Length / width);
            ReadOnlySpan<float> mean = pooledGradients.Slice(i * 2 * width, width);
            ReadOnlySpan<float> largest = pooledGradients.Slice(((i * 2) + 1) * width, width);
            for (int head = 0; head < heads; head++)
            {
                float expected = 0;
                for (int row = first; row < first + count; row++)
                {
                    int at = (row * heads) + head;
                    Span<float> target = Share(wordGradients.AsSpan(row * width, width), head);
                    TensorPrimitives.Multiply(Share(mean, head), shares[at], target);
                    scoreGradients[at] = TensorPrimitives.Dot(Share(words.Slice(row * width, width), head), Share(mean, head));
                    expected += shares[at] * scoreGradients[at];
                }
                for (int row = first; row < first + count; row++)
                {
                    int at = (row * heads) + head;
                    scoreGradients[at] = shares[at] * (scoreGradients[at] - expected);
                }
            }
            for (int column = 0; column < width; column++)
                wordGradients[(winners[(i * width) + column] * width) + column] += largest[column];
        }
        return (wordGradients, scoreGradients);
    }

    /// <summary>The softmax of each head's scores over the rows of an utterance.</summary>
    private void Weigh(ReadOnlySpan<float> scores, int first, int count)
    {
        for (int head = 0; head < heads; head++)
        {
            float highest = float.NegativeInfinity;
            for (int row = first; row < first + count; row++)
                highest = Math.Max(highest, scores[(row * heads) + head]);
            float sum = 0;
            for (int row = first; row < first + count; row++)
                sum += shares[(row * heads) + head] = MathF.Exp(scores[(row * heads) + head] - highest);
            for (int row = first; row < first + count; row++)
                shares[(row * heads) + head] /= sum;
        }
    }

    private void FindLargest(ReadOnlySpan<float> words, int first, int count, Span<float> largest, Span<int> rows)
    {
        largest.Fill(float.NegativeInfinity);
        for (int row = first; row < first + count; row++)
        {
            for (int column = 0; column < width; column++)
            {
                float value = words[(row * width) + column];
                if (value > largest[column])
                {
                    largest[column] = value;
                    rows[column] = row;
                }
            }
        }
    }

    private Span<float> Share(Span<float> columns, int head) => columns.Slice(head * (width / heads), width / heads);

    private ReadOnlySpan<float> Share(ReadOnlySpan<float> columns, int head) => columns.Slice(head * (width / heads), width / heads);
}
