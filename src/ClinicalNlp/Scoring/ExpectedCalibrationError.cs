namespace ClinicalNlp.Scoring;

/// <summary>How far confidences lie from how often they are right, over fifteen equal bins of confidence (Guo et al. 2017).</summary>
/// <remarks>Never 0 on a sample, however good the confidences are: compare it with <see cref="ByChance"/>.</remarks>
public sealed class ExpectedCalibrationError
{
    private const int Bins = 15;

    private readonly Bin[] bins = new Bin[Bins];

    /// <summary>In [0, 1]; 0 when nothing was added.</summary>
    public double Result => Mean(bin => Math.Abs(bin.Confidence - bin.Right));

    /// <summary>
    /// What <see cref="Result"/> would be on average if everything were right exactly as often as its confidence says, in [0, 1]: the part of it that
    /// is only the sample's size (consistency resampling, Vaicenavicius et al. 2019, here in closed form).
    /// </summary>
    /// <remarks>
    /// The number that are right in a bin is taken as normally distributed about the sum of its confidences, whose mean absolute deviation is
    /// √(2/π) of the standard deviation; a bin of one or two comes out up to a fifth too low.
    /// </remarks>
    public double ByChance => Mean(bin => Math.Sqrt(2 / Math.PI * bin.Variance));

    /// <param name="confidence">In [0, 1].</param>
    public void Add(double confidence, bool right)
    {
        ref Bin bin = ref bins[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)];
        bin = new Bin(
            bin.Count + 1,
            bin.Right + (right ? 1 : 0),
            bin.Confidence + confidence,
            bin.Variance + (confidence * (1 - confidence))
        );
    }

    private double Mean(Func<Bin, double> distance)
    {
        int all = bins.Sum(bin => bin.Count);
        return all == 0 ? 0 : bins.Sum(distance) / all;
    }

    /// <param name="Confidence">Their sum.</param>
    /// <param name="Variance">Of how many are right, if each is right as often as it says.</param>
    private readonly record struct Bin(int Count, int Right, double Confidence, double Variance);
}
