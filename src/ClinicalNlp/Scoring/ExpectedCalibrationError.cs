namespace ClinicalNlp.Scoring;

/// <summary>How far confidences lie from how often they are right, over fifteen equal bins of confidence (Guo et al. 2017).</summary>
/// <remarks>Never 0 on a sample, however good the confidences: of 300 mentions that are right exactly as often as said, it is about 0.06.</remarks>
public sealed class ExpectedCalibrationError
{
    private const int Bins = 15;

    private readonly (int Count, int Right, double Confidence)[] bins = new (int, int, double)[Bins];

    /// <summary>In [0, 1]; 0 when nothing was added.</summary>
    public double Result
    {
        get
        {
            int all = bins.Sum(bin => bin.Count);
            return all == 0 ? 0 : bins.Sum(bin => Math.Abs(bin.Confidence - bin.Right)) / all;
        }
    }

    /// <param name="confidence">In [0, 1].</param>
    public void Add(double confidence, bool right)
    {
        ref (int Count, int Right, double Confidence) bin = ref bins[Math.Clamp((int)(confidence * Bins), 0, Bins - 1)];
        bin = (bin.Count + 1, bin.Right + (right ? 1 : 0), bin.Confidence + confidence);
    }
}
