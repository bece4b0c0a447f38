using ClinicalNlp.Training.Graph;
using ClinicalNlp.Training.Optimisation;

namespace ClinicalNlp.Tests.Training;

public sealed class OptimiserTests
{
    [Fact]
    public void Adam_finds_the_minimum_of_a_parabola()
    {
        Parameter weights = Parameter.Vector("w", 19, 4);
        Adam adam = new([weights], new AdamSettings());
        GradientSum gradient = new([weights]);
        for (int step = 0; step < 2000; step++)
        {
            gradient.Clear();
            gradient.Add(0, [.. weights.Values.Select((w, i) => w - i)]);
            adam.Step(gradient, 0.02f);
        }
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(i, weights.Values[i], 0.05f);
    }

    [Fact]
    public void Sparse_updates_leave_untouched_rows_alone()
    {
        EmbeddingTable table = new("t", 10, 3, new Random(1));
        float[] before = [.. table.Values];
        RowGradients gradient = new(10, 3);
        gradient.Add(4, [1f, 1f, 1f]);
        gradient.Add(4, [1f, -1f, 0f]);
        table.Step(gradient, new AdamSettings(), 1, 0.5f);
        for (int row = 0; row < 10; row++)
        {
            bool same = table.Row(row).SequenceEqual(before.AsSpan(row * 3, 3));
            Assert.Equal(row != 4, same);
        }
        // The summed gradient of the middle column is zero: no step.
        Assert.Equal(before[13], table.Values[13]);
    }

    [Theory]
    [InlineData(Decay.Linear)]
    [InlineData(Decay.Cosine)]
    public void Learning_rate_rises_then_ends_at_zero(Decay decay)
    {
        LearningRate rate = new(0.01, 0.1, decay);
        Assert.True(rate.At(0) > 0);
        Assert.Equal(0.005f, rate.At(0.05), 1e-6f);
        Assert.Equal(0.01f, rate.At(0.1), 1e-6f);
        Assert.Equal(0f, rate.At(1), 1e-6f);
    }

    [Fact]
    public void Noise_repeats_for_a_seed_and_differs_between_streams()
    {
        float[] a = new float[1001];
        float[] b = new float[1001];
        float[] c = new float[1001];
        new Noise(5, 0).DropoutMask(a, 0.2f);
        new Noise(5, 0).DropoutMask(b, 0.2f);
        new Noise(5, 1).DropoutMask(c, 0.2f);
        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
        Assert.InRange(a.Average(), 0.9f, 1.1f);
    }
}
