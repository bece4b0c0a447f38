using ClinicalNlp.Training.Intents;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicalNlp.Tests.Training.Intents;

public sealed class SequencePoolingTests
{
    private const int Width = 4;
    private const int Heads = 2;

    [Fact]
    public void An_utterance_is_pooled_alone_whatever_lies_around_it() =>
        Prop.ForAll<int>(seed =>
            {
                Random random = new(seed);
                Range[] utterances = Ranges(random);
                int rows = utterances[^1].End.Value + 1;
                float[] words = Draw(random, rows * Width);
                float[] scores = Draw(random, rows * Heads);
                float[] pooled = new SequencePooling(words, scores, Width, Heads, utterances).Pooled;
                for (int i = 0; i < utterances.Length; i++)
                {
                    (int first, int count) = utterances[i].GetOffsetAndLength(rows);
                    float[] own = words[(first * Width)..((first + count) * Width)];
                    float[] alone = new SequencePooling(
                        own,
                        scores[(first * Heads)..((first + count) * Heads)],
                        Width,
                        Heads,
                        [0..count]
                    ).Pooled;
                    Assert.Equal(alone, pooled[(i * 2 * Width)..((i + 1) * 2 * Width)]);
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_mean_lies_between_the_words_and_under_the_largest() =>
        Prop.ForAll<int>(seed =>
            {
                Random random = new(seed);
                int count = random.Next(1, 9);
                float[] words = Draw(random, count * Width);
                float[] pooled = new SequencePooling(words, Draw(random, count * Heads), Width, Heads, [0..count]).Pooled;
                float[] even = new SequencePooling(words, new float[count * Heads], Width, Heads, [0..count]).Pooled;
                for (int column = 0; column < Width; column++)
                {
                    float[] values = [.. Enumerable.Range(0, count).Select(row => words[(row * Width) + column])];
                    Assert.InRange(pooled[column], values.Min() - 1e-5f, values.Max() + 1e-5f);
                    Assert.Equal(values.Max(), pooled[Width + column]);
                    Assert.Equal(values.Average(), even[column], 1e-5f);
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_word_with_by_far_the_highest_score_is_the_mean_of_its_head()
    {
        float[] words = [1, 2, 3, 4, 5, 6, 7, 8];
        float[] pooled = new SequencePooling(words, [50, 0, 0, 50], Width, Heads, [0..2]).Pooled;
        Assert.Equal([1, 2, 7, 8, 5, 6, 7, 8], pooled);
    }

    [Fact]
    public void Gradient_equals_finite_differences()
    {
        Random random = new(5);
        Range[] utterances = [0..3, 4..5, 6..10];
        float[] words = Draw(random, 11 * Width);
        float[] scores = Draw(random, 11 * Heads);
        float[] form = Draw(random, utterances.Length * 2 * Width);
        (float[] dWords, float[] dScores) = new SequencePooling(words, scores, Width, Heads, utterances).Gradient(words, form);
        Compare(words, dWords);
        Compare(scores, dScores);

        void Compare(float[] values, float[] gradient)
        {
            for (int i = 0; i < values.Length; i++)
            {
                const float step = 1e-3f;
                float original = values[i];
                values[i] = original + step;
                double above = Loss();
                values[i] = original - step;
                double below = Loss();
                values[i] = original;
                Assert.Equal((above - below) / (2 * step), gradient[i], 3e-3);
            }
        }

        double Loss()
        {
            float[] pooled = new SequencePooling(words, scores, Width, Heads, utterances).Pooled;
            return pooled.Zip(form, (a, b) => (double)a * b).Sum();
        }
    }

    private static Range[] Ranges(Random random)
    {
        Range[] utterances = new Range[random.Next(1, 5)];
        int row = 0;
        for (int i = 0; i < utterances.Length; i++)
        {
            int count = random.Next(1, 7);
            utterances[i] = row..(row + count);
            row += count + 1;
        }
        return utterances;
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
