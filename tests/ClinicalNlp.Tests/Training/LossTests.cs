using ClinicalNlp.Training.Losses;

namespace ClinicalNlp.Tests.Training;

public sealed class LossTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public void Cross_entropy_gradient_equals_finite_differences(float smoothing)
    {
        float[] scores = [0.3f, -1f, 2f, 0f, 0.5f, -0.2f, 1f, 1f, 1f];
        int[] targets = [2, -1, 0];
        float[] weights = [1f, 1f, 0.5f];
        float[] gradient = new float[9];
        SoftmaxCrossEntropy.Loss(scores, targets, 3, gradient, smoothing, weights);
        for (int i = 0; i < scores.Length; i++)
        {
            float original = scores[i];
            scores[i] = original + 1e-2f;
            double above = SoftmaxCrossEntropy.Loss(scores, targets, 3, new float[9], smoothing, weights);
            scores[i] = original - 1e-2f;
            double below = SoftmaxCrossEntropy.Loss(scores, targets, 3, new float[9], smoothing, weights);
            scores[i] = original;
            Assert.Equal((above - below) / 2e-2, gradient[i], 1e-3);
        }
    }
}
